"""The stay that came closest to being a need's: what it lacked in points, or the one rule that took it away."""

from collections.abc import Callable, Sequence

import numpy as np

from models.base import DAY_MINUTES, format_clock
from models.changes import Miss
from models.needs import Need, Wish
from models.result import ScarceHour
from solver.alternatives import Alternative, moves_of
from solver.arrays import Ints
from solver.beside import Beside
from solver.bound import Bound
from solver.cells import cells_of
from solver.compile import Compiled
from solver.confirm import Confirmer
from solver.frame import Frame
from solver.holders import Holders
from solver.rules.worth import Stays
from solver.scarcity import scarce_hours

MOST_ASKED = 20
"""Stays that are looked at for one that no placement outside the Problem is in the way of."""


def _any_time(need: Need) -> Need:
    every = (Wish(weekdays=tuple(range(7)), start=0, end=DAY_MINUTES),)
    return need.model_copy(update={"wishes": every})


_WITHOUT: dict[str, Callable[[Need], Need]] = {
    "space.capacity": lambda need: need.model_copy(update={"size": 1}),
    "space.features": lambda need: need.model_copy(update={"features": ()}),
    "space.choice": lambda need: need.model_copy(
        update={"only_listed": False, "forbidden_spaces": (), "districts": ()}
    ),
    "time.wish": _any_time,
    "time.age": lambda need: need.model_copy(update={"ages": None}),
    "things.pool": lambda need: need.model_copy(update={"equipment": {}}),
    "office.capacity": lambda need: need.model_copy(update={"area_m2": None}),
    "need.ban": lambda need: need.model_copy(update={"bans": ()}),
    "need.pin": lambda need: need.model_copy(update={"pins": ()}),
}
"""A need as each rule alone would see it if it asked nothing."""


def priced_hours(compiled: Compiled) -> tuple[ScarceHour, ...]:
    """Price the hours of spaces anew, as a run does before its first cuts."""
    problem = compiled.problem
    if not problem.num_placements:
        return ()
    bound = Bound(problem)
    while not bound.first_done:
        bound.advance()
    return scarce_hours(compiled, cells_of(problem).spread(bound.proof().at.price))


class Misses:
    """Finds nearest misses beside one plan."""

    def __init__(
        self, compiled: Compiled, holders: Holders, confirmer: Confirmer, scarcity: Sequence[ScarceHour] | None
    ) -> None:
        self.compiled, self.holders, self.confirmer, self.scarcity = compiled, holders, confirmer, scarcity
        self._points = {(hour.space, hour.weekday, hour.hour): hour.points for hour in scarcity or ()}
        spaces = compiled.frame.spaces
        self._parts = {space.id: [part.id for part in spaces if part.parent == space.id] for space in spaces}

    def of_points(self, n: int) -> Miss | None:
        """Return the possible stay that lacked the fewest points, of the n-th need."""
        moves = moves_of(Beside.of(self.compiled.problem, self.holders.chosen), n, keeps_own=True)
        best = (moves.alternative(i) for i in moves.best(moves.placement)[:MOST_ASKED])
        fitting = (one for one in best if self.holders.beside_strays(n, np.array([one.placement]))[0])
        nearest = next(fitting, None)
        return None if nearest is None else self._of(nearest)

    def _of(self, nearest: Alternative) -> Miss:
        compiled, problem, chosen = self.compiled, self.compiled.problem, self.holders.chosen
        rest = np.setdiff1d(chosen, nearest.displaced, assume_unique=True)
        displaced = problem.objective(chosen) - problem.objective(rest)
        gone, mine = [compiled.placement(p) for p in nearest.displaced], compiled.placement(nearest.placement)
        miss = self._miss(self.compiled.stays, nearest.placement, None)
        return miss.model_copy(
            update={
                "earned": nearest.change + displaced,
                "displaced": displaced,
                "holders": tuple(dict.fromkeys(placement.need for placement in gone)),
                "by_rule": self.confirmer.lost(gone, [mine]),
            }
        )

    def of_rules(self, need: Need, rules: Sequence[str], used: Sequence[int]) -> Miss | None:
        """Return the stay that one rule alone took away, of the last rule of some for which there is one.

        Parameters
        ----------
        rules
            Those that took away stays or spaces, in the order in which they are asked.
        used
            Day cells that the need has used.
        """
        for rule in reversed([rule for rule in rules if rule in _WITHOUT]):
            changed = _WITHOUT[rule](need)
            scenario = self.compiled.frame.scenario.with_parts(needs=(changed,))
            stays = self.compiled.enumerator.beside(Frame(scenario)).stays_of(0)
            possible = np.flatnonzero(~np.isin(stays.cell, used))
            if len(possible):
                i = int(possible[np.argmin(self._distance(rule, need, stays)[possible])])
                return self._miss(stays, i, rule)
        return None

    def _distance(self, rule: str, need: Need, stays: Stays) -> Ints:
        """Return how far each stay is from what a rule admits; comparable within the rule only."""
        if rule == "space.capacity":
            distance: Ints = -self.compiled.frame.capacity[stays.space]
            return distance
        if rule != "time.wish":
            return -stays.held.astype(np.int64)
        ways = [
            np.maximum(0, wish.start - stays.start)
            + np.maximum(0, stays.end - wish.end)
            + np.where(np.isin(stays.weekday, wish.weekdays), 0, DAY_MINUTES)
            for wish in need.wishes
        ]
        nearest: Ints = np.min(ways, axis=0)
        return nearest

    def _miss(self, stays: Stays, i: int, rule: str | None) -> Miss:
        space, weekday = self.compiled.frame.spaces[stays.space[i]].id, int(stays.weekday[i])
        start, end = int(stays.start[i]), int(stays.end[i])
        return Miss(
            space=space,
            weekday=weekday,
            start=format_clock(start),
            end=format_clock(end),
            rule=rule,
            hour_points=None if self.scarcity is None else round(self._hour_points(space, weekday, start, end), 1),
        )

    def _hour_points(self, space: str, weekday: int, start: int, end: int) -> float:
        """Return what one more weekly hour would be worth there, the mean of the hours of a stay."""
        parts = self._parts[space]
        if parts:
            return sum(self._hour_points(part, weekday, start, end) for part in parts)
        hours = range(start // 60, (end + 59) // 60)
        shares = ((hour, min(end, 60 * hour + 60) - max(start, 60 * hour)) for hour in hours)
        found = (
            minutes * self._points.get((space, (weekday + hour // 24) % 7, hour % 24), 0.0) for hour, minutes in shares
        )
        return sum(found) / (end - start)
