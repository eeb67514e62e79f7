"""Files that commands write: never over another one unless told, and only under harmless names."""

import re
from pathlib import Path

from kpidash.cli.session import Refused

_ODD = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_LONGEST = 200


def plain_name(name: str, upload_id: str) -> str:
    """The last part of a file name that somebody else gave, without what means something to a system."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _ODD.sub("_", last).strip().lstrip(".-").rstrip(". ")[-_LONGEST:]
    return plain or f"upload-{upload_id}"


def written(path: Path, content: bytes, *, overwrite: bool = False) -> None:
    """Write the content; raises Refused where there is a file already or none can be written."""
    try:
        with path.open("wb" if overwrite else "xb") as target:
            target.write(content)
    except FileExistsError:
        raise Refused(f"{path} is there already; choose another --output, or say --overwrite") from None
    except OSError as problem:
        raise Refused(f"{path} cannot be written: {problem.strerror}") from None
