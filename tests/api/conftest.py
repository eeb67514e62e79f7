"""The small company behind the API, on each kind of database."""

import pytest

from kpidash.store.engine import Database
from tests.api.programs import Company, staffed


@pytest.fixture
def company(database: Database) -> Company:
    """The small company with its people, and no numbers."""
    return staffed(database)
