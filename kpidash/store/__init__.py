"""The database: SQLAlchemy Core on SQLite and PostgreSQL; the only SQL of the project."""
