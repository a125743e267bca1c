"""Studies in files: those that come with the product, and any other."""

from pathlib import Path
from typing import NamedTuple

from models.overlay import Overlay
from models.study import Study
from scenarios.documents import locate, read_record
from scenarios.layout import LIBRARY, library_names, policy_names
from scenarios.overlays import overlay_names, read_overlay

STUDIES = LIBRARY / "studies"
"""One file for each study that comes with the product."""


class StudyFile(NamedTuple):
    """A study and where it was read."""

    study: Study
    folder: Path

    @property
    def scenario(self) -> str:
        """The scenario as a path or a name of the library."""
        return self._placed(self.study.scenario, library_names())

    def policy(self, name: str | None) -> str | None:
        """Return a policy as a path or a name of the library."""
        return None if name is None else self._placed(name, policy_names())

    def overlay(self, name: str) -> Overlay:
        """Read an overlay: beside the study, or as ``read_overlay`` finds it for the scenario.

        Raises
        ------
        BadInput
            When there is none, or with everything that is wrong with it alone.
        """
        beside = overlay_names(self.folder)
        if (self.folder / name).is_file():
            return read_overlay(self.folder / name)
        own = name in beside and name not in overlay_names(self.scenario)
        return read_overlay(name, self.folder if own else self.scenario)

    def _placed(self, name: str, library: list[str]) -> str:
        beside = self.folder / name
        return name if name in library or not beside.exists() else str(beside)


def study_names() -> dict[str, Path]:
    """Return the file of every study that comes with the product by its name."""
    return {path.stem: path for path in sorted(STUDIES.glob("*.yaml"))}


def read_study(source: str | Path) -> StudyFile:
    """Read a study: a file, or a name in the library.

    Raises
    ------
    BadInput
        When there is none, or with everything that is wrong with it alone.
    """
    path = locate(source, study_names(), "study")
    return StudyFile(read_record(Study, path), path.parent)
