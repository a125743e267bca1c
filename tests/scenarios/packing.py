"""Scenarios as bytes: a folder's files in a ZIP archive, and a scenario as one document."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from tests.scenarios.small_town import FILES, Edit


def packed(files: Mapping[str, str | bytes], folder: str = "") -> bytes:
    """Pack files into a ZIP archive, all in one folder where one is named."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}{name}", content)
    return buffer.getvalue()


def packed_town(*edits: Edit, folder: str = "", **more: str | bytes) -> bytes:
    """Pack the small town with some edits; what is replaced must be there."""
    files = dict(FILES)
    for name, old, new in edits:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
    return packed({**files, **more}, folder)


def at(tree: Any, path: str) -> Any:
    """Return what a JSON pointer names in a document.

    Raises
    ------
    LookupError
        When it names nothing there.
    """
    for part in path.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        tree = tree[int(name)] if isinstance(tree, list) else tree[name]
    return tree
