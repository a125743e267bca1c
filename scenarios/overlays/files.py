"""Overlays in files: those that come with the product, those of a scenario's own folder, and any other."""

from pathlib import Path

from models.base import BadInput, Issue
from models.overlay import Overlay
from scenarios.documents import exists, locate, read_record
from scenarios.layout import LIBRARY

FOLDER = "overlays"
"""Of overlays, in the library and in a scenario's folder; each is a YAML file by its name."""


def overlay_names(source: str | Path | None = None) -> dict[str, Path]:
    """Return the file of every overlay by its name: of a scenario's folder, if any, before those of the library."""
    folders = [LIBRARY / FOLDER] + ([] if source is None else [LIBRARY / str(source) / FOLDER, Path(source) / FOLDER])
    return {path.stem: path for folder in folders if exists(folder, "is_dir") for path in sorted(folder.glob("*.yaml"))}


def read_overlay(name: str | Path, source: str | Path | None = None) -> Overlay:
    """Read an overlay: a file, a name in the scenario's own folder, or a name in the library.

    Raises
    ------
    BadInput
        When there is none, or with everything that is wrong with it alone.
    """
    known = overlay_names(source)
    path = locate(name, known, "overlay")
    overlay = read_record(Overlay, path)
    if path == known.get(str(name)) and overlay.id != path.stem:
        problem = f"its id is {overlay.id}, its file's name is {path.stem}."
        raise BadInput([Issue(where=path.name, problem=problem, mend="Give both one name.")])
    return overlay
