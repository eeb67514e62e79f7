"""The model of the demo company: what its description files say, worked out for any day."""
