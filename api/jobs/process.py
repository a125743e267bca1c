"""A worker's handle on a child process: start, job, messages, soft stop, kill, and why it died.

A child is spawned, not forked, and speaks over a pipe of its own, so that whatever a library prints goes to the log.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from enum import Enum
from multiprocessing import Pipe
from queue import Empty, SimpleQueue

import psutil

from api.jobs.messages import PHASES_AFTER, Broken, Job, Made, Message, Ready, Refused, Stop, Told
from models.base import Issue

TICK_SECONDS = 0.2
"""From one look at the wishes and the clock to the next."""
STOP_SECONDS = 10.0
"""A search that was asked to stop has so long to do so; it mostly takes less than one."""
WALL_SECONDS = 30.0
"""So much longer than asked a search may take."""
READY_SECONDS = 120.0
"""To import and compile all it needs a child may take so long,"""
FINISH_SECONDS = 300.0
"""and so long judging, explaining and writing what it found."""
MEGABYTE = 1 << 20
ADDRESS_SHARE = 3
"""Address space for each byte of memory: numpy's threads reserve far more than they use."""
KILLED_CODES = (-signal.SIGKILL, 128 + signal.SIGKILL)
ABORTED_CODES = (-signal.SIGABRT, 128 + signal.SIGABRT)


class Wish(Enum):
    """What somebody wants of a run that goes on."""

    GO_ON = "go on"
    STOP = "stop"
    """keep the best plan"""
    DROP = "drop"
    """end at once; what it would say is not wanted"""


class ChildFailed(Exception):
    """A child ended without a result.

    Parameters
    ----------
    kind
        refused (bad input), fault (of the program), memory, killed, time or dropped.
    issues
        Of bad input, each with how to mend it.
    """

    def __init__(self, kind: str, text: str, issues: tuple[Issue, ...] = ()) -> None:
        super().__init__(text)
        self.kind, self.text, self.issues = kind, text, issues

    @property
    def is_by_chance(self) -> bool:
        """Whether another try could end otherwise."""
        return self.kind in ("memory", "killed", "time")


class Child:
    """One child process, which does one job."""

    def __init__(self, memory: int) -> None:
        """Start it; it gets ready by itself.

        Parameters
        ----------
        memory
            Megabytes that it and its helper may use together.
        """
        self.memory = memory
        self._pipe, theirs = Pipe()
        fd, limit = theirs.fileno(), memory * MEGABYTE * ADDRESS_SHARE
        command = (sys.executable, "-m", "api.jobs.child", str(fd), str(limit))
        # More threads than one in numpy's own algebra gain nothing here, and each reserves address space.
        environment = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"} | os.environ
        self._process = subprocess.Popen(
            command, pass_fds=(fd,), stdin=subprocess.DEVNULL, stdout=2, start_new_session=True, env=environment
        )
        theirs.close()
        self._messages: SimpleQueue[Message | None] = SimpleQueue()
        self._over_memory = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def begin(self, job: Job) -> None:
        """Hand over the job."""
        self._post(job)

    def stop(self) -> None:
        """Ask it to stop searching and to keep the best plan."""
        self._post(Stop())

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._pipe.close()

    def listen(self, seconds: float) -> Message | None:
        """Return the next message, or None where none comes in time.

        Raises
        ------
        ChildFailed
            When it has ended and all it said is read.
        """
        try:
            message = self._messages.get(timeout=seconds)
        except Empty:
            return None
        if message is None:
            self._messages.put(None)
            raise self._died()
        return message

    def look_at_memory(self) -> None:
        """Kill it where it and its helper hold more than they may."""
        try:
            whole = psutil.Process(self.pid)
            held = sum(one.memory_info().rss for one in (whole, *whole.children(recursive=True)))
        except psutil.Error:
            return
        if held > self.memory * MEGABYTE:
            self._over_memory = True
            self._process.kill()

    def _died(self) -> ChildFailed:
        code = self._process.wait()
        too_much = f"it needed more than the {self.memory} MB of memory that a run may use."
        if self._over_memory:
            return ChildFailed("memory", too_much)
        if code in ABORTED_CODES:
            return ChildFailed("memory", f"the process was aborted (code {code}), as it is when memory runs out.")
        if code in KILLED_CODES:
            return ChildFailed(
                "killed", "the process was killed from outside, as it is when the machine has no memory."
            )
        return ChildFailed("killed", f"the process ended with code {code} and said nothing.")

    def _post(self, message: Job | Stop) -> None:
        try:
            self._pipe.send(message)
        except (BrokenPipeError, ConnectionResetError):
            # It has died; whoever listens is told.
            return

    def _read(self) -> None:
        try:
            while True:
                self._messages.put(self._pipe.recv())
        except (EOFError, OSError):
            self._messages.put(None)


