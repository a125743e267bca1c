"""The move search's view of a Problem: its terms as flat arrays, by placement and by set."""

import numpy as np
from numpy.typing import NDArray

from solver.arrays import NOTHING, Floats, Ints, csr
from solver.links import Links
from solver.moves_kernel import JOURNAL_SIZE, MOST_EJECTED, NUM_SAMPLES, State, Tables
from solver.moves_kernel import OBJECTIVE, SHORT, UNPINNED
from solver.problem import Problem

Int32 = NDArray[np.int32]
NO_CAP = np.iinfo(np.int64).max


def tables_of(problem: Problem, loss: Floats | None) -> Tables:
    """Flatten a Problem; within a group, placements of low ``loss`` (P,) are promising, else those of high value."""
    links = problem.links
    meaning = links.meaning
    if meaning is None:
        raise ValueError("the move search needs to know what the terms mean; restricted links have rows only")
    num_sets = links.num_sums
    segments = meaning.segment_length
    indicators, conjunctions = len(meaning.indicator_set), len(meaning.literal_start) - 1
    price = np.zeros(num_sets, dtype=np.int64)
    np.add.at(price, meaning.indicator_set, links.z_points[:indicators])
    conjunction = np.repeat(np.arange(conjunctions), np.diff(meaning.literal_start))
    by_set, by_item = (np.argsort(which, kind="stable") for which in (meaning.literal_set, meaning.item_set))
    load_of_sum = np.full(num_sets, -1)
    load_of_sum[meaning.load_sum] = np.arange(len(meaning.load_sum))
    used = price != 0
    used[meaning.literal_set] = used[meaning.item_set] = True
    in_set, set_of, _ = _entries(links, used)
    counts, sum_of, coef = _entries(links, load_of_sum >= 0)
    group_first = problem.daycell_start[problem.group_start]
    cells = np.diff(problem.group_start)
    time = _times(problem)
    return Tables(
        value=problem.value,
        daycell=problem.daycell,
        cell_group=problem.daycell_group,
        cell_start=problem.daycell_start,
        must=problem.daycell_must,
        group_first=group_first,
        limit=np.minimum(problem.group_limit, cells),
        hold_start=problem.hold_start,
        hold_track=problem.hold_track,
        hold_first=problem.hold_first,
        hold_last=problem.hold_last,
        hold_amount=problem.hold_amount,
        track_start=problem.track_start,
        track_column=problem.track_column,
        capacity=np.ascontiguousarray(problem.capacity).ravel(),
        num_cells=problem.num_cells,
        set_start=in_set,
        set_of=set_of.astype(np.int32),
        count_start=counts,
        count_load=load_of_sum[sum_of].astype(np.int32),
        count_coef=coef,
        price=price,
        literal_start=csr(meaning.literal_set[by_set], num_sets),
        literal_of=conjunction[by_set].astype(np.int32),
        literal_off=meaning.literal_off[by_set],
        points=links.z_points[indicators : indicators + conjunctions],
        item_start=csr(meaning.item_set[by_item], num_sets),
        item_load=meaning.item_load[by_item].astype(np.int32),
        item_coef=meaning.item_coef[by_item],
        segment_start=meaning.segment_start,
        segment_length=segments,
        segment_slope=links.z_points[indicators + conjunctions :],
        cap=np.where(meaning.capped, np.add.reduceat(np.append(segments, 0), meaning.segment_start[:-1]), NO_CAP),
        place=problem.place,
        time=time,
        by_place=_order(problem.group, problem.place, time),
        by_time=_order(problem.group, time, problem.place),
        by_loss=_order(problem.group, -problem.value if loss is None else loss, NOTHING),
    )


def _entries(links: Links, wanted: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Return the wanted sums of each placement: where each one's start, the sum and the coefficient."""
    members = links.members
    kept = wanted[members.indices] & (members.data != 0)
    start = np.concatenate([[0], np.cumsum(kept)])[members.indptr]
    return start.astype(np.int64), members.indices[kept].astype(np.int64), members.data[kept].astype(np.int64)


def _times(problem: Problem) -> Int32:
    """Label each placement's day and first cell held."""
    first = np.zeros(problem.num_placements, dtype=np.int64)
    holding = np.flatnonzero(np.diff(problem.hold_start))
    first[holding] = problem.hold_first[problem.hold_start[holding]]
    return (problem.day * (problem.num_cells + 1) + first).astype(np.int32)


def _order(group: Ints, major: Ints | Int32 | Floats, minor: Ints | Int32) -> Int32:
    """Return the placements sorted by group, which they are already, then by two keys."""
    keys = (minor, major, group) if len(minor) else (major, group)
    return np.lexsort(keys).astype(np.int32)


def empty_state(problem: Problem, tables: Tables, seed: int) -> State:
    """Return the state of the choice of nothing."""
    groups, cells = len(tables.limit), len(tables.must)
    literal_on = np.zeros(len(tables.points), dtype=np.int32)
    np.add.at(literal_on, tables.literal_of, ~tables.literal_off)
    short = np.flatnonzero(tables.limit > 0)
    now = np.zeros(16, dtype=np.int64)
    now[OBJECTIVE] = tables.points[literal_on == 0].sum()
    now[UNPINNED] = np.count_nonzero(tables.must)
    now[SHORT] = len(short)
    node = np.full((_most_nodes(problem) + 1, 6), -1, dtype=np.int32)
    node[:, 0] = np.arange(len(node)) + 1
    short_at = np.full(groups, -1, dtype=np.int32)
    short_at[short] = np.arange(len(short))
    short_groups = np.zeros(groups, dtype=np.int32)
    short_groups[: len(short)] = short
    return State(
        now=now,
        random=np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1),
        chosen_of=np.full(cells, -1, dtype=np.int32),
        best_of=np.full(cells, -1, dtype=np.int32),
        count=np.zeros(groups, dtype=np.int64),
        chosen_cells=np.zeros(cells, dtype=np.int32),
        chosen_at=np.full(cells, -1, dtype=np.int32),
        short_groups=short_groups,
        short_at=short_at,
        usage=np.zeros_like(tables.capacity),
        on=np.zeros(len(tables.price), dtype=np.int32),
        lacking=literal_on,
        units=np.zeros(len(tables.cap), dtype=np.int64),
        head=np.full(problem.num_columns, -1, dtype=np.int32),
        first_node=np.full(cells, -1, dtype=np.int32),
        node=node,
        journal=np.zeros(JOURNAL_SIZE, dtype=np.int64),
        ejected=np.zeros(MOST_EJECTED, dtype=np.int64),
        samples=np.zeros(NUM_SAMPLES, dtype=np.int64),
    )


def _most_nodes(problem: Problem) -> int:
    """Return how many holds of columns the chosen placements have at most."""
    of_track = np.diff(problem.track_start)[problem.hold_track]
    columns = np.bincount(problem.hold_placement, of_track, minlength=problem.num_placements).astype(np.int64)
    most = np.zeros(len(problem.daycell_group), dtype=np.int64)
    np.maximum.at(most, problem.daycell, columns)
    return int(most.sum())
