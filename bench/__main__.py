"""`python -m bench [PART …] [--full] [--readme]`: one table of each figure, its reference, ratio and goal.

Without a part: all of them, in about half an hour. With --full also what takes long: the largest company,
300 people, ten million rows. With --readme the README carries the table as well; that takes all parts.
"""

import argparse
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import table
from bench.parts import PARTS, measured

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- python -m bench -->\n", "<!-- that was it -->\n"


def main() -> None:
    """Print the table; on standard error each figure as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--readme", action="store_true")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if given.readme and given.parts:
        parser.error("the README carries all parts: name none")
    commit = _commit()
    found = "\n".join(table(measured(given.parts or list(PARTS), full=given.full)))
    print(found)
    if given.readme:
        _carry(f"Measured on {datetime.now(UTC):%-d %B %Y}, commit `{commit}`.\n\n{found}\n")


def _commit() -> str:
    asked = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _carry(found: str) -> None:
    file = ROOT / "README.md"
    before, rest = file.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    file.write_text(f"{before}{BEGIN}{found}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
