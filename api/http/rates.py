"""How often one may ask: limits over all processes, at the price of one statement for many requests.

A process draws requests from the database in advance, a twentieth of the limit at a time, and counts those itself.
"""

import math
import time
from dataclasses import dataclass
from threading import Lock

from fastapi import Request

from api.http.problems import Refused
from api.settings import Settings
from api.store import rates
from api.store.actors import Actor
from api.store.database import Database
from api.store.sessions import Session

_PARTS = 20
"""A limit is drawn in so many parts."""
_SAME = 0.5
"""Seconds that two reckonings of one window's end may differ."""
_KEYS = 10_000
"""As many keys are remembered before those of the past are forgotten."""


@dataclass
class _Drawn:
    until: float
    """End of the window, by the monotonic clock"""
    left: int
    spent: bool
    """Nothing more is to be had in this window"""


class Limiter:
    """Counts what is asked for, by key."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._drawn: dict[str, _Drawn] = {}
        self._lock = Lock()

    def take(self, key: str, limit: int, seconds: int = 60) -> None:
        """Take one request from what a key may ask for in a window of so many seconds.

        Raises
        ------
        Refused
            429 when there is none left.
        """
        if self._counted(key):
            return
        part = max(1, limit // _PARTS)
        with self._database.looking() as tx:
            granted, remaining = rates.draw(tx, key, part, limit, seconds)
        until = time.monotonic() + remaining
        with self._lock:
            self._forget_past()
            # Another thread may have drawn meanwhile, in this window or in the one before.
            other = self._drawn.get(key)
            left = granted + (other.left if other is not None and abs(other.until - until) < _SAME else 0)
            self._drawn[key] = _Drawn(until, max(0, left - 1), granted < part)
        if left == 0:
            raise _too_many(remaining)

    def _counted(self, key: str) -> bool:
        """Take one of those that were drawn; tell whether there was one."""
        with self._lock:
            drawn = self._drawn.get(key)
            remaining = 0.0 if drawn is None else drawn.until - time.monotonic()
            if drawn is None or remaining <= 0:
                return False
            if drawn.left > 0:
                drawn.left -= 1
                return True
            if drawn.spent:
                raise _too_many(remaining)
            return False

    def _forget_past(self) -> None:
        if len(self._drawn) >= _KEYS:
            now = time.monotonic()
            self._drawn = {key: drawn for key, drawn in self._drawn.items() if drawn.until > now}


def _too_many(seconds: float) -> Refused:
    wait = max(1, math.ceil(seconds))
    return Refused(429, f"Too many requests; ask again in {wait} s.", headers={"Retry-After": str(wait)})


def admit(request: Request, known: Actor | Session | None) -> None:
    """Take one request of a token, a session, or the address of somebody unknown."""
    settings: Settings = request.app.state.settings
    if isinstance(known, Session):
        own = None if known.actor is None else known.actor.requests_a_minute
        _limiter(request).take(f"session {known.id}", own or settings.requests_a_minute)
    elif known is not None:
        _limiter(request).take(f"token {known.token}", known.requests_a_minute or settings.requests_a_minute)
    else:
        _limiter(request).take(f"address {_address(request)}", settings.requests_a_minute)


def admit_login(request: Request, email: str | None = None) -> None:
    """Take one login of an address, and one link of an e-mail address; whether anybody has that makes no difference."""
    settings: Settings = request.app.state.settings
    _limiter(request).take(f"login {_address(request)}", settings.logins_a_minute)
    if email is not None:
        _limiter(request).take(f"link {email}", settings.logins_a_minute, 900)


def _limiter(request: Request) -> Limiter:
    limiter: Limiter = request.app.state.limiter
    return limiter


def _address(request: Request) -> str:
    """Return where a request comes from; of IPv6 the network, for a household has more addresses than one can count."""
    host = request.client.host if request.client else "local"
    return ":".join(host.split(":")[:4]) if ":" in host else host
