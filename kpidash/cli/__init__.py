"""The command line: CONTRACT.md's commands over the services."""
