"""The folder of an embedded server: its data, made whole or not at all, its socket, its log and its lock."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

from api.postgres import binaries
from api.postgres.owner import Owner, owner_of
from models.base import BadInput, Issue

SUPERUSER = "postgres"
SOCKET_PATH_BYTES = 100
"""Longest path of a socket; the kernel takes 107 bytes on Linux and 103 on macOS."""
LOG_BYTES = 4_000_000
"""A log longer than this is put aside, over the one before."""
_SOCKET = ".s.PGSQL.5432"


class Cluster:
    """Paths of one server below one folder, and what makes them.

    The folder itself stays ours; ``data`` and the socket's folder belong to the user that runs the server.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.lock = self.folder / "lock"
        self._in_place = self.folder / "socket"

    def locked(self) -> int:
        """Make the folder and hold it for this process; the kernel lets go of it when the process ends.

        Raises
        ------
        BadInput
            Where another process holds it, or it cannot be written.
        """
        try:
            self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
            held = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            text = f"cannot write to {self.folder}: {error.strerror or error}"
            raise BadInput([Issue(where="--data", problem=text, mend="name another folder")]) from error
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(held, 20).decode(errors="replace").strip()
            os.close(held)
            text = f"process {holder or 'unknown'} already runs the database in {self.folder}"
            raise BadInput(
                [Issue(where="--data", problem=text, mend="stop that one first, or name another folder")]
            ) from error
        os.ftruncate(held, 0)
        os.pwrite(held, f"{os.getpid()}\n".encode(), 0)
        return held

    def socket_folder(self, owner: Owner) -> Path:
        """Make the private folder of the socket: in place, or below the temporary folder where the path is too long."""
        if len(os.fsencode(self._in_place / _SOCKET)) <= SOCKET_PATH_BYTES:
            return owner.made(self._in_place)
        made = Path(tempfile.mkdtemp(prefix="yhteistila-"))
        if owner.other:
            os.chown(made, owner.uid, owner.gid)
        return made

    def forget_socket(self, socket: Path) -> None:
        """Remove the socket's folder."""
        shutil.rmtree(socket, ignore_errors=True)

    def owner(self) -> Owner:
        """Say who runs the server; see ``owner_of``."""
        return owner_of(self.data)

    def made(self, owner: Owner) -> None:
        """Make the data where there is none: beside its place, then moved there, so that it is whole or absent.

        Raises
        ------
        BadInput
            Where another PostgreSQL wrote it, or it cannot be made.
        """
        if self.data.exists():
            self._same_version()
            return
        new = self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        command = [binaries.program("initdb"), f"--pgdata={new}", f"--username={SUPERUSER}", "--auth=trust"]
        command += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        owner.made(new)
        with self.log.open("wb") as log:
            code = owner.spawn(command, log, [new]).wait()
        if code != 0:
            raise self.trouble("PostgreSQL cannot make its data folder")
        new.rename(self.data)

    def _same_version(self) -> None:
        version = self.data / "PG_VERSION"
        found = version.read_text(encoding="utf-8").strip() if version.is_file() else "no"
        if found != str(binaries.MAJOR):
            text = f"{self.data} holds data of PostgreSQL {found}, and this program brings {binaries.MAJOR}"
            if found == "no":
                text = f"{self.data} is there, but holds no data of PostgreSQL"
            mend = "name another folder; `yhteistila backup` with the version that wrote it, then `restore`, moves it"
            raise BadInput([Issue(where="--data", problem=text, mend=mend)])

    def turn_log(self) -> None:
        """Put a long log aside; the server goes on writing to its end."""
        if self.log.stat().st_size > LOG_BYTES:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)

    def trouble(self, what: str) -> BadInput:
        """Return an error with the last lines of the log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        told = " / ".join(line.strip() for line in lines[-6:] if line.strip())
        mend = "mend what it says"
        if "No space left on device" in told or "Disk quota exceeded" in told:
            mend = "the disk is full: free some space and start it again; nothing that was stored is lost"
        return BadInput(
            [Issue(where=str(self.folder), problem=f"{what}: {told}.", mend=f"{mend}; the whole log is {self.log}.")]
        )
