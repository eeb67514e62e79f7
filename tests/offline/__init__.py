"""What keeps a run of the tests on this machine."""
