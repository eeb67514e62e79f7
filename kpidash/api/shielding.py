"""What browsers are told about every answer: where it may appear, and what it may load and do."""

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from kpidash.settings import Settings

_YEAR_S = 31_536_000
_OFF = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer",
        "microphone", "midi", "payment", "publickey-credentials-get", "serial", "usb")  # fmt: skip


def policy(found: Settings) -> str:
    """The content security policy: everything from this server alone, no script in a page, no frames.

    Streamlit writes its styles into the page, starts our components from blobs, and has a font and an icon
    in its styles and in ours.
    """
    own = f" {found.url.replace('http', 'ws', 1)}" if found.url else ""
    rules = {
        "default-src": "'none'",
        "script-src": "'self' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": f"'self'{own}",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class Shield:
    """Adds to the answers of this server what browsers are to heed."""

    def __init__(self, found: Settings) -> None:
        self._https = found.https
        self._added = {
            "Content-Security-Policy": policy(found),
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": ", ".join(f"{name}=()" for name in _OFF),
        }
        self._set = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        } | ({"Strict-Transport-Security": f"max-age={_YEAR_S}"} if found.https else {})

    def over(self, send: Send, *, private: bool) -> Send:
        """`send` with the headers; what is `private` nobody keeps, neither a browser nor a proxy."""

        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._shield(MutableHeaders(scope=message), private)
            await send(message)

        return shielded

    def _shield(self, headers: MutableHeaders, private: bool) -> None:
        for name, value in self._added.items():
            headers.setdefault(name, value)  # a page may be stricter
        for name, value in self._set.items():
            headers[name] = value
        for name in [name for name in headers if name.startswith("access-control-")]:
            del headers[name]  # no other site has a part in this
        if private:
            headers["Cache-Control"] = "no-store"
        if self._https:
            cookies = headers.getlist("set-cookie")
            del headers["set-cookie"]
            for cookie in cookies:
                secure = "secure" in [part.strip().casefold() for part in cookie.split(";")]
                headers.append("set-cookie", cookie if secure else f"{cookie}; Secure")
