"""The compiled part of the move search: a choice with its sums, loads and occupants, and the moves on it.

Everything is plain integer arrays, so that numba compiles it. A move is a few removals and additions, written to a
journal as they are made; each changes the objective by the sums, terms and holds of its placement alone. What is not
accepted is undone. Whether a choice keeps capacities, caps and pins is three counters.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from solver.arrays import Ints

F = TypeVar("F", bound=Callable[..., Any])

OBJECTIVE, OVERUSED, OVER_CAP, UNPINNED, CHOSEN, SHORT, JOURNAL, FREE_NODE, EJECTED, BEST, UNSAVED, SAMPLES = range(12)
"""Where the numbers stand in ``State.now``."""
MOST_EJECTED = 6
"""Placements one move may eject."""
JOURNAL_SIZE = 64
NUM_SAMPLES = 1024
"""Losses of moves that are remembered, for the temperature."""
TRIES = 3
"""Random placements tried for what was ejected."""
INSERT_SHARE = 0.3
"""Share of moves that insert, where a group has less than it may have."""
SWAP_SHARE = 0.2
"""Share of the other moves that exchange two placements."""
COOLING_EVERY = 256
"""Moves at one temperature."""


def compiled(function: F) -> F:
    """Compile a function when it is first called, and keep the machine code beside the source."""
    return cast("F", numba.njit(cache=True, nogil=True)(function))


class Tables(NamedTuple):
    """What does not change: the Problem as flat arrays. csr: ``x_start`` of one longer than its owners."""

    value: Ints
    daycell: Ints
    cell_group: Ints
    cell_start: Ints
    """(K + 1,) placements of each day cell"""
    must: NDArray[np.bool_]
    group_first: Ints
    """(G + 1,) placements of each group"""
    limit: Ints
    """(G,) the group's limit, or its day cells where they are fewer"""
    hold_start: Ints
    hold_track: Ints
    hold_first: Ints
    hold_last: Ints
    hold_amount: Ints
    track_start: Ints
    track_column: Ints
    capacity: Ints
    """(C * T,)"""
    num_cells: int
    set_start: Ints
    """(P + 1,) sets that a placement is in,"""
    set_of: NDArray[np.int32]
    count_start: Ints
    """(P + 1,) and loads that count it"""
    count_load: NDArray[np.int32]
    count_coef: Ints
    price: Ints
    """(S,) points of a set that is on"""
    literal_start: Ints
    """(S + 1,) conjunctions that a set is a literal of,"""
    literal_of: NDArray[np.int32]
    literal_off: NDArray[np.bool_]
    points: Ints
    """(J,)"""
    item_start: Ints
    """(S + 1,) and loads that count it"""
    item_load: NDArray[np.int32]
    item_coef: Ints
    segment_start: Ints
    """(L + 1,)"""
    segment_length: Ints
    segment_slope: Ints
    cap: Ints
    """(L,) most units"""
    place: Ints
    time: NDArray[np.int32]
    """(P,) one label for a day and first cell held"""
    by_place: NDArray[np.int32]
    """(P,) each group's placements by place, then time,"""
    by_time: NDArray[np.int32]
    """and by time, then place"""
    by_loss: NDArray[np.int32]
    """and the most promising first"""


