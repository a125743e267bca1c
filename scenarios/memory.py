"""Reading and writing large records without the garbage collector, which finds nothing and takes half the time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_inside = 0
_was_on = False


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of reference cycles from running, in any thread, until the last of those inside is out.

    Each of the hundred thousand objects of a city makes it look at all that were made before, and of a process with a
    solver in it those are many. Objects that are in no cycle are freed as always.
    """
    global _inside, _was_on
    with _lock:
        if _inside == 0:
            _was_on = gc.isenabled()
            gc.disable()
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0 and _was_on:
                gc.enable()
