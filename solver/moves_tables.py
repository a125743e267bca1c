"""The move search's view of a Problem: its terms by placement and by set, packed as the compiled code reads them."""

from collections.abc import Sequence

import numpy as np

from solver.arrays import Bools, Floats, Ints, csr
from solver.links import Links, Meaning
from solver.moves_kernel import (
    JOURNAL_SIZE,
    MOST_EJECTED,
    NUM_NOW,
    NUM_SAMPLES,
    OBJECTIVE,
    RANDOM,
    SHORT,
    STATE,
    TABLES,
    UNPINNED,
    Words,
)
from solver.problem import Problem

NO_CAP = 2**31 - 1
"""Units that a load without a cap never reaches."""
Fields = dict[str, Ints | Words | Bools]


def tables_of(problem: Problem, loss: Floats | None) -> Words:
    """Pack a Problem; csr starts are one longer than their owners.

    Parameters
    ----------
    loss
        (P,) low for the promising placements of a group; without it, those of high value are.

    Raises
    ------
    ValueError
        When the Problem's links are restricted ones, which have rows only.
    OverflowError
        When a number of the Problem does not fit into 32 bits.
    """
    meaning = problem.links.meaning
    if meaning is None:
        raise ValueError("the move search needs to know what the terms mean; restricted links have rows only")
    fields: Fields = {
        "value": problem.value,
        "daycell": problem.daycell,
        "cell_group": problem.daycell_group,
        "cell_start": problem.daycell_start,
        "must": problem.daycell_must,
        "group_first": problem.daycell_start[problem.group_start],
        # A group never has more than its day cells.
        "limit": np.minimum(problem.group_limit, np.diff(problem.group_start)),
        "hold_start": problem.hold_start,
        "hold_track": problem.hold_track,
        "hold_first": problem.hold_first,
        "hold_last": problem.hold_last,
        "hold_amount": problem.hold_amount,
        "track_start": problem.track_start,
        "track_column": problem.track_column,
        "capacity": problem.capacity.ravel(),
    }
    return _packed(fields | _terms(problem.links, meaning) | _orders(problem, loss), TABLES, [problem.num_cells])


def _terms(links: Links, meaning: Meaning) -> Fields:
    """Return what each placement and each set does to the terms."""
    num_sets = links.num_sums
    price = np.zeros(num_sets, dtype=np.int64)
    indicators, conjunctions = len(meaning.indicator_set), len(meaning.literal_start) - 1
    np.add.at(price, meaning.indicator_set, links.z_points[:indicators])
    conjunction = np.repeat(np.arange(conjunctions), np.diff(meaning.literal_start))
    by_set, by_item = (np.argsort(which, kind="stable") for which in (meaning.literal_set, meaning.item_set))
    told = price != 0
    told[meaning.literal_set] = told[meaning.item_set] = True
    load_of_sum = np.full(num_sets, -1)
    load_of_sum[meaning.load_sum] = np.arange(len(meaning.load_sum))
    set_start, set_of, _ = _entries(links, told)
    count_start, sum_of, coef = _entries(links, load_of_sum >= 0)
    units = np.add.reduceat(np.append(meaning.segment_length, 0), meaning.segment_start[:-1])
    return {
        "set_start": set_start,
        "set_of": set_of,
        "count_start": count_start,
        "count_load": load_of_sum[sum_of],
        "count_coef": coef,
        "price": price,
        "literal_start": csr(meaning.literal_set[by_set], num_sets),
        "literal_of": conjunction[by_set],
        "literal_off": meaning.literal_off[by_set],
        "points": links.z_points[indicators : indicators + conjunctions],
        "item_start": csr(meaning.item_set[by_item], num_sets),
        "item_load": meaning.item_load[by_item],
        "item_coef": meaning.item_coef[by_item],
        "segment_start": meaning.segment_start,
        "segment_length": meaning.segment_length,
        "segment_slope": links.z_points[indicators + conjunctions :],
        "cap": np.where(meaning.capped, units, NO_CAP),
    }


def _entries(links: Links, wanted: Bools) -> tuple[Ints, Ints, Ints]:
    """Return the wanted sums of each placement: where each one's start, the sum and the coefficient."""
    members = links.members
    kept = wanted[members.indices] & (members.data != 0)
    start = np.concatenate([[0], np.cumsum(kept)])[members.indptr]
    return start, members.indices[kept].astype(np.int64), members.data[kept].astype(np.int64)


