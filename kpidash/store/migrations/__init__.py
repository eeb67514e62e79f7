"""Alembic's migrations: how the schema came to be, one module per step, never changed afterwards."""
