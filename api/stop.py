"""Ctrl-C and SIGTERM: once asks a run to stop and keep its best plan, twice ends the program."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event
from types import FrameType
from typing import TypeVar

from api.progress import View

Made = TypeVar("Made")
TICK_SECONDS = 0.2
"""Seconds between two looks at the clock and at the signals."""
STOPPING = "Stopping; the best plan so far is kept. Once more ends at once."
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopper:
    """While entered, takes the stop signals: the first sets ``cancel``, the second sets ``abort``."""

    def __init__(self, say: Callable[[str], None], text: str = STOPPING) -> None:
        self.cancel = Event()
        self.abort: int | None = None
        """Number of the signal that came second."""
        self._say, self._text = say, text

    def __enter__(self) -> "Stopper":
        self._before = {number: signal.signal(number, self._take) for number in _SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _take(self, number: int, _frame: FrameType | None) -> None:
        if self.cancel.is_set():
            self.abort = number
        else:
            self.cancel.set()
            self._say(self._text)


def run_watched(work: Callable[[], Made], view: View, stopper: Stopper, started: float) -> Made:
    """Do the work in a second thread, while this one shows the time and takes signals.

    A solver holds its thread inside compiled code, where Python's signal handlers do not run; hence the second one.
    """
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        try:
            while wait((future,), timeout=TICK_SECONDS).not_done:
                view.tick(time.monotonic() - started)
                if stopper.abort is not None:
                    view.close()
                    os._exit(128 + stopper.abort)
        finally:
            view.close()
    return future.result()
