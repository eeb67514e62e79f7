"""`python -m kpidash`: the command line."""

from kpidash.cli.main import main

if __name__ == "__main__":
    main()
