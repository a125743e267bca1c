"""A plan while it is being built: what is still free, and what one more placement would bring, kept up to date."""

import numpy as np

from solver.arrays import Bools, Floats, Ints, csr, ranges
from solver.problem import Problem


class Ledger:
    """A growing choice of placements that never breaks a capacity, count or cap."""

    def __init__(self, problem: Problem, fixed: Ints) -> None:
        """Begin with the fixed placements."""
        self.problem = problem
        self.free: Ints = problem.capacity.copy()
        self.left: Ints = problem.group_limit.copy()
        self.open_cell: Bools = np.ones(len(problem.daycell_group), dtype=np.bool_)
        self.terms = _TermLedger(problem) if problem.links.num_sums else None
        self._chosen: list[int] = []
        for placement in fixed.tolist():
            self.take(placement)

    def chosen(self) -> Ints:
        """Return the placements taken, sorted."""
        return np.sort(np.array(self._chosen, dtype=np.int64))

    def of_group(self, group: int) -> Ints:
        """Return every placement of a group."""
        first, last = self.problem.group_start[group], self.problem.group_start[group + 1]
        return np.arange(self.problem.daycell_start[first], self.problem.daycell_start[last])

    def still_open(self, placements: Ints) -> Ints:
        """Return those of one group's placements that can be taken now; what cannot never can later."""
        if not len(placements) or not self.left[self.problem.group[placements[0]]]:
            return placements[:0]
        placements = placements[self.open_cell[self.problem.daycell[placements]]]
        placements = placements[self.problem.fitting(placements, self.free)]
        return placements if self.terms is None else placements[self.terms.kept(placements)]

    def gains(self, placements: Ints) -> Ints:
        """Return the points each placement alone would add, (len(placements),).

        A conjunction of which one placement switches two literals is left out: no rule writes such.
        """
        own = self.problem.value[placements]
        return own if self.terms is None else own + self.terms.gains(placements)

    def take(self, placement: int) -> Ints:
        """Add a placement; returns the sets whose gain it changed."""
        problem = self.problem
        _, hold, column = problem.segments_of(np.array([placement]))
        first, last = problem.hold_first[hold].tolist(), problem.hold_last[hold].tolist()
        for i, c in enumerate(column.tolist()):
            self.free[c, first[i] : last[i]] -= problem.hold_amount[hold[i]]
        cell = problem.daycell[placement]
        self.open_cell[cell] = False
        self.left[problem.daycell_group[cell]] -= 1
        self._chosen.append(placement)
        return np.zeros(0, dtype=np.int64) if self.terms is None else self.terms.take(placement)


class _TermLedger:
    """The terms at a growing choice, kept by set: what switching each set on would add."""

    def __init__(self, problem: Problem) -> None:
        links, meaning = problem.links, problem.links.meaning
        if meaning is None:
            raise ValueError("the links of a whole Problem have a meaning")
        self.members, self.meaning = links.members, meaning
        self.y = np.zeros(links.num_sums, dtype=np.int64)
        num_prices, num_conjunctions = len(meaning.indicator_set), len(meaning.literal_start) - 1
        self.points = links.z_points[num_prices : num_prices + num_conjunctions]
        self.conjunction = np.repeat(np.arange(num_conjunctions), np.diff(meaning.literal_start))
        self.by_set = np.argsort(meaning.literal_set, kind="stable")
        self.by_set_start = csr(meaning.literal_set[self.by_set], links.num_sums)
        holds = meaning.literal_off
        self.lacking = np.bincount(self.conjunction, ~holds, minlength=num_conjunctions).astype(np.int64)
        self.set_gain = np.zeros(links.num_sums, dtype=np.int64)
        self.set_gain[meaning.indicator_set] = links.z_points[:num_prices]
        np.add.at(self.set_gain, meaning.literal_set, self._brings(np.arange(len(self.conjunction))))
        self.loads = _LoadLedger(problem)

    def _brings(self, literals: Ints) -> Ints:
        """Return what switching its set on brings by each literal's conjunction."""
        conjunction, off = self.conjunction[literals], self.meaning.literal_off[literals]
        is_on = self.y[self.meaning.literal_set[literals]] > 0
        completes = ~off & ~is_on & (self.lacking[conjunction] == 1)
        spoils = off & ~is_on & (self.lacking[conjunction] == 0)
        brings: Ints = self.points[conjunction] * (completes.astype(np.int64) - spoils)
        return brings

    def _entries(self, placements: Ints) -> tuple[Ints, Ints, Ints]:
        """Return the position in ``placements``, sum and coefficient of each membership."""
        start = self.members.indptr
        position, entry = ranges(start[placements].astype(np.int64), start[placements + 1].astype(np.int64))
        return position, self.members.indices[entry].astype(np.int64), self.members.data[entry].astype(np.int64)

    def kept(self, placements: Ints) -> Bools:
        """Tell which placements keep every cap."""
        if not self.loads.any_capped:
            return np.ones(len(placements), dtype=np.bool_)
        position, load, units = self.loads.adds(*self._entries(placements), self.y)
        kept = np.ones(len(placements), dtype=np.bool_)
        kept[position[self.loads.units[load] + units > self.loads.most[load]]] = False
        return kept

    def gains(self, placements: Ints) -> Ints:
        """Return what the terms add for each placement."""
        position, sums, coef = self._entries(placements)
        off = self.y[sums] == 0
        gains = np.bincount(position, self.set_gain[sums] * off, minlength=len(placements)).astype(np.int64)
        position, load, units = self.loads.adds(position, sums, coef, self.y)
        np.add.at(gains, position, self.loads.points(load, units))
        return gains

    def take(self, placement: int) -> Ints:
        position, sums, coef = self._entries(np.array([placement]))
        _, load, units = self.loads.adds(position, sums, coef, self.y)
        self.loads.units[load] += units
        switched = sums[(self.y[sums] == 0) & (coef > 0)]
        _, at = ranges(self.by_set_start[switched], self.by_set_start[switched + 1])
        mine = self.by_set[at]
        conjunctions = np.unique(self.conjunction[mine])
        start = self.meaning.literal_start
        _, touched = ranges(start[conjunctions], start[conjunctions + 1])
        sets = self.meaning.literal_set[touched]
        np.subtract.at(self.set_gain, sets, self._brings(touched))
        self.y[sums] += coef
        # A literal of a set that has come on holds from now on, a negated one no longer.
        np.add.at(self.lacking, self.conjunction[mine], np.where(self.meaning.literal_off[mine], 1, -1))
        np.add.at(self.set_gain, sets, self._brings(touched))
        return np.unique(sets)


