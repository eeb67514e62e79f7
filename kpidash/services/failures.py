"""What can be wrong with the database, for those who answer before anybody needed it and its libraries."""

from kpidash.store.failures import DatabaseUnavailable, SchemaOutdated

__all__ = ["DatabaseUnavailable", "SchemaOutdated"]
