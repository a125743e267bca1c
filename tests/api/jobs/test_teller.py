"""How a child tells of its search: no more often than somebody can use it, and the last plan in time."""

from collections.abc import Callable

import pytest

from api.jobs import child
from api.jobs.child import Teller
from api.jobs.messages import Better, Message, Told
from models.plan import Plan
from scenarios.run import Improved
from solver.engine import Progress
from tests.api.running import wait_for
from tests.builders import make_need, make_scenario, make_wish

SMALL = make_scenario(make_need("chess", make_wish("mon", "17:00", "20:00")))


def worth(points: int) -> Callable[[], Improved]:
    """Return what makes a plan of so many points."""
    return lambda: Improved(Plan(), points)


def at(seconds: float, phase: str, objective: int | None, bound: int | None) -> Progress:
    """Return where a search is."""
    return Progress(seconds, phase, objective, bound)


def test_a_plan_that_comes_too_soon_is_told_later_and_only_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for the next word on progress; those that were passed meanwhile are never made."""
    monkeypatch.setattr(child, "PLAN_SECONDS", 0.2)
    sent: list[Message] = []
    teller = Teller(sent.append, SMALL, None)
    for points in (1, 2, 3):
        teller.plan(worth(points))
    assert [one.objective for one in sent if isinstance(one, Better)] == [1]

    def heard() -> bool:
        teller.progress(at(1.0, "search", 3, 9))
        return len([one for one in sent if isinstance(one, Better)]) == 2

    wait_for(heard, "the plan that waited")
    assert [one.objective for one in sent if isinstance(one, Better)] == [1, 3]


def test_after_the_search_no_plan_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole result comes soon."""
    sent: list[Message] = []
    teller = Teller(sent.append, SMALL, None)
    monkeypatch.setattr(child, "PLAN_SECONDS", 60.0)
    teller.plan(worth(1))
    teller.plan(worth(2))
    teller.progress(at(1.0, "explain", 2, 9))
    assert [one.objective for one in sent if isinstance(one, Better)] == [1]


def test_phases_and_the_first_plan_are_told_at_once_and_the_rest_in_turn() -> None:
    """What is the same is not told again; a bound that is known from earlier attempts counts."""
    sent: list[Message] = []
    teller = Teller(sent.append, SMALL, 50)
    teller.progress(at(0.1, "compile", None, None))
    teller.progress(at(0.2, "search", None, 90))
    teller.progress(at(0.3, "search", 10, 80))
    for step in range(100):
        teller.progress(at(0.3, "search", 11, 79 - step))
    told = [one for one in sent if isinstance(one, Told)]
    assert [(one.phase, one.objective, one.bound) for one in told[:3]] == [
        ("compile", None, 50), ("search", None, 50), ("search", 10, 50)
    ]  # fmt: skip
    assert len(told) < 50
