"""Who the embedded server runs as: the user of ``serve``, or for root an unprivileged one."""

import os
import pwd
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from api.postgres import binaries, drop
from models.base import BadInput, Issue

PREFERRED_USERS = ("yhteistila", "nobody")
"""For root: the first of these that exists runs the server, unless the data belongs to another user already."""


@dataclass(frozen=True)
class Owner:
    """The user that runs the server and owns its data."""

    uid: int
    gid: int

    @property
    def other(self) -> bool:
        """Whether that is another user than ours."""
        return self.uid != os.geteuid()

    def made(self, folder: Path) -> Path:
        """Return the folder, made for this user alone where it is missing."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.other:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)
        return folder

    def spawn(self, command: list[str], output: IO[bytes], needs: list[Path]) -> "subprocess.Popen[bytes]":
        """Start a program as this user, in a session of its own so that Ctrl-C does not reach it.

        It gets a signal to stop when the calling thread ends (Linux). ``needs`` are the paths it has to reach.
        """
        user = f"{self.uid}:{self.gid}:{int(not self._reaches(needs))}" if self.other else ""
        shim = [sys.executable, "-I", "-S", drop.__file__, str(os.getpid()), user]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        return subprocess.Popen(
            [*shim, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=environment | {"LC_ALL": "C"},
            start_new_session=True,
        )

    def _reaches(self, paths: list[Path]) -> bool:
        """Tell whether this user may search every folder above the paths."""
        parents = {parent for path in (*paths, binaries.folder()) for parent in path.resolve().parents}
        return all(self._searches(parent.stat()) for parent in parents)

    def _searches(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        return bool(status.st_mode & (stat.S_IXGRP if status.st_gid == self.gid else stat.S_IXOTH))


def owner_of(data: Path) -> Owner:
    """Choose who runs the server on this data folder, which may not exist yet.

    Raises
    ------
    BadInput
        Where the data is another user's, or root finds nobody to hand the server to.
    """
    us = os.geteuid()
    status = data.stat() if data.exists() else None
    if us == 0:
        if status is not None and status.st_uid != 0:
            return Owner(status.st_uid, status.st_gid)
        return _unprivileged()
    if status is not None and status.st_uid != us:
        text = f"{data} belongs to user {_name(status.st_uid)}, not to {_name(us)}."
        raise BadInput(
            [Issue(where="--data", problem=text, mend="Start it as that user or as root, or name another folder.")]
        )
    return Owner(us, os.getegid())


def _unprivileged() -> Owner:
    for name in PREFERRED_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(entry.pw_uid, entry.pw_gid)
    text = f"PostgreSQL does not run as root, and there is no user {' or '.join(PREFERRED_USERS)} to run it as."
    raise BadInput(
        [
            Issue(
                where="--data",
                problem=text,
                mend="Add one, as in `useradd --system yhteistila`, or do not start it as root.",
            )
        ]
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
