"""How the gate says no."""

from dataclasses import dataclass, field

from starlette.responses import PlainTextResponse, Response

POLICY_VIOLATION = 1008
TRY_AGAIN_LATER = 1013


@dataclass(eq=False)
class Refusal(Exception):  # noqa: N818 - reads as what happens
    """An answer in place of the one that was asked for; a websocket is closed instead."""

    status: int
    words: str
    headers: dict[str, str] = field(default_factory=dict)

    def answer(self) -> Response:
        """As an HTTP answer, which nobody keeps."""
        headers = {"Cache-Control": "no-store", **self.headers}
        return PlainTextResponse(f"{self.words}\n", status_code=self.status, headers=headers)

    @property
    def code(self) -> int:
        """Why a websocket is closed."""
        return TRY_AGAIN_LATER if self.status == 503 else POLICY_VIOLATION


def nowhere() -> Refusal:
    """The same for what is not there and for what is not there for this person."""
    return Refusal(404, "There is nothing here.")
