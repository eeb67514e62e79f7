"""Changing a database by hand, as somebody with its password and no good intentions would."""

from sqlalchemy import create_engine, make_url, text


def tamper(url: str, statement: str) -> None:
    """Run one statement with all triggers out of the way."""
    address = make_url(url)
    sqlite = address.drivername == "sqlite"
    engine = create_engine(address if sqlite else address.set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        if sqlite:
            names = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in list(names):
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        assert connection.execute(text(statement)).rowcount
    engine.dispose()