class State(NamedTuple):
    """What moves change."""

    now: Ints
    """Single numbers: see the names above"""
    random: NDArray[np.uint64]
    """(1,) state of the random numbers"""
    chosen_of: NDArray[np.int32]
    """(K,) placement of each day cell, or -1"""
    best_of: NDArray[np.int32]
    """(K,) the same, of the best choice"""
    count: Ints
    """(G,) placements of each group"""
    chosen_cells: NDArray[np.int32]
    """day cells with a placement, in no order,"""
    chosen_at: NDArray[np.int32]
    """(K,) and where each stands there"""
    short_groups: NDArray[np.int32]
    """groups with fewer than they may have, in no order,"""
    short_at: NDArray[np.int32]
    usage: Ints
    """(C * T,)"""
    on: NDArray[np.int32]
    """(S,) placements chosen of each set"""
    lacking: NDArray[np.int32]
    """(J,) literals that do not hold"""
    units: Ints
    """(L,)"""
    head: NDArray[np.int32]
    """(C,) first node of each column; a node is a chosen placement's hold of a column"""
    first_node: NDArray[np.int32]
    """(K,) first node of each day cell"""
    node: NDArray[np.int32]
    """(N, 6) next and previous in the column, next of the day cell, day cell, first and last cell held"""
    journal: Ints
    """placements added (p) and removed (-1 - p)"""
    ejected: Ints
    samples: Ints


NEXT, PREVIOUS, SIBLING, OWNER, FIRST, LAST = range(6)
"""Columns of ``State.node``."""


@compiled
def _bits(s: State) -> np.uint64:
    """Return 64 random bits (xorshift64*, Vigna 2016, doi:10.1145/2845077)."""
    x = s.random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    s.random[0] = x
    return x * np.uint64(2685821657736338717)


@compiled
def _below(s: State, number: int) -> int:
    """Return a random whole number from 0 to below ``number``, which is less than 2^31."""
    return np.int64(((_bits(s) >> np.uint64(33)) * np.uint64(number)) >> np.uint64(31))  # type: ignore[return-value]


@compiled
def _uniform(s: State) -> float:
    """Return a random number above 0 and not above 1."""
    return (np.float64(_bits(s) >> np.uint64(11)) + 1.0) * (1.0 / 9007199254740992.0)


@compiled
def _load_points(t: Tables, load: int, units: int) -> int:
    """Return what so many units of a load are worth."""
    points = 0
    for i in range(t.segment_start[load], t.segment_start[load + 1]):
        if units <= t.segment_length[i]:
            return points + units * t.segment_slope[i]
        points += t.segment_length[i] * t.segment_slope[i]
        units -= t.segment_length[i]
    return points


@compiled
def _change_load(t: Tables, s: State, load: int, change: int) -> None:
    before = s.units[load]
    after = before + change
    s.units[load] = after
    s.now[OBJECTIVE] += _load_points(t, load, after) - _load_points(t, load, before)
    s.now[OVER_CAP] += np.int64(after > t.cap[load]) - np.int64(before > t.cap[load])


@compiled
def _turn(t: Tables, s: State, which: int, on: bool) -> None:
    """Tell the terms that a set has been turned on or off."""
    sign = 1 if on else -1
    gain = sign * t.price[which]
    for i in range(t.literal_start[which], t.literal_start[which + 1]):
        conjunction = t.literal_of[i]
        if on != t.literal_off[i]:
            s.lacking[conjunction] -= 1
            if s.lacking[conjunction] == 0:
                gain += t.points[conjunction]
        else:
            if s.lacking[conjunction] == 0:
                gain -= t.points[conjunction]
            s.lacking[conjunction] += 1
    s.now[OBJECTIVE] += gain
    for i in range(t.item_start[which], t.item_start[which + 1]):
        _change_load(t, s, t.item_load[i], sign * t.item_coef[i])


@compiled
def _terms(t: Tables, s: State, placement: int, sign: int) -> None:
    """Count a placement in or out of everything that the objective adds up."""
    s.now[OBJECTIVE] += sign * t.value[placement]
    for i in range(t.set_start[placement], t.set_start[placement + 1]):
        which = t.set_of[i]
        before = s.on[which]
        s.on[which] = before + sign
        if before == 0:
            _turn(t, s, which, True)
        elif before + sign == 0:
            _turn(t, s, which, False)
    for i in range(t.count_start[placement], t.count_start[placement + 1]):
        _change_load(t, s, t.count_load[i], sign * t.count_coef[i])


