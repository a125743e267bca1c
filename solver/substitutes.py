"""Substitute dates: for each date that a series loses, a free space nearby on that date, or its space on another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from models.needs import Need, Once, Wish
from models.plan import Decisions, Placement, Plan
from models.replan import ChangePrices, Substitute
from models.scenario import Scenario
from solver.arrays import NOTHING, Ints
from solver.compile import Compiled, compile_stays
from solver.frame import Frame
from solver.rules.worth import Stays
from solver.start import best_first
from solver.stays import taken
from solver.verify import skips_of, verify

NEAR_DAYS = 6
"""How far from the date lost another one is looked for."""
FAR_KM = 1000.0
"""How far away a site counts of which it is not known."""


@dataclass(frozen=True)
class LostDate:
    """A date that a series loses, and where and when it would have been."""

    session: Placement
    """as it is held on its other dates"""
    day: date


def substitutes(
    compiled: Compiled, chosen: Ints, lost: Sequence[LostDate], prices: ChangePrices
) -> tuple[Substitute, ...]:
    """Propose a date for each that is lost; all of them fit the plan and each other, and the judge has seen them there.

    Those that change least by the prices come first to choose; of equal ones, a nearer site or date. Each is a stay of
    the same time of day, in another space on the date lost, or in the same space within ``NEAR_DAYS`` of it.
    """
    if not lost:
        return ()
    base = compiled.frame.scenario
    trial = base.with_parts(needs=(*base.needs, *(_one_off(compiled, chosen, i, one) for i, one in enumerate(lost))))
    frame = Frame(trial)
    enumerator = compiled.enumerator.beside(frame)
    there = taken(compiled.stays, chosen)
    new = Stays.joined([enumerator.stays_of(len(base.needs) + i) for i in range(len(lost))])
    made = compile_stays(frame, enumerator, Stays.joined([there, new]))
    order = _order(made, len(chosen), lost, prices, len(base.needs))
    taken_up = best_first(made.problem, order, np.arange(len(chosen)))
    found = {int(made.stays.need[p]) - len(base.needs): made.placement(p) for p in taken_up[taken_up >= len(chosen)]}
    stand = _standing(trial, [made.placement(p) for p in range(len(chosen))], found)
    return tuple(
        Substitute(need=one.session.need, lost=one.day, instead=_as_need(stand.get(i), one))
        for i, one in enumerate(lost)
    )


def _as_need(stay: Placement | None, one: LostDate) -> Placement | None:
    return None if stay is None else stay.model_copy(update={"need": one.session.need})


def _one_off(compiled: Compiled, chosen: Ints, number: int, one: LostDate) -> Need:
    """Return a need for one date in place of one that is lost, not on the dates that the series has."""
    scenario, session = compiled.frame.scenario, one.session
    need, season = scenario.need_by_id[session.need], scenario.season
    mine = chosen[compiled.stays.need[chosen] == scenario.needs.index(need)]
    held = {day for p in mine for day in compiled.dates(p)}
    return need.model_copy(
        update={
            "id": f"substitute:{number}",
            "kind": "activity",
            "recurrence": Once(),
            "sessions": 1,
            "first": max(season.first, one.day - timedelta(days=NEAR_DAYS)),
            "last": min(season.last, one.day + timedelta(days=NEAR_DAYS)),
            "off_dates": tuple(sorted({*need.off_dates, *held})),
            "min_minutes": session.minutes,
            "max_minutes": session.minutes,
            "wishes": (Wish(weekdays=tuple(range(7)), start=session.start, end=session.ends_at),),
            "pins": (),
        }
    )


def _order(compiled: Compiled, fixed: int, lost: Sequence[LostDate], prices: ChangePrices, first: int) -> Ints:
    """Return the stays that may be proposed, those that change least first."""
    frame, stays = compiled.frame, compiled.stays
    keys: list[tuple[int, float, int, int]] = []
    for p in range(fixed, len(stays.need)):
        one = lost[stays.need[p] - first]
        day = frame.days[compiled.datesets[stays.dateset[p]][0]]
        space = frame.spaces[stays.space[p]].id
        if (day == one.day) == (space == one.session.space):
            continue  # both are as they were, which is closed, or both are others
        away = abs((day - one.day).days) if day != one.day else _km(frame.scenario, one.session.space, space)
        same_site = frame.scenario.space_by_id[space].site == _site(frame.scenario, one.session.space)
        price = prices.day if day != one.day else prices.room if same_site else prices.site
        keys.append((price, away, int(stays.need[p]), p))
    return np.array([key[-1] for key in sorted(keys)], dtype=np.int64) if keys else NOTHING


def _site(scenario: Scenario, space: str) -> str | None:
    return scenario.space_by_id[space].site if space in scenario.space_by_id else None


def _km(scenario: Scenario, one: str, other: str) -> float:
    """Return how far apart two spaces are."""
    if one not in scenario.space_by_id:
        return FAR_KM
    here, there = scenario.site_of(one), scenario.site_of(other)
    km = here.distance_km(there)
    return 0.0 if here is there else FAR_KM if km is None else km


def _standing(scenario: Scenario, plan: Sequence[Placement], found: dict[int, Placement]) -> dict[int, Placement]:
    """Return those of the proposals that no hard rule speaks against, as the judge of plans says."""
    while found:
        placements = (*plan, *found.values())
        trial = Plan(placements=placements, decisions=Decisions(skips=skips_of(scenario, placements)))
        named = {need for violation in verify(scenario, trial).violations for need in violation.needs}
        wrong = {i for i, stay in found.items() if stay.need in named}
        if not wrong:
            return found
        found = {i: stay for i, stay in found.items() if i not in wrong}
    return found
