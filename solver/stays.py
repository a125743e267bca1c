"""Enumerate the possible stays of needs: every space, pattern, start and duration that each need's own rules leave.

One need at a time, all spaces, dates and clock times at once. The same pass tells ``solver.explain`` how many spaces
and stays each rule took away.
"""

from collections.abc import Callable, Sequence

import numpy as np

from models.base import DAY_MINUTES, TIME_STEP
from models.needs import DateList, Need, Spot
from solver.frame import Bools, Frame, Ints
from solver.rules import need as need_rules
from solver.rules.space import SPACE_FILTERS, Opening
from solver.rules.time import Patterns, age_allows, clock_slack, clocks_allow, patterns_of, stay_grid, wish_levels
from solver.rules.worth import Stays

Tally = Callable[[str, str, int, int], None]
"""Told a rule, ``spaces`` or ``stays``, how many there were before and how many it left."""


def _no_tally(_rule: str, _unit: str, _before: int, _left: int) -> None:
    """Count nothing."""


class Enumerator:
    """Enumerates stays over one frame; names each set of dates once."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.opening = Opening(frame)
        self._dateset_of_key: dict[int, int] = {}
        self.datesets: list[Ints] = []
        """Day indices of each set of dates."""

    def all_stays(self) -> Stays:
        """Return the stays of every need, sorted by need and day cell."""
        stays = Stays.joined([self.stays_of(n) for n in range(len(self.frame.scenario.needs))])
        return stays.take(np.lexsort((stays.cell, stays.need)))

    def stays_of(self, n: int, tally: Tally = _no_tally) -> Stays:
        """Return the stays of one need."""
        frame, need = self.frame, self.frame.scenario.needs[n]
        left = np.ones(len(frame.spaces), dtype=np.bool_)
        for rule, admits in SPACE_FILTERS:
            now = left & admits(frame, need)
            tally(rule, "spaces", int(left.sum()), int(now.sum()))
            left = now
        patterns = patterns_of(frame, need)
        grids = np.unique(frame.grid[left])
        return Stays.joined([self._block(n, need, patterns, grid, left, tally) for grid in grids])

    def _block(self, n: int, need: Need, patterns: Patterns, grid: int, left: Bools, tally: Tally) -> Stays:
        """Return a need's stays in the spaces of one grid; arrays below are (patterns, spaces, clock times)."""
        frame = self.frame
        spaces = np.flatnonzero(left & (frame.grid == grid))
        start, end = stay_grid(need, int(grid), clock_slack(frame, need))
        level = wish_levels(need, start, end)
        per_time = len(spaces) * len(patterns.start)
        wished = (level >= 0).any(axis=0)
        allowed = wished & age_allows(need, frame.scenario.policy, start, end)
        tally("time.wish", "stays", per_time * len(start), per_time * int(wished.sum()))
        tally("time.age", "stays", per_time * int(wished.sum()), per_time * int(allowed.sum()))
        start, end, level = start[allowed], end[allowed], level[:, allowed]
        if not len(start) or not len(patterns.start):
            return Stays.joined([])
        open_then, held = self._dates(need, patterns, spaces, start, end, level)
        enough = (held > 0) & (100 * held >= frame.scenario.policy.min_dates_percent * patterns.asked[:, None, None])
        tally("space.open", "stays", per_time * len(start), int((held > 0).sum()))
        tally("time.pattern", "stays", int((held > 0).sum()), int(enough.sum()))
        apart = enough & self._apart(need, patterns, spaces, start, end)
        tally("space.double", "stays", int(enough.sum()), int(apart.sum()))
        enough = apart
        banned = self._at_spots(need.bans, patterns, open_then, spaces, start, end)
        tally("need.ban", "stays", int(enough.sum()), int((enough & ~banned).sum()))
        pinned_cell = need_rules.pinned_cells(need, patterns.cell)[:, None, None]
        kept = enough & ~banned & (~pinned_cell | self._at_spots(need.pins, patterns, open_then, spaces, start, end))
        tally("need.pin", "stays", int((enough & ~banned).sum()), int(kept.sum()))
        q, s, w = np.nonzero(kept)
        lowest = self._lowest_levels(patterns, open_then, level)[q, s, w]
        return Stays(
            need=np.full(len(q), n),
            space=spaces[s],
            start=start[w],
            end=end[w],
            weekday=patterns.weekday[q],
            cell=patterns.cell[q],
            level=lowest,
            held=held[q, s, w],
            dateset=self._name_datesets(patterns, open_then, q, s, w),
        )

    def _apart(self, need: Need, patterns: Patterns, spaces: Ints, start: Ints, end: Ints) -> Bools:
        """Tell which stays, buffers included, are over before their own next date, (patterns, spaces, clock times).

        Only a list of dates can have them so near.
        """
        if not isinstance(need.recurrence, DateList):
            return np.ones((1, len(spaces), len(start)), dtype=np.bool_)
        steps = np.diff(patterns.days, append=patterns.days[-1] + self.frame.num_days) * DAY_MINUTES
        buffers = np.array([-space.hold(0, 0)[0] + space.hold(0, 0)[1] for space in self.frame.spaces])[spaces]
        apart: Bools = (end - start)[None, None, :] + buffers[None, :, None] <= int(steps.min())
        return apart

    def _at_spots(
        self, spots: Sequence[Spot], patterns: Patterns, open_then: Bools, spaces: Ints, start: Ints, end: Ints
    ) -> Bools:
        """Tell which stays are at any of some spots, (patterns, spaces, clock times); a date list by any date held."""
        found = np.zeros((len(patterns.start), len(spaces), len(start)), dtype=np.bool_)
        on = self.frame.weekday[patterns.days]
        for weekday in np.unique(on):
            has_it = np.bitwise_or.reduceat(open_then & (on == weekday)[:, None, None], patterns.start, axis=0)
            at = need_rules.matches(self.frame, spots, spaces[:, None], weekday, start[None, :], end[None, :])
            found |= has_it & at[None, :, :]
        return found

    def _dates(
        self, need: Need, patterns: Patterns, spaces: Ints, start: Ints, end: Ints, level: Ints
    ) -> tuple[Bools, Ints]:
        """Tell which dates each stay can hold on.

        Returns
        -------
        open_then
            (dates of all patterns, spaces, clock times) bool.
        held
            (patterns, spaces, clock times) how many of a pattern's dates.
        """
        frame = self.frame
        applicant = frame.scenario.organisation_by_id[need.organisation].applicant_class
        doors = np.array([self.opening.door(int(s), applicant) for s in spaces])
        fits = self.opening.open_until[:, start // TIME_STEP] >= end // TIME_STEP
        open_then = fits[doors[:, patterns.days].T] & (level[frame.weekday[patterns.days]] >= 0)[:, None, :]
        changes = np.isin(patterns.days, list(frame.clock_changes))
        lasts = (end - start >= need.min_minutes) & (end - start <= need.max_minutes)
        open_then[~changes] &= lasts
        for position in np.flatnonzero(changes):
            open_then[position] &= clocks_allow(frame, need, int(patterns.days[position]), start, end)
        return open_then, np.add.reduceat(open_then, patterns.start, axis=0, dtype=np.int64)

    def _lowest_levels(self, patterns: Patterns, open_then: Bools, level: Ints) -> Ints:
        """Return the lowest wished level over the dates each stay holds on, (patterns, spaces, clock times)."""
        on_date = level[self.frame.weekday[patterns.days]][:, None, :]
        lowest: Ints = np.minimum.reduceat(np.where(open_then, on_date, len(level)), patterns.start, axis=0)
        return lowest

    def _name_datesets(self, patterns: Patterns, open_then: Bools, q: Ints, s: Ints, w: Ints) -> Ints:
        """Return the number of each stay's set of dates, naming new ones."""
        keys = self.frame.day_keys[patterns.days][:, None, None]
        sums = np.add.reduceat(np.where(open_then, keys, np.uint64(0)), patterns.start, axis=0)[q, s, w]
        distinct, first, inverse = np.unique(sums, return_index=True, return_inverse=True)
        names = np.empty(len(distinct), dtype=np.int64)
        ends = np.append(patterns.start[1:], len(patterns.days))
        for i, key in enumerate(distinct.tolist()):
            if key not in self._dateset_of_key:
                self._dateset_of_key[key] = len(self.datesets)
                at = first[i]
                of_pattern = slice(patterns.start[q[at]], ends[q[at]])
                self.datesets.append(patterns.days[of_pattern][open_then[of_pattern, s[at], w[at]]])
            names[i] = self._dateset_of_key[key]
        return names[inverse]
