"""Events of runs, live: one connection of the process listens to the database, and all who look on hear of it.

A notification carries the whole event, so that a hundred people who watch one run cost the database nothing. What is
missed, such as while the database restarts, is read again from the table, for events are numbered without a gap.
"""

import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from starlette.concurrency import run_in_threadpool

from api.store.database import AWAY
from api.wire.runs import RunEvent

CHANNEL = "run_events"
QUIET_SECONDS = 5.0
"""After so long without an event a comment is sent, for proxies cut what is silent; and so often it is asked whether
who looks on still may."""
LOOK_SECONDS = 1.0
"""From one look to the next whether anybody still looks on."""
_LOG = logging.getLogger("yhteistila.events")

Ear = Callable[[RunEvent | None], None]
"""Is told of an event, or with None that some may have been missed."""


class Listener:
    """Listens as long as anybody looks on."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._ears: dict[Ear, UUID] = {}
        self._thread: threading.Thread | None = None

    @contextmanager
    def hearing(self, run: UUID, ear: Ear) -> Iterator[None]:
        """Tell an ear of what happens to a run; from another thread, and first of all that it hears from now on."""
        with self._lock:
            self._ears[ear] = run
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="run events", daemon=True)
                self._thread.start()
            else:
                ear(None)
        try:
            yield
        finally:
            with self._lock:
                del self._ears[ear]

    def _listen(self) -> None:
        while self._is_wanted():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._tell_all()
                    while self._is_wanted():
                        for notice in connection.notifies(timeout=LOOK_SECONDS):
                            self._tell(notice.payload)
                            if not self._ears:
                                break
            except AWAY as error:
                _LOG.warning("database away", extra={"error": type(error).__name__})
                time.sleep(LOOK_SECONDS)

    def _is_wanted(self) -> bool:
        """Tell whether anybody looks on; the thread ends where nobody does."""
        with self._lock:
            if not self._ears:
                self._thread = None
            return self._thread is threading.current_thread()

    def _tell(self, payload: str) -> None:
        told = json.loads(payload)
        run, event = UUID(told["run"]), None
        with self._lock:
            for ear, wanted in self._ears.items():
                if wanted == run:
                    event = event or RunEvent.model_validate(told)
                    ear(event)

    def _tell_all(self) -> None:
        with self._lock:
            for ear in self._ears:
                ear(None)


Read = Callable[[int], tuple[list[RunEvent], bool]]
"""Returns the events after a number, and whether there are none to come after these."""


async def stream(
    listener: Listener, run: UUID, last: int, read: Read, is_allowed: Callable[[], bool]
) -> AsyncIterator[str]:
    """Yield the events of a run after one, as they are sent to browsers, until the run has finished.

    Parameters
    ----------
    is_allowed
        Asked every few seconds whether the reader still may; the stream ends where not.
    """
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[RunEvent | None] = asyncio.Queue()

    def ear(event: RunEvent | None) -> None:
        loop.call_soon_threadsafe(heard.put_nowait, event)

    yield "retry: 2000\n\n"
    with listener.hearing(run, ear):
        heard.put_nowait(None)
        admitted = loop.time()
        while True:
            try:
                if loop.time() - admitted >= QUIET_SECONDS:
                    admitted = loop.time()
                    if not await run_in_threadpool(is_allowed):
                        return
                event = await asyncio.wait_for(heard.get(), QUIET_SECONDS)
                events, is_all = await _told(event, last, read)
            except TimeoutError:
                yield ": still there\n\n"
                continue
            except AWAY:
                # The client comes again, and says which event it had last.
                return
            if events and (event is None or events[-1].number != event.number):
                # There may be more than are read at a time.
                heard.put_nowait(None)
            for one in events:
                yield as_text(one)
                last = one.number
            if is_all:
                return


async def _told(event: RunEvent | None, last: int, read: Read) -> tuple[list[RunEvent], bool]:
    """Return what comes after an event that was told last, read where some may have been missed."""
    if event is not None and event.number <= last + 1:
        return [event] * (event.number == last + 1), event.kind == "finished"
    return await run_in_threadpool(read, last)


def as_text(event: RunEvent) -> str:
    """Return an event as it is sent: its number is the id that a client comes again with."""
    return f"id: {event.number}\nevent: {event.kind}\ndata: {event.model_dump_json()}\n\n"