def attend(
    child: Child,
    job: Job,
    *,
    wall: float,
    hear: Callable[[Message], None],
    wish: Callable[[], Wish],
) -> Made:
    """Have a child do a job, and return what it made.

    Parameters
    ----------
    wall
        Seconds that the search may take; judging and writing come on top.
    hear
        Called with each message on the way.
    wish
        Asked several times a second.

    Raises
    ------
    ChildFailed
        When it could not, or was not to; it is dead then.
    """
    try:
        return _attend(child, job, wall, hear, wish)
    finally:
        child.kill()


def _attend(child: Child, job: Job, wall: float, hear: Callable[[Message], None], wish: Callable[[], Wish]) -> Made:
    child.begin(job)
    deadline = _Deadline(wall)
    while True:
        message = child.listen(TICK_SECONDS)
        if isinstance(message, Made):
            return message
        if message is not None:
            _refuse(message)
            hear(message)
            deadline.hear(message)
        wanted = wish()
        if wanted is Wish.DROP:
            raise ChildFailed("dropped", "nobody wants the result any more.")
        if wanted is Wish.STOP and not deadline.stopping:
            deadline.stop()
            child.stop()
        if time.monotonic() > deadline.until:
            raise ChildFailed("time", "it did not end in its time, and was killed.")
        child.look_at_memory()


class _Deadline:
    """Until when a child may go on: to get ready, to search, to stop once it is asked to, and to write."""

    def __init__(self, wall: float) -> None:
        self.wall, self.stopping, self._searches = wall, False, False
        self.until = time.monotonic() + READY_SECONDS

    def hear(self, message: Message) -> None:
        """Take what the child says."""
        if isinstance(message, Ready):
            self.until = time.monotonic() + self.wall + WALL_SECONDS
        elif isinstance(message, Told) and message.phase in PHASES_AFTER:
            self._searches, self.until = False, time.monotonic() + FINISH_SECONDS
        elif isinstance(message, Told) and message.phase != "compile" and not self._searches:
            self._searches = True
            self._shorten()

    def stop(self) -> None:
        """Count from now, where it searches; it cannot stop before, and need not after."""
        self.stopping = True
        self._shorten()

    def _shorten(self) -> None:
        if self.stopping and self._searches:
            self.until = min(self.until, time.monotonic() + STOP_SECONDS)


def _refuse(message: Message) -> None:
    if isinstance(message, Refused):
        raise ChildFailed("refused", "; ".join(one.problem for one in message.issues), message.issues)
    if isinstance(message, Broken):
        raise ChildFailed(message.kind, message.text)


class Spares:
    """Children that are ready before a job comes: one is kept waiting, and replaced when it is taken."""

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self._lock = threading.Lock()
        self._spare: Child | None = None
        self._closed = False

    def prepare(self) -> None:
        """Start a spare where there is none."""
        with self._lock:
            if not self._closed and (self._spare is None or not self._spare.alive):
                self._spare = Child(self.memory)

    def take(self) -> Child:
        """Return a child, and start the next spare."""
        with self._lock:
            child, self._spare = self._spare, None
        if child is None or not child.alive:
            child = Child(self.memory)
        self.prepare()
        return child

    def close(self) -> None:
        """End the spare."""
        with self._lock:
            self._closed = True
            child, self._spare = self._spare, None
        if child is not None:
            child.kill()
