"""What a page draws, for tests that run it without a browser."""

from streamlit.testing.v1 import AppTest


def shown(page: AppTest) -> str:
    """All that our components were sent."""
    return " ".join(
        one.proto.bytes.decode()
        for one in page.get("bidi_component")
        if one.proto.WhichOneof("data") == "bytes"
    )
