"""`python -m kpidash`: the command line."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it with a word, also while it is still being loaded."""
    try:
        from kpidash.cli.main import main as command_line

        command_line()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
