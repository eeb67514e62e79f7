"""Plain English around words: a capital letter first, parts in a list, and how many of something."""

from collections.abc import Sequence


def begun(text: str) -> str:
    """The text with a capital letter first, the others as they are."""
    return text[:1].upper() + text[1:]


def joined(parts: Sequence[str]) -> str:
    """The parts as a list in a sentence: a, b and c; empty for none."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def counted(number: int, one: str) -> str:
    """So many of something whose plural ends in s: no session, 1 session, 2 sessions."""
    return f"{number or 'no'} {one if number < 2 else f'{one}s'}"