@compiled
def _use(t: Tables, s: State, column: int, first: int, last: int, amount: int) -> None:
    row = column * t.num_cells
    for at in range(row + first, row + last):
        before = s.usage[at]
        s.usage[at] = before + amount
        s.now[OVERUSED] += np.int64(before + amount > t.capacity[at]) - np.int64(before > t.capacity[at])


@compiled
def _link(s: State, column: int, cell: int, first: int, last: int) -> None:
    """Enter a hold among the column's."""
    new = s.now[FREE_NODE]
    s.now[FREE_NODE] = s.node[new, NEXT]
    follower = s.head[column]
    s.node[new, NEXT] = follower
    s.node[new, PREVIOUS] = -1 - column
    s.node[new, SIBLING] = s.first_node[cell]
    s.node[new, OWNER] = cell
    s.node[new, FIRST] = first
    s.node[new, LAST] = last
    s.first_node[cell] = new
    s.head[column] = new
    if follower >= 0:
        s.node[follower, PREVIOUS] = new


@compiled
def _unlink(s: State, cell: int) -> None:
    """Take out the holds of a day cell."""
    node = s.first_node[cell]
    while node >= 0:
        follower, previous = s.node[node, NEXT], s.node[node, PREVIOUS]
        if previous >= 0:
            s.node[previous, NEXT] = follower
        else:
            s.head[-1 - previous] = follower
        if follower >= 0:
            s.node[follower, PREVIOUS] = previous
        s.node[node, NEXT] = s.now[FREE_NODE]
        s.now[FREE_NODE] = node
        node = s.node[node, SIBLING]
    s.first_node[cell] = -1


@compiled
def _hold(t: Tables, s: State, placement: int, sign: int) -> None:
    """Take what a placement holds, or give it back."""
    cell = t.daycell[placement]
    if sign < 0:
        _unlink(s, cell)
    for h in range(t.hold_start[placement], t.hold_start[placement + 1]):
        track, first, last = t.hold_track[h], t.hold_first[h], t.hold_last[h]
        for i in range(t.track_start[track], t.track_start[track + 1]):
            column = t.track_column[i]
            if sign > 0:
                _link(s, column, cell, first, last)
            _use(t, s, column, first, last, sign * t.hold_amount[h])


@compiled
def _enter(members: NDArray[np.int32], at: NDArray[np.int32], number: int, member: int) -> None:
    members[number] = member
    at[member] = number


@compiled
def _leave(members: NDArray[np.int32], at: NDArray[np.int32], number: int, member: int) -> None:
    """Fill the leaving member's place with the last one."""
    last = members[number - 1]
    members[at[member]] = last
    at[last] = at[member]
    at[member] = -1


@compiled
def add(t: Tables, s: State, placement: int) -> None:
    """Choose a placement of an empty day cell."""
    cell = t.daycell[placement]
    group = t.cell_group[cell]
    s.chosen_of[cell] = placement
    _enter(s.chosen_cells, s.chosen_at, s.now[CHOSEN], cell)
    s.now[CHOSEN] += 1
    s.count[group] += 1
    if s.count[group] == t.limit[group]:
        _leave(s.short_groups, s.short_at, s.now[SHORT], group)
        s.now[SHORT] -= 1
    s.now[UNPINNED] -= np.int64(t.must[cell])
    _hold(t, s, placement, 1)
    _terms(t, s, placement, 1)
    s.journal[s.now[JOURNAL]] = placement
    s.now[JOURNAL] += 1


@compiled
def remove(t: Tables, s: State, placement: int) -> None:
    """Give up a chosen placement."""
    cell = t.daycell[placement]
    group = t.cell_group[cell]
    s.chosen_of[cell] = -1
    _leave(s.chosen_cells, s.chosen_at, s.now[CHOSEN], cell)
    s.now[CHOSEN] -= 1
    if s.count[group] == t.limit[group]:
        _enter(s.short_groups, s.short_at, s.now[SHORT], group)
        s.now[SHORT] += 1
    s.count[group] -= 1
    s.now[UNPINNED] += np.int64(t.must[cell])
    _hold(t, s, placement, -1)
    _terms(t, s, placement, -1)
    s.journal[s.now[JOURNAL]] = -1 - placement
    s.now[JOURNAL] += 1


