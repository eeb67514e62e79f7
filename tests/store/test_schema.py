"""The versions of the schema are those that Alembic knows, in its order."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from kpidash.store import migrations, schema


def test_the_names_of_the_migrations_tell_the_versions_in_order():
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    assert schema.versions() == tuple(reversed([script.revision for script in scripts]))
