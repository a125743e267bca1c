"""Scenarios and what-ifs over them, by the client."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from api.client.group import Group
from api.client.transport import path
from api.wire.scenarios import Changes, Checked, OverlayDocument, OverlayView, ScenarioKept, ScenarioView, VersionView
from models.overlay import Overlay
from models.scenario import Scenario

Source = Scenario | Path | str
"""A scenario as a record, a JSON or YAML file, a ZIP archive, or a folder of files."""
_MEDIA = {
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
}


class Document(NamedTuple):
    """What is sent, and what kind of content that is."""

    body: bytes
    media: str


def document_of(source: Source | Overlay) -> Document:
    """Read what is to be sent; a folder is packed, so that the service tells every fault in its files by file and row.

    Raises
    ------
    OSError
        When it cannot be read.
    ValueError
        When it is of another kind.
    """
    if isinstance(source, Scenario | Overlay):
        return Document(source.model_dump_json().encode(), "application/json")
    place = Path(source)
    if place.is_dir():
        return Document(_packed(place), "application/zip")
    media = _MEDIA.get(place.suffix.lower())
    if media is None:
        raise ValueError(f"{place} is none of {', '.join(_MEDIA)}, and no folder")
    return Document(place.read_bytes(), media)


def _packed(folder: Path) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.iterdir()):
            if file.suffix.lower() in (".csv", ".yaml", ".yml", ".json"):
                packed.write(file, file.name)
    return archive.getvalue()


class Scenarios(Group):
    """What plans are made from."""

    def submit(self, source: Source) -> ScenarioKept:
        """Send a scenario: a record, a folder, or a file; it is kept under its own id."""
        given = document_of(source)
        return self._api.post(path("scenarios"), ScenarioKept, given.body, media=given.media)

    def validate(self, source: Source) -> Checked:
        """Tell everything that is wrong with a scenario; nothing is kept."""
        given = document_of(source)
        return self._api.post(path("scenarios", "validate"), Checked, given.body, media=given.media)

    def list(self, *, archived: bool = False) -> Iterator[ScenarioView]:
        """List scenarios by name, each with its latest version."""
        return self._api.pages(path("scenarios"), ScenarioView, archived=archived)

    def get(self, name: str) -> ScenarioView:
        """Tell of one scenario."""
        return self._api.get(path("scenarios", name), ScenarioView)

    def archive(self, name: str, known: str) -> ScenarioView:
        """Take a scenario off lists; ``known`` is the hash of the version that one has seen."""
        return self._api.delete(path("scenarios", name), ScenarioView, known)

    def add_version(self, name: str, source: Source, known: str) -> ScenarioKept:
        """Send a further version; ``known`` is the hash of the latest that one has seen."""
        given = document_of(source)
        return self._api.post(path("scenarios", name, "versions"), ScenarioKept, given.body, known, media=given.media)

    def versions(self, name: str) -> Iterator[VersionView]:
        """List the versions of a scenario, the newest first."""
        return self._api.pages(path("scenarios", name, "versions"), VersionView)

    def version(self, name: str, version: int) -> VersionView:
        """Tell of one version."""
        return self._api.get(path("scenarios", name, "versions", version), VersionView)

    def document(self, name: str, version: int) -> bytes:
        """Return a version as JSON: the bytes of which its hash is the SHA-256."""
        return self._api.send("GET", path("scenarios", name, "versions", version, "document")).content

    def overlays(self, name: str) -> Iterator[OverlayView]:
        """List the what-ifs over a scenario."""
        return self._api.pages(path("scenarios", name, "overlays"), OverlayView)

    def overlay(self, name: str, overlay: str) -> OverlayDocument:
        """Return a what-if, in its latest version."""
        return self._api.get(path("scenarios", name, "overlays", overlay), OverlayDocument)

    def overlay_version(self, name: str, overlay: str, version: int) -> OverlayDocument:
        """Return one version of a what-if."""
        return self._api.get(path("scenarios", name, "overlays", overlay, "versions", version), OverlayDocument)

    def overlay_changes(self, name: str, overlay: str) -> Changes:
        """Tell every value that a what-if changes, from what to what."""
        return self._api.get(path("scenarios", name, "overlays", overlay, "changes"), Changes)

    def submit_overlay(self, name: str, source: Overlay | Path | str) -> OverlayDocument:
        """Send a what-if over a scenario."""
        given = document_of(source)
        return self._api.post(path("scenarios", name, "overlays"), OverlayDocument, given.body, media=given.media)

    def add_overlay_version(self, name: str, overlay: str, source: Overlay | Path | str, known: str) -> OverlayDocument:
        """Send a further version of a what-if; ``known`` is the hash of the latest that one has seen."""
        given, at = document_of(source), path("scenarios", name, "overlays", overlay, "versions")
        return self._api.post(at, OverlayDocument, given.body, known, media=given.media)

    def archive_overlay(self, name: str, overlay: str, known: str) -> OverlayView:
        """Take a what-if off lists; ``known`` is the hash of the version that one has seen."""
        return self._api.delete(path("scenarios", name, "overlays", overlay), OverlayView, known)