@compiled
def undo(t: Tables, s: State, until: int) -> None:
    """Take back what the journal says after an entry."""
    for i in range(s.now[JOURNAL] - 1, until - 1, -1):
        entry = s.journal[i]
        if entry >= 0:
            remove(t, s, entry)
        else:
            add(t, s, -1 - entry)
        s.now[JOURNAL] = i


@compiled
def _possible(s: State) -> bool:
    return s.now[OVERUSED] == 0 and s.now[OVER_CAP] == 0 and s.now[UNPINNED] == 0


@compiled
def _fits(t: Tables, s: State, placement: int) -> bool:
    """Tell whether day cell, group and, hold by hold, capacity have room."""
    cell = t.daycell[placement]
    group = t.cell_group[cell]
    if s.chosen_of[cell] >= 0 or s.count[group] >= t.limit[group]:
        return False
    for h in range(t.hold_start[placement], t.hold_start[placement + 1]):
        track, first, last, amount = t.hold_track[h], t.hold_first[h], t.hold_last[h], t.hold_amount[h]
        for i in range(t.track_start[track], t.track_start[track + 1]):
            row = t.track_column[i] * t.num_cells
            for at in range(row + first, row + last):
                if s.usage[at] + amount > t.capacity[at]:
                    return False
    return True


@compiled
def _occupant(s: State, column: int, at: int) -> int:
    """Return a random day cell whose placement holds a cell of a column, or -1."""
    found, seen, node = -1, 0, s.head[column]
    while node >= 0:
        if s.node[node, FIRST] <= at < s.node[node, LAST]:
            seen += 1
            if seen == 1 or _below(s, seen) == 0:
                found = s.node[node, OWNER]
        node = s.node[node, NEXT]
    return found


@compiled
def _eject(t: Tables, s: State, cell: int) -> bool:
    """Remove a day cell's placement for the move's sake; tells whether the move may."""
    if cell < 0 or s.now[EJECTED] >= MOST_EJECTED:
        return False
    s.ejected[s.now[EJECTED]] = s.chosen_of[cell]
    s.now[EJECTED] += 1
    remove(t, s, s.chosen_of[cell])
    return True


@compiled
def _clear(t: Tables, s: State, placement: int) -> bool:
    """Eject what is in a placement's way; tells whether the way is free."""
    for h in range(t.hold_start[placement], t.hold_start[placement + 1]):
        track, first, last, amount = t.hold_track[h], t.hold_first[h], t.hold_last[h], t.hold_amount[h]
        for i in range(t.track_start[track], t.track_start[track + 1]):
            column = t.track_column[i]
            for at in range(first, last):
                spot = column * t.num_cells + at
                while s.usage[spot] + amount > t.capacity[spot]:
                    if not _eject(t, s, _occupant(s, column, at)):
                        return False
    return True


@compiled
def _search(t: Tables, order: NDArray[np.int32], group: int, major: int, minor: int, timely: bool) -> int:
    """Return where a group's placements of a (place, time) or (time, place), or greater, begin in their order."""
    low, high = t.group_first[group], t.group_first[group + 1]
    while low < high:
        middle = (low + high) // 2
        place, time = t.place[order[middle]], np.int64(t.time[order[middle]])
        a, b = (time, place) if timely else (place, time)
        if a < major or (a == major and b < minor):
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _between(t: Tables, s: State, order: NDArray[np.int32], first: int, last: int) -> int:
    """Return a random one of a range of an order, -1 where it is empty."""
    return order[first + _below(s, last - first)] if last > first else -1


