"""The audit trail on screens: the entries, one of them, and whether the trail is whole."""
