"""What the parts of the client share."""

import time
from collections.abc import Callable
from typing import TypeVar

from api.client.transport import Transport

Thing = TypeVar("Thing")
LOOK_SECONDS = 0.5
"""From one look at something that is being made to the next."""


class Group:
    """The requests about one kind of thing."""

    def __init__(self, api: Transport) -> None:
        self._api = api


def until(look: Callable[[], Thing], ended: Callable[[Thing], bool], seconds: float | None) -> Thing:
    """Look at something again and again until it has ended.

    Raises
    ------
    TimeoutError
        When it has not after so many seconds; it goes on all the same.
    """
    started = time.monotonic()
    while True:
        thing = look()
        if ended(thing):
            return thing
        if seconds is not None and time.monotonic() - started > seconds:
            raise TimeoutError(f"it has not ended after {seconds:g} s, and goes on.")
        time.sleep(LOOK_SECONDS)
