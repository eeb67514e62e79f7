"""Whether a secret key is one: long, of chance, and in no book."""

import re
from itertools import pairwise

LENGTH = 32
"""The fewest characters of a secret key."""
DISTINCT = 10
"""The fewest different ones among them; 32 random hexadecimal digits have fewer once in 14,000 keys."""
STEPS = 0.5
"""At most this share of characters may follow from the one before: the same, the next or the previous."""
WORDS = ("change", "secret", "example", "password", "default", "kpidash", "insecure", "replace", "random")
"""What keys hold that were made to be replaced; none of it comes up by chance."""
KNOWN = frozenset(
    {
        "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",  # Flask's manual
        "5f352379324c22463451387a0aec5d2f",  # and an earlier one
        "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",  # FastAPI's
        "thisismyscretkey",  # Superset's first
    }
)


def fault_of(key: str) -> str | None:
    """What is wrong with a key, as the end of a sentence that begins with its name; None for a good one."""
    if len(key) < LENGTH:
        return f"has {len(key)} characters; it needs at least {LENGTH}"
    plain = re.sub(r"[^a-z0-9]", "", key.casefold())
    if any(one in plain for one in KNOWN):
        return "stands in manuals, where everybody can read it"
    word = next((one for one in WORDS if one in plain), None)
    if word is not None:
        return f"holds the word '{word}', so it was not made by chance"
    steps = sum(abs(ord(one) - ord(other)) <= 1 for one, other in pairwise(key))
    if len(set(key)) < DISTINCT or key in (key + key)[1:-1] or steps > STEPS * len(key):
        return "repeats itself or counts up, so it can be guessed"
    return None
