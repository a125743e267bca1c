"""Where the files of a scenario are: in a folder, or packed in a ZIP archive that is read without unpacking to disk."""

import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Protocol

from models.base import BadInput, Issue
from scenarios.layout import SCENARIO_FILE
from scenarios.parsing import decoded, one_issue, read_text


class Files(Protocol):
    """Files by their names, wherever they are."""

    def names(self) -> list[str]:
        """Return the names of all files, in order."""

    def text(self, name: str) -> str:
        """Return what a file holds.

        Raises
        ------
        BadInput
            When it is missing or is no text.
        """


class Folder:
    """Files of a folder on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        """Return the names of all that is in the folder, in order."""
        return sorted(path.name for path in self._path.iterdir())

    def text(self, name: str) -> str:
        """Return what a file holds.

        Raises
        ------
        BadInput
            When it is missing, cannot be opened or is no text.
        """
        return read_text(self._path / name)


MOST_FILES = 200
"""Files in an archive; a scenario has about twenty."""
MOST_UNPACKED = 64 * 2**20
"""Bytes that the files of an archive that are read may have together when unpacked."""
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
)
"""What a damaged or encrypted archive, or one that is packed in an unusual way, makes ``zipfile`` raise."""
_PASSED_OVER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What file managers put into archives."""


class Packed:
    """Files of a ZIP archive: at its top, or in one folder there. Only what is asked for is unpacked, in memory.

    Raises
    ------
    BadInput
        When it is no archive of a scenario's folder, or one that no honest program makes.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._name, self._left = name, MOST_UNPACKED
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
        except _BROKEN:
            mend = "Pack the scenario's folder anew, as a ZIP file."
            raise one_issue(name, "the file is not a ZIP archive that can be read.", mend) from None
        members = self._archive.infolist()
        if len(members) > MOST_FILES:
            problem = f"the archive has {len(members)} files, and at most {MOST_FILES} are read."
            raise one_issue(name, problem, "Pack the files of the scenario only.")
        if issues := [issue for one in members for issue in self._refused(one)]:
            raise BadInput(issues)
        self._files = self._of_one_folder([one for one in members if not one.is_dir() and not _passed_over(one)])

    def _refused(self, member: zipfile.ZipInfo) -> Iterator[Issue]:
        """Say what is wrong with the name of a file: it would lead out of the folder, or to another file."""
        shown = repr(member.orig_filename[:100])
        parts = member.orig_filename.replace("\\", "/").split("/")
        if not member.filename.isprintable() or member.orig_filename != member.filename or "\\" in member.filename:
            yield self._issue(f"the name {shown} has characters that no file of a scenario has.", "Rename it.")
        elif ".." in parts or parts[0] == "" or ":" in parts[0]:
            yield self._issue(f"the name {shown} leads out of the archive.", "Pack the scenario's folder anew.")
        elif stat.S_ISLNK(member.external_attr >> 16):
            yield self._issue(f"{shown} is a link to another file.", "Pack the file itself.")

    def _issue(self, problem: str, mend: str) -> Issue:
        return Issue(where=self._name, problem=problem, mend=mend)

    def _of_one_folder(self, members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        """Return the files by their names from the folder that holds the scenario's own file."""
        heads = sorted(
            (one.filename for one in members if one.filename.rpartition("/")[2] == SCENARIO_FILE),
            key=lambda file: file.count("/"),
        )
        if not heads or heads[0].count("/") > 1:
            problem = f"the archive has no {SCENARIO_FILE}, at its top or in a folder there."
            raise one_issue(self._name, problem, "Pack the scenario's folder.")
        if len(heads) > 1 and heads[0].count("/") == heads[1].count("/"):
            problem = f"the archive holds several scenarios: {heads[0]} and {heads[1]}."
            raise one_issue(self._name, problem, "Pack one of them.")
        home = heads[0].removesuffix(SCENARIO_FILE)
        files: dict[str, zipfile.ZipInfo] = {}
        for one in members:
            file = one.filename.removeprefix(home) if one.filename.startswith(home) else f"../{one.filename}"
            if file in files:
                raise one_issue(self._name, f"the file {file} is in the archive twice.", "Keep one of the two.")
            files[file] = one
        return files

    def names(self) -> list[str]:
        """Return the names of all files, in order; those of files deeper inside have their folder in front."""
        return sorted(self._files)

    def text(self, name: str) -> str:
        """Return what a file holds.

        Raises
        ------
        BadInput
            When it is missing, cannot be unpacked, unpacks to more than a scenario has, or is no text.
        """
        if name not in self._files:
            raise one_issue(name, "the file is missing.", f"Put it into {self._name}, beside {SCENARIO_FILE}.")
        try:
            with self._archive.open(self._files[name]) as file:
                data = file.read(self._left + 1)
        except _BROKEN as error:
            problem = f"the file cannot be unpacked: {str(error)[:100] or type(error).__name__}."
            raise one_issue(name, problem, "Pack the folder anew, without a password.") from None
        if len(data) > self._left:
            problem = f"the files of the archive unpack to more than {MOST_UNPACKED // 2**20} MiB."
            raise one_issue(name, problem, "Pack the files of one scenario only.")
        self._left -= len(data)
        return decoded(data, name)


def _passed_over(member: zipfile.ZipInfo) -> bool:
    return member.filename.startswith(_PASSED_OVER) or member.filename.endswith(_PASSED_OVER)
