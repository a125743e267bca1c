"""Last touches on a choice: no tier lacks what only lower ones hold, and the lot decides between equals.

Every move here keeps the choice feasible. What is given back is what ``solver.verify.order`` asks for.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np

from solver.arrays import Bools, Ints, ranges
from solver.compile import Compiled
from solver.problem import Problem
from solver.remainder import Remainder
from solver.start import best_first
from solver.verify import score

MOST_ROUNDS = 20
"""Times that envy and lots are looked at in turn; one seldom needs more than two."""


def settled(compiled: Compiled, tier: Ints, chosen: Ints) -> Ints:
    """Return the choice without justified envy and with ties as the lot has them, as far as the policy asks for it.

    Envy is looked at last: where lots would go round and round with it, none is left for a lot.

    Parameters
    ----------
    tier
        (P,) tier of every placement, that of pinned ones below all.
    chosen
        Sorted; keeps every plain rule.
    """
    policy = compiled.frame.scenario.policy
    chosen = _clean(compiled, tier, chosen)
    if policy.lot is None:
        return chosen
    for _ in range(MOST_ROUNDS):
        before, chosen = chosen, _clean(compiled, tier, by_lot(compiled, tier, chosen))
        if np.array_equal(before, chosen):
            break
    return chosen


def _clean(compiled: Compiled, tier: Ints, chosen: Ints) -> Ints:
    """Return the choice without justified envy: what one round adds may make more worth the while in the next."""
    order = compiled.frame.scenario.policy.order
    if order is None or not order.strict:
        return chosen
    for _ in range(MOST_ROUNDS):
        before, chosen = chosen, without_envy(compiled.problem, tier, chosen, order.tolerance)
        if np.array_equal(before, chosen):
            break
    return chosen


def without_envy(problem: Problem, tier: Ints, chosen: Ints, tolerance: int) -> Ints:
    """Rebuild a choice tier by tier: each takes what it has, then what it gains from and only lower ones hold.

    Lower sessions that do not fit any more go, and the others of their tier fill what they leave. Each tier's points,
    with those above it, never fall.
    """
    kept = chosen[tier[chosen] < 0]
    for level in np.unique(tier[tier >= 0]).tolist():
        kept = best_first(problem, chosen[tier[chosen] == level], kept)
        mine = np.flatnonzero(tier == level)
        kept = _added(problem, mine[np.argsort(-problem.value[mine], kind="stable")], kept, tolerance)
    return kept


def _added(problem: Problem, order: Ints, kept: Ints, tolerance: int) -> Ints:
    """Add placements one by one that fit and add more than the tolerance to the points."""
    left, points = Remainder(problem, kept), problem.objective(kept)
    order = order[_fit(problem, left, order)]
    for p in order.tolist():
        one = np.array([p])
        if not _fit(problem, left, one)[0]:
            continue
        more = np.append(kept, p)
        gained = problem.objective(more) - points
        if gained > tolerance:
            kept, points = more, points + gained
            left.take(one)
            if not problem.links.room_at(left.sums):
                kept, points = more[:-1], points - gained
                left.give(one)
    return np.sort(kept)


def _fit(problem: Problem, left: Remainder, placements: Ints) -> Bools:
    """Tell which placements fit into what is left of capacities, counts and day cells; caps are not seen."""
    fits: Bools = (
        left.open[problem.daycell[placements]] & (left.limit[problem.group[placements]] > 0) & left.fits(placements)
    )
    return fits


def by_lot(compiled: Compiled, tier: Ints, chosen: Ints) -> Ints:
    """Give a session's place to an equal need that got too little and has the lower lot, until there is none."""
    scenario = compiled.frame.scenario
    drawn = [scenario.policy.drawn(need.id) for need in scenario.needs]
    rank = np.argsort(np.argsort(np.array(drawn)))
    place, alone = places_of(compiled), cache(partial(alone_points, compiled))
    while (swap := next(_swaps(compiled, tier, chosen, rank, place, alone), None)) is not None:
        chosen = np.sort(np.append(chosen[chosen != swap[0]], swap[1]))
    return chosen


def _swaps(
    compiled: Compiled, tier: Ints, chosen: Ints, rank: Ints, place: Ints, alone: Callable[[int], int]
) -> Iterator[tuple[int, int]]:
    """Yield chosen placements and what is equal in their place and has the lower lot.

    Parameters
    ----------
    rank
        (N,) of each need's lot.
    place, alone
        Of each placement, see ``places_of`` and ``alone_points``.
    """
    problem, stays = compiled.problem, compiled.stays
    by_place = chosen[np.argsort(place[chosen], kind="stable")]
    count = np.bincount(problem.group[chosen], minlength=len(problem.group_limit))
    wanted = np.flatnonzero((count < problem.group_limit)[problem.group])
    low, high = (np.searchsorted(place[by_place], place[wanted], side=side) for side in ("left", "right"))
    which, at = ranges(low, high)
    new, old = wanted[which], by_place[at]
    equal = (tier[new] == tier[old]) & (tier[old] >= 0)
    equal &= rank[stays.need[new]] < rank[stays.need[old]]
    points = problem.objective(chosen)
    for out, into in zip(old[equal].tolist(), new[equal].tolist(), strict=True):
        swapped = np.sort(np.append(chosen[chosen != out], into))
        same = alone(out) == alone(into) and problem.objective(swapped) == points
        if same and problem.is_feasible(swapped):
            yield out, into


def places_of(compiled: Compiled) -> Ints:
    """Return one number for the space, hours and dates of each placement."""
    stays = compiled.stays
    names = np.stack([stays.space, stays.start, stays.end, stays.dateset])
    place: Ints = np.unique(names, axis=1, return_inverse=True)[1].reshape(-1)
    return place


def alone_points(compiled: Compiled, placement: int) -> int:
    """Return what a placement would be worth alone, as the judge says: terms over many placements take long to ask."""
    return sum(score(compiled.frame.scenario, [compiled.placement(placement)]).values())
