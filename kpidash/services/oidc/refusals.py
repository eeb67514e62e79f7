"""Why somebody cannot sign in at the provider: words for them, and for the log a reason without secrets."""


class SignInRefused(Exception):  # noqa: N818 - reads as the answer that people get
    """The message is for the person; `reason` is for the log, and holds nothing of a token."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class ProviderUnavailable(SignInRefused):
    """The provider does not answer, or not as an OpenID provider does."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"The sign-in of {name} does not answer at the moment, so nobody can sign in anew. Whoever is "
            "signed in already can go on. Try again in a few minutes.",
            reason,
        )


def not_believed(reason: str) -> SignInRefused:
    """For an answer that is not what was asked for, whoever is to blame."""
    return SignInRefused(
        "The sign-in was broken off, because the answer that came back does not belong to it. "
        "Begin again; if this happens again, tell an administrator.",
        reason,
    )


def too_late(reason: str) -> SignInRefused:
    """For an answer to a sign-in that this browser did not begin, or not lately."""
    return SignInRefused(
        "This sign-in was not begun in this browser, was begun more than ten minutes ago, or is finished "
        "already. Begin again.",
        reason,
    )
