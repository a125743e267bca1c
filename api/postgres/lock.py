"""One process at a time runs the server of a folder; who does can be asked."""

import fcntl
import os
from pathlib import Path


class Lock:
    """A file that the running process holds locked; the kernel lets go of it however the process ends.

    Its two lines are the process id and the folder of the server's socket, of the present holder or the one before.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def take(self) -> bool:
        """Take the lock unless another process has it, and tell whether it is ours.

        Raises
        ------
        OSError
            Where the file cannot be written.
        """
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def held_by_another(self) -> bool:
        """Tell whether another process has it, without taking it."""
        if not self._path.exists():
            return False
        if not self.take():
            return True
        self.release()
        return False

    def write(self, socket: Path) -> None:
        """Say who holds it and where the server listens."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, os.fsencode(f"{os.getpid()}\n{socket}\n"), 0)

    def read(self) -> tuple[str, Path | None]:
        """Return the process id and the socket's folder that were written last, where there are any."""
        lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        return (
            lines[0].decode(errors="replace") if lines else "unknown",
            Path(os.fsdecode(lines[1])) if len(lines) > 1 else None,
        )

    def release(self) -> None:
        """Let go of it."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
