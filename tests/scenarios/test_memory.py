"""The garbage collector rests while large records are read, and no longer."""

import gc
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from scenarios.memory import uncollected


def test_the_collector_rests_until_the_last_is_out() -> None:
    """It is off while anybody is inside, in whichever thread, and on again after all are out, also by an error."""
    assert gc.isenabled()
    met = Barrier(2, timeout=10)

    def inside() -> bool:
        with uncollected():
            met.wait()
            return gc.isenabled()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: inside(), range(2))) == [False, False]
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), uncollected():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    """Who has switched it off finds it so afterwards."""
    gc.disable()
    try:
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
