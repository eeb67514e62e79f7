"""Catalogue files (YAML): read over the stored catalogue with every problem at its place, and written."""

from kpidash.ingest.definitions.export import write_definitions
from kpidash.ingest.definitions.reading import Definitions, read_definitions

__all__ = ["Definitions", "read_definitions", "write_definitions"]
