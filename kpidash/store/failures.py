"""What the store cannot do, for others to catch; where it is for people it is a sentence."""


class DatabaseUnavailable(Exception):  # noqa: N818 - reads as the message that people get
    """The database cannot be reached, opened or written; the message says which and why, never a password."""


class Beaten(DatabaseUnavailable):
    """Two writers waited for each other and the changes of this one were dropped; again, it gets through."""


class SchemaOutdated(Exception):  # noqa: N818 - reads as the message that people get
    """The database has no kpidash schema, or one of another version; the message says what to run."""


class KeyTaken(Exception):  # noqa: N818 - reads as what happened
    """A row that was to be added has a key that is in the table already."""


class CannotDistribute(DatabaseUnavailable):
    """The database is none of a Citus cluster and cannot become one; the message says what is missing."""
