"""People on the administrator's screens: who they are, their roles, sessions and tokens."""
