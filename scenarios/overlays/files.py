"""Overlays in files: those that come with the product, those of a scenario's own folder, and any other."""

from pathlib import Path

from models.base import BadInput, Issue
from models.nearest import did_you_mean
from models.overlay import Overlay
from scenarios.drafts import document
from scenarios.layout import LIBRARY
from scenarios.parsing import one_issue
from scenarios.problems import path_text
from scenarios.records import build

FOLDER = "overlays"
"""Of overlays, in the library and in a scenario's folder; each is a YAML file by its name."""


def overlay_names(source: str | Path | None = None) -> dict[str, Path]:
    """Return the file of every overlay by its name: of a scenario's folder, if any, before those of the library."""
    folders = [LIBRARY / FOLDER] + ([] if source is None else [Path(source) / FOLDER, LIBRARY / str(source) / FOLDER])
    return {path.stem: path for folder in folders if _is_folder(folder) for path in sorted(folder.glob("*.yaml"))}


def read_overlay(name: str | Path, source: str | Path | None = None) -> Overlay:
    """Read an overlay: a file, a name in the scenario's own folder, or a name in the library.

    Raises
    ------
    BadInput
        When there is none, or with everything that is wrong with it alone.
    """
    known = overlay_names(source)
    path = known.get(str(name)) or Path(name)
    try:
        found = path.is_file()
    except (OSError, ValueError):
        found = False
    if not found:
        has = f"known overlays are {', '.join(known)}" if known else "no overlays are known"
        mend = did_you_mean(str(name), known, "Write a file, or one of these names.")
        raise one_issue(str(name)[:200], f"this is no overlay; {has}.", mend)
    raw = document(path)
    overlay, faults = build(Overlay, raw)
    issues = [
        Issue(where=", ".join(filter(None, (path.name, path_text(one.path)))), problem=one.problem, mend=one.mend)
        for one in faults
    ]
    if overlay is not None and path == known.get(str(name)) and overlay.id != path.stem:
        problem = f"its id is {overlay.id}, its file's name is {path.stem}."
        issues = [Issue(where=path.name, problem=problem, mend="Give both one name.")]
    if overlay is None or issues:
        raise BadInput(issues)
    return overlay


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
