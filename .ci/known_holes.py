"""Whether any library that kpidash runs on is known to have a hole: pip-audit over requirements.txt.

Exits with 1 where one is, naming it and the version without it. Where the list of known holes cannot be
reached it says which libraries were not looked at, and exits with 0, or with 2 under --strict.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ("-m", "pip_audit", "--requirement", "requirements.txt", "--no-deps", "--disable-pip",
           "--format", "json", "--progress-spinner", "off")  # fmt: skip


def main() -> int:
    """Ask, and say what was found."""
    command = [sys.executable, *COMMAND]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    if not asked.stdout.strip():
        print(f"Known holes: not looked for; {(asked.stderr.strip().splitlines() or ['no answer'])[-1]}")
        return 2 if "--strict" in sys.argv else 0
    libraries = json.loads(asked.stdout)["dependencies"]
    missed = [one["name"] for one in libraries if "skip_reason" in one]
    holes = [(one, hole) for one in libraries for hole in one.get("vulns", ())]
    for one, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "none yet"
        print(f"{one['name']} {one['version']}: {hole['id']}; without it: {mended}")
    print(f"Known holes: {len(holes)} in {len(libraries) - len(missed)} libraries that were looked at.")
    if missed:
        print(f"Not looked at, as the list of known holes does not answer for them: {', '.join(missed)}.")
    if holes:
        return 1
    return 2 if missed and "--strict" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
