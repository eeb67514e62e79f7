"""What can be wrong with the database itself, as sentences for people."""


class DatabaseUnavailable(Exception):  # noqa: N818 - reads as the message that people get
    """The database cannot be reached, opened or written; the message says which and why, never a password."""


class SchemaOutdated(Exception):  # noqa: N818 - reads as the message that people get
    """The database has no kpidash schema, or one of another version; the message says what to run."""
