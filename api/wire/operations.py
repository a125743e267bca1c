"""How the service is, for those who run it."""

from typing import Literal

from api.wire.base import Wire


class Health(Wire):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Readiness(Wire):
    """What the service needs, and whether it is there."""

    database: bool
    """PostgreSQL answers."""
    migrations: bool
    """Its schema is the one of this program."""
    worker: bool
    """A worker gave a sign of life within the last minute."""
