"""Catalogue files (YAML): read over the stored catalogue with every problem at its place, and written."""

from kpidash.ingest.definitions.changing import code_at, codes_in, with_definition, without_definition
from kpidash.ingest.definitions.export import (
    Fields,
    fields_of,
    lists_of,
    plain_definitions,
    write_definitions,
)
from kpidash.ingest.definitions.reading import Definitions, read_definitions

__all__ = [
    "Definitions",
    "Fields",
    "code_at",
    "codes_in",
    "fields_of",
    "lists_of",
    "plain_definitions",
    "read_definitions",
    "with_definition",
    "without_definition",
    "write_definitions",
]
