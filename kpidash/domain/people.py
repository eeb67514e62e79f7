"""What people are called: addresses and names as they may be kept."""

import re
import unicodedata

LONGEST_ADDRESS = 254
LONGEST_NAME = 100
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"']+@[^\s@<>()\[\],;:\\\"'.]+(\.[^\s@<>()\[\],;:\\\"'.]+)*")


def address_of(text: str) -> str:
    """A mail address as people are found by it, in lower case; raises ValueError for what is none."""
    address = text.strip().lower()
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address) or _odd(address):
        raise ValueError(f"'{text}' is no mail address; write one like asha@example.com")
    return address


def name_of(text: str) -> str:
    """A person's name with single spaces; raises ValueError for an empty, long or unprintable one."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or _odd(name):
        raise ValueError(f"write a name of 1 to {LONGEST_NAME} characters")
    return name


def _odd(text: str) -> bool:
    """Whether characters are in it that nobody sees."""
    return any(unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co", "Cn"} for one in text)
