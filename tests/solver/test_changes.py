"""Smallest changes: what is told is real, what would not be is not told, and others never lose a session by it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from models.changes import Change
from models.consistency import find_issues
from models.needs import DateList, Need, Wish
from models.places import Availability, DatedException
from models.plan import Decisions, Placement, Plan
from models.result import Reason, Verdict
from models.scenario import Scenario
from scenarios.notation import read_wish
from scenarios.wording import LANGUAGES, change_sentence
from solver.confirm import Confirmer
from solver.engine import Limits
from solver.explain import explain
from solver.frame import Frame
from solver.rules.space import atoms_of
from solver.solve import solve
from solver.verify import skips_of, verify
from tests.builders import (
    changed,
    make_holiday,
    make_hours,
    make_need,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_season,
    make_site,
    make_space,
    make_wish,
    place,
)
from tests.solver.test_properties import sound_town
from tests.solver.tiny_towns import candidates

EVENING = make_wish("mon", "18:00", "20:00")
LISTED: dict[str, Any] = {"spaces": ("hall",), "only_listed": True}
HOLDER = make_need("choir", EVENING, **LISTED)
FAIR_DAY = date(2026, 9, 8)
THOROUGH = 30.0
"""Seconds; all of it is never needed here."""


def town(need: Need, *, hours: tuple[str, str] = ("16:00", "20:00"), days: str = "mon,tue", **club: Any) -> Scenario:
    """Return a hall with a piano in the centre and a club room elsewhere, the choir asking first."""
    return make_scenario(
        HOLDER,
        need,
        season=make_season(date(2026, 8, 31), date(2026, 9, 27), make_holiday(FAIR_DAY, None, "default")),
        sites=[make_site(district="centre"), make_site("edge", district="edge")],
        spaces=[
            make_space("hall", features=("piano",)),
            make_space("club", site="edge", **{"capacity": 30, "calendar": "other", **club}),
        ],
        availability=[make_hours("hall", days, *hours), make_hours("club", days, *hours)],
        organisations=[make_organisation()],
    )


CASES: dict[str, tuple[Need, dict[str, Any]]] = {
    "shorter": (make_need("chess", make_wish("mon", "16:30", "18:00"), **LISTED), {}),
    "longer_range": (make_need("chess", make_wish("mon", "19:00", "21:00"), **LISTED), {"hours": ("16:00", "22:00")}),
    "other_day": (make_need("chess", EVENING, **LISTED), {}),
    "other_space": (make_need("chess", EVENING, **LISTED), {"days": "mon"}),
    "other_district": (make_need("chess", EVENING, districts=("centre",)), {"days": "mon"}),
    "fewer_people": (make_need("chess", EVENING, size=28), {"days": "mon", "capacity": 20}),
    "less_features": (make_need("chess", EVENING, features=("piano",)), {"days": "mon"}),
    "more_hours": (make_need("chess", make_wish("mon", "19:00", "21:00"), min_minutes=60, max_minutes=60), {
        "days": "mon", "hours": ("18:00", "20:00"), "capacity": 5}),
    "more_seats": (make_need("chess", EVENING, size=30, features=("piano",)), {
        "days": "mon", "hours": ("18:00", "20:00"), "capacity": 15, "features": ("piano",)}),
    "open_dates": (make_need("chess", make_wish("tue", "18:00", "20:00"), recurrence=DateList(dates=(FAIR_DAY,)),
                             **LISTED), {"hours": ("18:00", "20:00"), "capacity": 5}),
}  # fmt: skip
"""Of each kind of change, a need for which it is the smallest, and the town."""


def case_of(kind: str) -> Scenario:
    """Return the town of a kind; a need that could be smaller instead of the room larger may not be."""
    need, setting = CASES[kind]
    if kind == "more_seats":
        setting = {**setting, "capacity": 19, "fewest": 0}
        need = changed(need, size=29)
    return town(need, **setting)


def reason_of(scenario: Scenario, *others: Placement, seconds: float = THOROUGH, need: str = "chess") -> Reason:
    """Explain the plan in which the choir holds the hall on Mondays 18-20, and some others their places."""
    plan = make_plan(place("choir"), *others)
    return next(one for one in explain(scenario, plan, seconds=seconds) if one.need == need)


def as_told(scenario: Scenario, need_id: str, change: Change) -> Scenario:
    """Change the scenario as a planner would who reads the change: one more item, or another value."""
    need, value = scenario.need_by_id[need_id], change.value
    match change.kind:
        case "no_change":
            return scenario
        case "more_hours":
            hours = {name: part for name, part in read_wish(value).items() if name != "level"}
            row = Availability.model_validate({"place": change.space, **hours})
            return scenario.with_parts(availability=(*scenario.availability, row))
        case "more_seats":
            spaces = (changed(one, capacity=int(value)) if one.id == change.space else one for one in scenario.spaces)
            return scenario.with_parts(spaces=tuple(spaces))
        case "open_dates":
            spans = ({"start": change.start, "end": change.end},)
            rows = (
                DatedException.model_validate(
                    {"place": change.space, "first": day, "last": day, "hours": spans, "reason": "fair"}
                )
                for day in value.split("; ")
            )
            return scenario.with_parts(exceptions=(*scenario.exceptions, *rows))
    told = changed(need, **{change.field: _field(need, change)})
    return scenario.with_parts(needs=tuple(told if one.id == need_id else one for one in scenario.needs))


def _field(need: Need, change: Change) -> Any:
    match change.kind:
        case "longer_range":
            return (*need.wishes, Wish.model_validate(read_wish(change.value)))
        case "other_day":
            days = change.value.split(",")
            return tuple(changed(wish, weekdays=(*wish.weekdays, *days)) for wish in need.wishes)
        case "other_space" if change.field == "forbidden_spaces":
            return tuple(word for word in change.value.split("; ") if word)
        case "other_district" | "other_space":
            return (*getattr(need, change.field), change.value)
        case "less_features":
            return tuple(word for word in change.value.split("; ") if word)
    return change.value


@pytest.mark.parametrize("kind", CASES)
def test_change_is_real(kind: str) -> None:
    """Each kind is told where it is the smallest; made as told, a run gives the need its session beside the choir."""
    scenario = case_of(kind)
    change = reason_of(scenario).smallest_change
    assert change is not None
    assert (change.kind, change.confirmed, change.how) == (kind, True, "free")
    assert change.by == ("owner" if kind in ("more_hours", "more_seats", "open_dates") else "applicant")
    assert all(change_sentence(change, scenario, lang) for lang in LANGUAGES)
    made = as_told(scenario, "chess", change)
    pins = ({"space": "hall", "weekday": "mon", "start": "18:00", "end": "20:00"},)
    pinned = made.with_parts(needs=(changed(made.needs[0], pins=pins), made.needs[1]))
    solution = solve(pinned, Limits(seconds=20, threads=1))
    assert Counter(placement.need for placement in solution.placements) == {"choir": 1, "chess": 1}


@pytest.mark.parametrize("seconds", [0.0, THOROUGH])
@pytest.mark.parametrize("kind", CASES)
def test_change_to_a_place_that_cannot_be_had_is_refused(kind: str, seconds: float) -> None:
    """Where a group that must be there holds what a change would open, that is not told."""
    scenario = case_of(kind)
    told = reason_of(scenario).smallest_change
    assert told is not None
    made = as_told(scenario, "chess", told)
    spot = (told.space, told.weekday, told.start, told.end)
    found = (p for p in candidates(made) if p.need == "chess" and _spot(p) == spot)
    stay = next(found)
    pin = {"space": stay.space, "weekday": stay.weekday, "start": stay.start, "end": stay.ends_at}
    recurrence = made.need_by_id["chess"].recurrence
    guard = make_need("guard", size=made.space_by_id[stay.space].capacity, min_minutes=stay.minutes,
                      max_minutes=stay.minutes, pins=(pin,), recurrence=recurrence)  # fmt: skip
    guarded = scenario.with_parts(needs=(*scenario.needs, guard))
    change = reason_of(guarded, stay.model_copy(update={"need": "guard"}), seconds=seconds).smallest_change
    assert change is None or (change.space, change.weekday, change.start, change.end) != spot


def _spot(placement: Placement) -> tuple[str, int, str, str]:
    start, end = (f"{m // 60:02d}:{m % 60:02d}" for m in (placement.start, placement.ends_at))
    return placement.space, placement.weekday, start, end


def test_others_move_where_nobody_loses_a_session() -> None:
    """The band could be in the club room instead of the hall, so chess could have the hall for an hour and a half."""
    scenario = make_scenario(
        HOLDER,
        make_need("band", make_wish("mon", "16:00", "18:00")),
        make_need("chess", make_wish("mon", "16:30", "18:30"), **LISTED),
        spaces=[make_space(), make_space("club")],
        availability=[make_hours(days="mon", start="16:00", end="20:00")],
    )
    band = place("band", start="16:00", end="18:00")
    free = reason_of(scenario, band, seconds=0.0).smallest_change
    assert free is None or free.kind != "shorter"
    change = reason_of(scenario, band).smallest_change
    assert change is not None
    assert (change.kind, change.how, change.value) == ("shorter", "moves", "90")
    (move,) = change.moves
    assert (move.need, move.from_space, move.space) == ("band", "hall", "club")


def test_no_change_is_needed_where_others_could_move() -> None:
    """A plan that leaves the club room empty and chess without a place has nothing to ask of chess."""
    band = make_need("band", make_wish("mon", "16:00", "18:00"))
    chess = make_need("chess", make_wish("mon", "16:00", "18:00"), **LISTED)
    scenario = make_scenario(HOLDER, band, chess, spaces=[make_space(), make_space("club")])
    change = reason_of(scenario, place("band", start="16:00", end="18:00")).smallest_change
    assert change is not None
    assert (change.kind, change.by, change.how, change.value) == ("no_change", "nobody", "moves", "")


def test_change_that_costs_points_is_refused() -> None:
    """A free room is no help where opening it in the evening costs more than the session brings."""
    scenario = town(CASES["other_district"][0], days="mon")
    dear = make_policy(worth={"opening": 5000, "opening_after": "16:00"})
    assert reason_of(scenario).smallest_change is not None
    costly = changed(scenario, policy=dear)
    assert reason_of(costly).smallest_change is None


def test_change_beyond_a_quota_is_refused() -> None:
    """A free room is no help where the organisation has no hours left."""
    scenario = town(CASES["other_district"][0], days="mon")
    tight = make_policy(quotas=({"title": "Clubs", "minutes": 120},))
    assert reason_of(changed(scenario, policy=tight)).smallest_change is None


def judged(scenario: Scenario, placements: tuple[Placement, ...]) -> Verdict:
    """Judge a plan with the dates that it gives up."""
    skips = skips_of(scenario, placements)
    return verify(scenario, Plan(placements=placements, decisions=Decisions(skips=skips)))


def plans_of(
    scenario: Scenario, old: tuple[Placement, ...], need: str, change: Change
) -> Iterator[tuple[Placement, ...]]:
    """Yield the plans that a change speaks of: who moves has moved, the need has its session; dates are left open."""
    wanted = [(need, (change.space, change.weekday, change.start, change.end))]
    left = list(old)
    for move in change.moves:
        spot = (move.from_space, move.from_weekday, move.from_start, move.from_end)
        left.remove(next(p for p in left if p.need == move.need and _spot(p) == spot))
        wanted.append((move.need, (move.space, move.weekday, move.start, move.end)))
    options = candidates(scenario)
    for coming in product(*([p for p in options if (p.need, _spot(p)) == one] for one in wanted)):
        yield (*left, *coming)


@settings(max_examples=120)
@given(st.integers(0, 2**32))
def test_confirmed_changes_are_possible_without_loss(seed: int) -> None:
    """Made as told, there is a plan with one session more for the need and as many for all others, no worse by points.

    It breaks no rule, is worth the gain that was told, and a new run to the end finds a plan that is worth no less.
    """
    scenario = sound_town(seed)
    plan = solve(scenario, Limits(seconds=20, threads=1, steps=0)).placements
    plan = tuple(placement for n, placement in enumerate(plan) if Random(seed + n).random() < 0.8)
    assume(not judged(scenario, plan).violations)
    reasons = explain(scenario, Plan(placements=plan), seconds=THOROUGH)
    for reason in reasons:
        change = reason.smallest_change
        if change is None:
            continue
        assert change.confirmed
        event(f"{change.kind} {change.how}")
        made = as_told(scenario, reason.need, change)
        before = judged(made, plan)
        number = Counter(placement.need for placement in plan) + Counter([reason.need])
        verdicts = [judged(made, new) for new in plans_of(made, plan, reason.need, change)
                    if Counter(placement.need for placement in new) == number]  # fmt: skip
        assert any(
            not verdict.violations and verdict.objective == before.objective + change.gain for verdict in verdicts
        )
        assert change.gain >= 0
        if all(issue.severity == "warning" for issue in find_issues(made)):
            best = solve(made, Limits(seconds=20, threads=1))
            assert best.objective is not None
            assert best.objective >= before.objective + change.gain


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_judging_what_is_near_is_judging_everything(seed: int) -> None:
    """What a placement adds beside a plan is the same, judged with those it can meet and with all there are."""
    scenario = sound_town(seed)
    plan = solve(scenario, Limits(seconds=20, threads=1, steps=0)).placements
    assume(plan)
    out = Random(seed).choice(plan)
    rest = tuple(placement for placement in plan if placement != out)
    whole = judged(scenario, rest)
    assume(not whole.violations)
    confirmer = Confirmer(scenario, rest, atoms_of(Frame(scenario)))
    for option in candidates(scenario):
        if option.need != out.need:
            continue
        verdict = judged(scenario, (*rest, option))
        gain = verdict.objective - whole.objective
        expected = gain if gain >= 0 and not verdict.violations else None
        assert confirmer.gain(scenario.need_by_id[out.need], scenario, (), (option,), whole=True) == expected
