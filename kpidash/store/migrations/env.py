"""What Alembic runs for every command: the connection comes from `kpidash.store.schema`, in a transaction."""

from alembic import context

from kpidash.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
