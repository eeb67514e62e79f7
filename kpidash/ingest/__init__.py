"""The stages of an upload: read, layout, parse, validate and diff write nothing; commit acts once."""
