"""The folder of an embedded server: its data, made whole or not at all, its socket, its log and its lock."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from api.postgres import binaries
from api.postgres.lock import Lock
from api.postgres.owner import Owner, owner_of
from models.base import BadInput, Issue

SUPERUSER = "postgres"
SOCKET_PATH_BYTES = 100
"""Longest path of a socket; the kernel takes 107 bytes on Linux and 103 on macOS."""
LOG_BYTES = 4_000_000
"""A log longer than this is put aside, over the one before."""
_SOCKET = ".s.PGSQL.5432"
_GRAVE = ("FATAL", "PANIC", "error:", "could not")
_FULL = ("No space left on device", "Disk quota exceeded")


class Cluster:
    """Paths of one server below one folder, and what makes them.

    The folder itself stays ours; ``data`` and the socket's folder belong to the user that runs the server.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.lock = Lock(self.folder / "lock")

    def hold(self) -> None:
        """Make the folder and hold it for this process.

        Raises
        ------
        BadInput
            Where another process holds it, or it cannot be written.
        """
        try:
            self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
            ours = self.lock.take()
        except OSError as error:
            text = f"cannot write to {self.folder}: {error.strerror or error}."
            raise _refused(text, "Name another folder.") from error
        if not ours:
            text = f"process {self.lock.read()[0]} already runs the database in {self.folder}."
            raise _refused(text, "Stop that one first, or name another folder.")

    def socket_in_use(self) -> Path | None:
        """Return the socket's folder of the server that another process runs here now, or None."""
        if not self.lock.held_by_another():
            return None
        return self.lock.read()[1]

    def owner(self) -> Owner:
        """Say who runs the server; see ``owner_of``."""
        return owner_of(self.data)

    def socket_folder(self, owner: Owner) -> Path:
        """Make the private folder of the socket: in place, or below the temporary folder where the path is too long.

        What a killed process left of its own goes.
        """
        before = self.lock.read()[1]
        if before is not None:
            shutil.rmtree(before, ignore_errors=True)
        made = self.folder / "socket"
        if len(os.fsencode(made / _SOCKET)) > SOCKET_PATH_BYTES:
            made = Path(tempfile.mkdtemp(prefix="yhteistila-"))
        self.lock.write(made)
        return owner.made(made)

    def let_go(self) -> None:
        """Remove the socket's folder and let others run the server."""
        socket = self.lock.read()[1]
        if socket is not None:
            shutil.rmtree(socket, ignore_errors=True)
        self.lock.release()

    def made(self, owner: Owner) -> None:
        """Make the data where there is none: beside its place, then moved there, so that it is whole or absent.

        Raises
        ------
        BadInput
            Where another PostgreSQL wrote it, or it cannot be made.
        """
        if self.data.exists():
            self._check_version()
            return
        for left in self.folder.glob("data.new-*"):
            shutil.rmtree(left, ignore_errors=True)
        new = owner.made(Path(tempfile.mkdtemp(prefix="data.new-", dir=self.folder)))
        command = [binaries.program("initdb"), f"--pgdata={new}", f"--username={SUPERUSER}", "--auth=trust"]
        command += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        with self.log.open("wb") as log:
            code = owner.spawn(command, log, [new]).wait()
        if code != 0:
            shutil.rmtree(new, ignore_errors=True)
            raise self.trouble("PostgreSQL cannot make its data folder")
        new.rename(self.data)

    def _check_version(self) -> None:
        version = self.data / "PG_VERSION"
        if not version.is_file():
            raise _refused(f"{self.data} is there, but holds no data of PostgreSQL.", "Name another folder.")
        found = version.read_text(encoding="utf-8").strip()
        if found != str(binaries.MAJOR):
            text = f"{self.data} holds data of PostgreSQL {found}, and this program brings {binaries.MAJOR}."
            mend = "`yhteistila backup` with the version that wrote it, then `yhteistila restore` here, moves it."
            raise _refused(text, mend)

    def turn_log(self) -> None:
        """Put a long log aside; the server goes on writing to its end."""
        with suppress(OSError):  # A full disk: the log is the least of it.
            if self.log.stat().st_size > LOG_BYTES:
                older = self.log.with_suffix(".log.1")
                older.unlink(missing_ok=True)
                shutil.copyfile(self.log, older)
                os.truncate(self.log, 0)

    def trouble(self, what: str) -> BadInput:
        """Return an error with what the log says went wrong."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        told = [line for line in lines if any(sign in line for sign in _GRAVE)] or lines
        text = " / ".join(line.strip() for line in told[-3:])
        mend = f"The whole log is {self.log}."
        if any(sign in text for sign in _FULL):
            mend = "The disk is full: free some space. Nothing that was stored is lost."
        return BadInput([Issue(where=str(self.folder), problem=f"{what}: {text}.", mend=mend)])


def _refused(problem: str, mend: str) -> BadInput:
    return BadInput([Issue(where="--data", problem=problem, mend=mend)])