def _orders(problem: Problem, loss: Floats | None) -> Fields:
    """Return place and time of each placement, each group's placements sorted by them, and a rank: low is promising."""
    first = np.zeros(problem.num_placements, dtype=np.int64)
    holding = np.flatnonzero(np.diff(problem.hold_start))
    first[holding] = problem.hold_first[problem.hold_start[holding]]
    time = problem.day * (problem.num_cells + 1) + first
    group, place = problem.group, problem.place
    return {
        "place": place,
        "time": time,
        "by_place": np.lexsort((time, place, group)),
        "by_time": np.lexsort((place, time, group)),
        "rank": np.unique(-problem.value if loss is None else loss, return_inverse=True)[1],
    }


def _packed(fields: Fields, names: Sequence[str], extra: Sequence[int] = ()) -> Words:
    """Put fields one behind another, after their offsets and some numbers more."""
    parts = [np.ascontiguousarray(fields[name]) for name in names]
    header = len(names) + len(extra)
    offsets = header + np.cumsum([0, *(len(part) for part in parts)])
    words = np.empty(offsets[-1], dtype=np.int32)
    words[: len(names)], words[len(names) : header] = offsets[:-1], list(extra)
    for name, part, offset in zip(names, parts, offsets.tolist(), strict=False):
        if len(part) and (part.max() > NO_CAP or part.min() < -NO_CAP):
            raise OverflowError(f"{name} of the Problem does not fit into 32 bits")
        words[offset : offset + len(part)] = part
    return words


class Choice:
    """The choice of nothing, as the compiled code changes it.

    Attributes
    ----------
    words, now
        Fields, packed, and the single numbers.
    """

    def __init__(self, problem: Problem, tables: Words, seed: int) -> None:
        self._tables = tables
        groups, cells, columns = len(problem.group_limit), len(problem.daycell_group), problem.num_columns
        nodes = _most_nodes(problem) + 1
        lacking = np.zeros(len(self.table("points")), dtype=np.int64)
        np.add.at(lacking, self.table("literal_of"), 1 - self.table("literal_off"))
        short = np.flatnonzero(self.table("limit") > 0)
        short_at = np.full(groups, -1)
        short_at[short] = np.arange(len(short))
        nothing = {name: np.full(cells, -1) for name in ("chosen_of", "best_of", "chosen_at", "first_node")}
        zero = {"chosen_cells": cells, "count": groups, "usage": problem.capacity.size, "on": problem.links.num_sums}
        zero |= {"units": len(self.table("cap")), "gone": MOST_EJECTED, "entry": JOURNAL_SIZE, "sample": NUM_SAMPLES}
        zero |= dict.fromkeys(("previous", "sibling", "owner", "first", "last"), nodes)
        fields: Fields = {
            "short_groups": np.concatenate([short, np.zeros(groups - len(short), dtype=np.int64)]),
            "short_at": short_at,
            "lacking": lacking,
            "head": np.full(columns, -1),
            "next": np.arange(nodes) + 1,
        }
        fields |= nothing | {name: np.zeros(size, dtype=np.int64) for name, size in zero.items()}
        self._sizes = {name: len(field) for name, field in fields.items()}
        self.words = _packed(fields, STATE)
        self.now = np.zeros(NUM_NOW, dtype=np.int64)
        self.now[OBJECTIVE] = self.table("points")[lacking == 0].sum()
        self.now[UNPINNED] = np.count_nonzero(problem.daycell_must)
        self.now[SHORT] = len(short)
        self.now[RANDOM] = np.random.SeedSequence(seed).generate_state(1, np.uint64).astype(np.int64)[0] | 1

    def table(self, name: str) -> Words:
        """Return a field of the tables."""
        at = TABLES.index(name)
        ends = [*self._tables[: len(TABLES)].tolist(), len(self._tables)]
        return self._tables[ends[at] : ends[at + 1]]

    def field(self, name: str) -> Words:
        """Return a field of the state."""
        first = int(self.words[STATE.index(name)])
        return self.words[first : first + self._sizes[name]]


def _most_nodes(problem: Problem) -> int:
    """Return how many holds of columns the chosen placements have at most."""
    of_track = np.diff(problem.track_start)[problem.hold_track]
    columns = np.bincount(problem.hold_placement, of_track, minlength=problem.num_placements).astype(np.int64)
    most = np.zeros(len(problem.daycell_group), dtype=np.int64)
    np.maximum.at(most, problem.daycell, columns)
    return int(most.sum())
