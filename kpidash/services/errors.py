"""Refusals that people read. Each message is a sentence that says what was wrong and what to do."""


class WrongQuestion(ValueError):  # noqa: N818 - reads as the answer that people get
    """The question makes no sense as it was put."""


class Standing(WrongQuestion):
    """What was asked cannot be done as things stand; asking in another way does not help."""


class NotThere(LookupError):  # noqa: N818 - reads as the answer that people get
    """What was asked for does not exist, or not for this person: the two answer alike."""
