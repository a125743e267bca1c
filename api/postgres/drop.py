"""Give up root, then become another program: ``python drop.py PARENT UID:GID:CAPABILITY PROGRAM ARGUMENT ...``.

PostgreSQL does not run as root. This small program runs between: it becomes the user, asks the kernel to stop the
server when the process that started it dies (Linux), and replaces itself by the server, so that the process id stays.
With CAPABILITY 1 it keeps one right of root, to read and search every folder (``CAP_DAC_READ_SEARCH``), for data or
programs below a folder that only root may enter, such as ``/root``: the modes of those folders stay as they are.
It imports nothing of ours, for it runs before anything can be trusted to be readable.
"""

import ctypes
import os
import signal
import struct
import sys

_SET_PARENT_DEATH_SIGNAL, _SET_KEEP_CAPABILITIES, _AMBIENT, _AMBIENT_RAISE = 1, 8, 47, 2
_READ_SEARCH = 2
_CAPABILITY_VERSION = 0x20080522


def main(parent: int, user: str, command: list[str]) -> None:
    """Become the user and then the program; see the module."""
    c = ctypes.CDLL(None, use_errno=True)
    linux = sys.platform == "linux"
    if user:
        uid, gid, keep = map(int, user.split(":"))
        if keep and linux:
            _checked(c.prctl(_SET_KEEP_CAPABILITIES, 1, 0, 0, 0))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        if keep and linux:
            _keep_read_search(c)
    os.umask(0o077)
    if linux:
        # A fast shutdown. The kernel forgets this on a change of user, so it comes last.
        _checked(c.prctl(_SET_PARENT_DEATH_SIGNAL, int(signal.SIGINT), 0, 0, 0))
        if os.getppid() != parent:
            sys.exit("the process that started the server is gone")
    os.execv(command[0], command)


def _keep_read_search(c: ctypes.CDLL) -> None:
    """Keep one capability across the change of user, and across becoming another program."""
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    mask = 1 << _READ_SEARCH
    _checked(c.capset(header, struct.pack("=6I", mask, mask, mask, 0, 0, 0)))
    _checked(c.prctl(_AMBIENT, _AMBIENT_RAISE, _READ_SEARCH, 0, 0))


def _checked(answer: int) -> None:
    if answer != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
