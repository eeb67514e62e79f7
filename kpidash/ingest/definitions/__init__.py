"""Catalogue files (YAML): read over the stored catalogue with every problem at its place, and written."""

from kpidash.ingest.definitions.export import plain_definitions, write_definitions
from kpidash.ingest.definitions.reading import Definitions, read_definitions

__all__ = ["Definitions", "plain_definitions", "read_definitions", "write_definitions"]
