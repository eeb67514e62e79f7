"""Refusals that people read. Each message is a sentence that says what was wrong and what to do."""


class WrongQuestion(ValueError):  # noqa: N818 - reads as the answer that people get
    """The question makes no sense as it was put."""


class Standing(WrongQuestion):
    """What was asked cannot be done as things stand; asking in another way does not help."""


class NotThere(LookupError):  # noqa: N818 - reads as the answer that people get
    """What was asked for does not exist, or not for this person: the two answer alike."""


def sentence(problem: Exception) -> str:
    """What a refusal says, as one sentence: with a capital letter first, unless an address stands there."""
    said = str(problem).rstrip(".")
    begins_with_a_person = "@" in said.partition(" ")[0]
    return f"{said}." if begins_with_a_person else f"{said[:1].upper()}{said[1:]}."
