"""explain: outcomes, the rules that made them, who holds what, and smallest changes that really help."""

from typing import Any

import pytest

from models.needs import Need
from models.result import Reason
from models.scenario import Scenario
from scenarios.wording import change_sentence, reason_sentence
from solver.explain import explain
from solver.solve import Limits, solve
from tests.builders import (
    changed,
    make_hours,
    make_need,
    make_organisation,
    make_plan,
    make_scenario,
    make_site,
    make_space,
    make_wish,
    place,
)

EVENING = make_wish("mon", "18:00", "20:00")
HOLDER = make_need("choir", EVENING)


def reasons_of(scenario: Scenario) -> dict[str, Reason]:
    """Explain the plan in which the choir holds the hall on Mondays 18-20."""
    return {reason.need: reason for reason in explain(scenario, make_plan(place("choir")))}


def test_placed_need_has_its_outcome() -> None:
    """A need with all its sessions is placed, and nothing stood in the way."""
    reason = reasons_of(make_scenario(HOLDER))["choir"]
    assert (reason.outcome, reason.sessions_placed, reason.rules, reason.smallest_change) == ("placed", 1, (), None)


def test_need_that_lost_to_another_names_it() -> None:
    """A need whose only places are held is told by whom, and by which rule."""
    reason = reasons_of(make_scenario(HOLDER, make_need("chess", EVENING)))["chess"]
    assert reason.outcome == "unplaced"
    assert reason.candidates == reason.blocked == 1
    assert [holder.need for holder in reason.holders] == ["choir"]
    assert reason.rules == ("space.double",)


def test_need_too_large_is_told_the_rule() -> None:
    """A need larger than every room is stopped by the capacity, which left no space."""
    reason = reasons_of(make_scenario(HOLDER, make_need("crowd", EVENING, size=900)))["crowd"]
    assert reason.candidates == 0
    assert reason.rules == ("space.capacity",)
    assert [(f.rule, f.removed, f.left) for f in reason.filters if f.removed] == [("space.capacity", 1, 0)]


def test_need_at_closed_hours_is_told_the_rule() -> None:
    """A wish outside the opening hours is stopped by these."""
    reason = reasons_of(make_scenario(HOLDER, make_need("early", make_wish("mon", "05:00", "07:00"))))["early"]
    assert reason.rules == ("space.open",)


def test_need_partly_placed_counts_its_sessions() -> None:
    """Of two sessions asked, one placed is partly, and the day it uses is no candidate."""
    scenario = make_scenario(changed(HOLDER, sessions=2))
    reason = reasons_of(scenario)["choir"]
    assert (reason.outcome, reason.sessions_asked, reason.sessions_placed) == ("partly", 2, 1)
    assert reason.candidates == 0


def test_towns_own_plan_with_a_violation_is_explained() -> None:
    """Two needs booked over each other, as in a plan by hand, both count as placed."""
    scenario = make_scenario(HOLDER, make_need("chess", EVENING))
    reasons = explain(scenario, make_plan(place("choir"), place("chess")))
    assert [reason.outcome for reason in reasons] == ["placed", "placed"]


LISTED: dict[str, Any] = {"spaces": ("hall",), "only_listed": True}
CHANGES: dict[str, tuple[Need, dict[str, Any]]] = {
    "shorter": (make_need("chess", make_wish("mon", "16:30", "18:00"), **LISTED), {}),
    "longer_range": (make_need("chess", make_wish("mon", "19:00", "21:00"), **LISTED), {"hours": ("16:00", "22:00")}),
    "other_day": (make_need("chess", EVENING, **LISTED), {}),
    "other_space": (make_need("chess", EVENING, **LISTED), {"days": "mon"}),
    "other_district": (make_need("chess", EVENING, districts=("centre",)), {"days": "mon"}),
    "fewer_people": (make_need("chess", EVENING, size=28), {"days": "mon", "club": 20}),
    "less_features": (make_need("chess", EVENING, features=("piano",)), {"days": "mon"}),
}


def town(need: Need, *, hours: tuple[str, str] = ("16:00", "20:00"), days: str = "mon,tue", club: int = 30) -> Scenario:
    """Return a hall with a piano in the centre and a club room elsewhere, the choir asking first."""
    return make_scenario(
        HOLDER,
        need,
        sites=[make_site(district="centre"), make_site("edge", district="edge")],
        spaces=[make_space("hall", features=("piano",)), make_space("club", site="edge", capacity=club)],
        availability=[make_hours("hall", days, *hours), make_hours("club", days, *hours)],
        organisations=[make_organisation()],
    )


@pytest.mark.parametrize("kind", CHANGES)
def test_smallest_change_is_confirmed_and_helps(kind: str) -> None:
    """Each kind of change is found where it is the smallest, is confirmed, and is worded in both languages."""
    need, setting = CHANGES[kind]
    if kind == "shorter":
        need = changed(need, min_minutes=120, max_minutes=120)
    scenario = town(need, **setting)
    reason = reasons_of(scenario)["chess"]
    assert reason.smallest_change is not None
    assert (reason.smallest_change.kind, reason.smallest_change.confirmed) == (kind, True)
    for lang in ("fi", "en"):
        assert change_sentence(reason.smallest_change, scenario, lang)
        assert reason_sentence(reason, scenario, lang)


def test_changed_wish_is_really_solvable() -> None:
    """With the range widened as told, a new run gives the need its session."""
    need, setting = CHANGES["longer_range"]
    reason = reasons_of(town(need, **setting))["chess"]
    assert reason.smallest_change is not None
    wider = make_wish("mon", reason.smallest_change.start, reason.smallest_change.end)
    solution = solve(town(changed(need, wishes=(wider,)), **setting), Limits(seconds=20, threads=1))
    assert "chess" in {placement.need for placement in solution.placements}
