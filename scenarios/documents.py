"""One record in a YAML or JSON file of its own: an overlay, a study, a round of answers."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from models.base import BadInput, Issue
from models.nearest import did_you_mean
from scenarios.drafts import document
from scenarios.parsing import one_issue
from scenarios.problems import path_text
from scenarios.records import build

Record = TypeVar("Record", bound=BaseModel)


def read_record(model: type[Record], path: Path) -> Record:
    """Read the record that a file holds.

    Raises
    ------
    BadInput
        With everything that is wrong with it, each with its place in the file.
    """
    record, faults = build(model, document(path))
    if record is None:
        raise BadInput(
            [
                Issue(
                    where=", ".join(filter(None, (path.name, path_text(one.path)))), problem=one.problem, mend=one.mend
                )
                for one in faults
            ]
        )
    return record


def locate(name: str | Path, known: Mapping[str, Path], noun: str) -> Path:
    """Return the file of a known name, or that is named.

    Raises
    ------
    BadInput
        When there is no such file; with the nearest known name.
    """
    path = known.get(str(name)) or Path(name)
    if not exists(path, "is_file"):
        has = f"known names are {', '.join(known)}" if known else "no names are known"
        mend = did_you_mean(str(name), known, "Write a file, or one of these names.")
        raise one_issue(str(name)[:200], f"this is no {noun}; {has}.", mend)
    return path


def exists(path: Path, how: str) -> bool:
    """Tell whether a path ``is_file`` or ``is_dir``; one that no system takes is neither."""
    try:
        return bool(getattr(path, how)())
    except (OSError, ValueError):  # a name too long, or with a null character in it
        return False