class _LoadLedger:
    """How many units each load has."""

    def __init__(self, problem: Problem) -> None:
        links, meaning = problem.links, problem.links.meaning
        if meaning is None:
            raise ValueError("the links of a whole Problem have a meaning")
        number = len(meaning.capped)
        self.units = np.zeros(number, dtype=np.int64)
        self.load_of_sum = np.full(links.num_sums, -1)
        self.load_of_sum[meaning.load_sum] = np.arange(number)
        by_set = np.argsort(meaning.item_set, kind="stable")
        self.item_load, self.item_coef = meaning.item_load[by_set], meaning.item_coef[by_set]
        self.item_start = csr(meaning.item_set[by_set], links.num_sums)
        of_load, segment = ranges(meaning.segment_start[:-1], meaning.segment_start[1:])
        rank = segment - meaning.segment_start[of_load]
        self.length = np.zeros((number, int(rank.max(initial=-1)) + 1), dtype=np.int64)
        self.slope = np.zeros_like(self.length)
        self.length[of_load, rank] = meaning.segment_length[segment]
        self.slope[of_load, rank] = links.z_points[len(links.z_points) - len(meaning.segment_length) :][segment]
        total = self.length.sum(axis=1)
        self.any_capped = bool(meaning.capped.any())
        self.most = np.where(meaning.capped, total, np.iinfo(np.int64).max)

    def adds(self, position: Ints, sums: Ints, coef: Ints, y: Ints) -> tuple[Ints, Ints, Ints]:
        """Return the position, load and units of what placements with these memberships would add to loads."""
        direct = self.load_of_sum[sums] >= 0
        off = np.flatnonzero(y[sums] == 0)
        owner, item = ranges(self.item_start[sums[off]], self.item_start[sums[off] + 1])
        at = np.concatenate([position[direct], position[off][owner]])
        load = np.concatenate([self.load_of_sum[sums[direct]], self.item_load[item]])
        units = np.concatenate([coef[direct], self.item_coef[item]])
        width = max(1, len(self.units))
        keys, which = np.unique(at * width + load, return_inverse=True)
        added = np.bincount(which, units, minlength=len(keys)).astype(np.int64)
        return keys // width, keys % width, added

    def points(self, load: Ints, added: Ints) -> Ints:
        """Return the points of adding units to loads."""
        return self._worth(load, self.units[load] + added) - self._worth(load, self.units[load])

    def _worth(self, load: Ints, units: Ints) -> Ints:
        length = self.length[load]
        before = np.cumsum(length, axis=1) - length
        worth: Ints = (np.clip(units[:, None] - before, 0, length) * self.slope[load]).sum(axis=1)
        return worth


def pressure(problem: Problem) -> Floats:
    """Return how much is asked of each unit of each (column, cell), (C, T), every need spread over its wishes."""
    sizes = np.bincount(problem.group, minlength=len(problem.group_limit))
    share = problem.group_limit[problem.group] / np.maximum(1, sizes)[problem.group]
    asked = np.zeros(problem.num_columns * (problem.num_cells + 1))
    for part in np.array_split(np.arange(problem.num_placements), 1 + problem.num_placements // 500_000):
        position, hold, column = problem.segments_of(part)
        row, amount = column * (problem.num_cells + 1), problem.hold_amount[hold] * share[part][position]
        at = np.concatenate([row + problem.hold_first[hold], row + problem.hold_last[hold]])
        asked += np.bincount(at, np.concatenate([amount, -amount]), minlength=len(asked))
    used = np.cumsum(asked.reshape(problem.num_columns, -1), axis=1)[:, :-1]
    return np.maximum(used, 0) / np.maximum(1, problem.capacity)


def held(problem: Problem, weight: Floats) -> Floats:
    """Return the weight of what each placement holds, (P,), of weights for a unit of each (column, cell), (C, T)."""
    before = np.zeros((problem.num_columns, problem.num_cells + 1))
    np.cumsum(weight, axis=1, out=before[:, 1:])
    total = np.zeros(problem.num_placements)
    for part in np.array_split(np.arange(problem.num_placements), 1 + problem.num_placements // 500_000):
        position, hold, column = problem.segments_of(part)
        mine = before[column, problem.hold_last[hold]] - before[column, problem.hold_first[hold]]
        total[part] = np.bincount(position, mine * problem.hold_amount[hold], minlength=len(part))
    return total
