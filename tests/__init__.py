"""Tests on real parts. A package, since others install one of this name, which would win over a folder."""