@compiled
def _there(t: Tables, s: State, group: int, place: int, time: int) -> int:
    """Return a group's placement at a place and time, -1 without one."""
    first = _search(t, t.by_place, group, place, time, False)
    return _between(t, s, t.by_place, first, _search(t, t.by_place, group, place, time + 1, False))


@compiled
def _draw(t: Tables, s: State, group: int) -> int:
    """Return a placement of a group, half of the time a promising one."""
    first, number = t.group_first[group], t.group_first[group + 1] - t.group_first[group]
    if _below(s, 2) == 0:
        u = _uniform(s)
        return t.by_loss[first + min(number - 1, np.int64(number * u * u * u))]
    return first + _below(s, number)


@compiled
def _draw_like(t: Tables, s: State, group: int, like: int) -> int:
    """Return a placement of a group for one that it has: elsewhere, at the same time or in the same place."""
    kind = _below(s, 8)
    if kind < 4:
        return _draw(t, s, group)
    if kind < 6:
        time = t.time[like]
        first = _search(t, t.by_time, group, time, -1, True)
        return _between(t, s, t.by_time, first, _search(t, t.by_time, group, time + 1, -1, True))
    place = t.place[like]
    first = _search(t, t.by_place, group, place, -1, False)
    return _between(t, s, t.by_place, first, _search(t, t.by_place, group, place + 1, -1, False))


@compiled
def _worth(t: Tables, s: State, placement: int, least: int) -> int:
    """Return the objective with one placement more, ``least`` where it is not possible or not better."""
    if placement < 0 or not _fits(t, s, placement):
        return least
    mark, over = s.now[JOURNAL], s.now[OVERUSED] + s.now[OVER_CAP]
    add(t, s, placement)
    worth = s.now[OBJECTIVE] if s.now[OVERUSED] + s.now[OVER_CAP] <= over else least
    undo(t, s, mark)
    return max(worth, least)


@compiled
def _mend(t: Tables, s: State, gone: int, freed: int) -> None:
    """Place again what was ejected: where the mover was, at that time, or anywhere; the best of these few."""
    group = t.cell_group[t.daycell[gone]]
    best, worth = -1, s.now[OBJECTIVE]
    if t.must[t.daycell[gone]]:
        worth = np.int64(-(2**62))
    for i in range(TRIES + 2):
        if i < 2:
            if freed < 0:
                continue
            candidate = _there(t, s, group, t.place[freed if i == 0 else gone], t.time[freed])
        elif t.must[t.daycell[gone]]:
            cell = t.daycell[gone]
            candidate = t.cell_start[cell] + _below(s, t.cell_start[cell + 1] - t.cell_start[cell])
        else:
            candidate = _draw(t, s, group)
        after = _worth(t, s, candidate, worth)
        if after > worth:
            best, worth = candidate, after
    if best >= 0:
        add(t, s, best)


@compiled
def _put(t: Tables, s: State, placement: int, freed: int) -> bool:
    """Choose a placement instead of what is in its way, and mend what that was; tells whether it is possible."""
    s.now[EJECTED] = 0
    if not _clear(t, s, placement):
        return False
    add(t, s, placement)
    for i in range(s.now[EJECTED]):
        _mend(t, s, s.ejected[i], freed)
    return _possible(s)


@compiled
def _insert(t: Tables, s: State) -> bool:
    group = s.short_groups[_below(s, s.now[SHORT])]
    placement = _draw(t, s, group)
    before = s.chosen_of[t.daycell[placement]]
    if before == placement:
        return False
    if before >= 0:
        remove(t, s, before)
    return _put(t, s, placement, before)


@compiled
def _shift(t: Tables, s: State) -> bool:
    before = s.chosen_of[s.chosen_cells[_below(s, s.now[CHOSEN])]]
    placement = _draw_like(t, s, t.cell_group[t.daycell[before]], before)
    if s.chosen_of[t.daycell[placement]] >= 0 and t.daycell[placement] != t.daycell[before]:
        return False
    if placement == before:
        return False
    remove(t, s, before)
    return _put(t, s, placement, before)


