"""Where an embedded server that another process runs can be reached."""

from pathlib import Path
from urllib.parse import quote

from api.postgres import leftovers
from api.postgres.cluster import Cluster

_SOCKET_LINE = 4
"""Of ``postmaster.pid``: the folder of the socket."""


def running_url(folder: Path, database: str = "yhteistila") -> str | None:
    """Return the address of the database of a server that runs in a folder; None where none does.

    As ``Embedded.url``, for other processes of the same machine that may enter the socket's folder.
    """
    data = Cluster(folder).data
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    if len(lines) <= _SOCKET_LINE or not leftovers.at_work(data):
        return None
    return f"postgresql://{database}@/{database}?host={quote(lines[_SOCKET_LINE], safe='')}"