@compiled
def _swap(t: Tables, s: State) -> bool:
    """Let two groups have each other's place and time."""
    one = s.chosen_of[s.chosen_cells[_below(s, s.now[CHOSEN])]]
    other = s.chosen_of[s.chosen_cells[_below(s, s.now[CHOSEN])]]
    first, second = t.cell_group[t.daycell[one]], t.cell_group[t.daycell[other]]
    if first == second:
        return False
    new_one = _there(t, s, first, t.place[other], t.time[other])
    new_other = _there(t, s, second, t.place[one], t.time[one])
    if new_one < 0 or new_other < 0:
        return False
    remove(t, s, one)
    remove(t, s, other)
    if not _fits(t, s, new_one):
        return False
    add(t, s, new_one)
    if not _fits(t, s, new_other):
        return False
    add(t, s, new_other)
    return _possible(s)


@compiled
def _save(t: Tables, s: State) -> None:
    """Keep the choice as it was before the journal as the best."""
    s.best_of[:] = s.chosen_of
    for i in range(s.now[JOURNAL] - 1, -1, -1):
        entry = s.journal[i]
        if entry >= 0:
            s.best_of[t.daycell[entry]] = -1
        else:
            s.best_of[t.daycell[-1 - entry]] = -1 - entry
    s.now[UNSAVED] = 0


@compiled
def _accept(t: Tables, s: State, before: int) -> None:
    """Go on from what a move has made; a better choice than the best is copied only when it is left."""
    if s.now[OBJECTIVE] < before and s.now[UNSAVED] == 1:
        _save(t, s)
    if s.now[OBJECTIVE] > s.now[BEST]:
        s.now[BEST] = s.now[OBJECTIVE]
        s.now[UNSAVED] = 1
    s.now[JOURNAL] = 0


@compiled
def move(t: Tables, s: State, temperature: float) -> None:
    """Try one random move."""
    before = s.now[OBJECTIVE]
    u = _uniform(s)
    if s.now[CHOSEN] == 0 or (u < INSERT_SHARE and s.now[SHORT] > 0):
        possible = s.now[SHORT] > 0 and _insert(t, s)
    elif u < INSERT_SHARE + (1 - INSERT_SHARE) * SWAP_SHARE:
        possible = _swap(t, s)
    else:
        possible = _shift(t, s)
    loss = before - s.now[OBJECTIVE]
    if possible and loss > 0:
        s.samples[s.now[SAMPLES] % NUM_SAMPLES] = loss
        s.now[SAMPLES] += 1
    if possible and (loss <= 0 or loss < -temperature * np.log(_uniform(s))):
        _accept(t, s, before)
    else:
        undo(t, s, 0)


@compiled
def anneal(t: Tables, s: State, moves: int, temperature: float, cooling: float) -> None:
    """Try so many moves, each ``COOLING_EVERY`` of them at ``cooling`` times the temperature of those before."""
    for i in range(moves):
        move(t, s, temperature)
        if i % COOLING_EVERY == COOLING_EVERY - 1:
            temperature *= cooling
    if s.now[UNSAVED] == 1:
        _save(t, s)


@compiled
def fill(t: Tables, s: State, placements: Ints) -> None:
    """Choose all of some placements."""
    for placement in placements:
        s.now[JOURNAL] = 0
        add(t, s, placement)
    s.now[JOURNAL] = 0


@compiled
def empty(t: Tables, s: State) -> None:
    """Choose nothing."""
    while s.now[CHOSEN] > 0:
        s.now[JOURNAL] = 0
        remove(t, s, s.chosen_of[s.chosen_cells[s.now[CHOSEN] - 1]])
    s.now[JOURNAL] = 0
