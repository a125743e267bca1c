"""The compiled part of the move search: a choice with its sums, loads and occupants, and the moves on it.

A move is a few removals and additions, written to a journal as they are made; each changes the objective by the sums,
terms and holds of its placement alone. What is not accepted is undone. Whether a choice keeps capacities, caps and
pins is three counters.

Tables and state are one array of 32-bit words each, with fields one behind another, and single numbers are a third:
numba passes and compiles three arrays far faster than thirty. All functions that call one another stand in this
file, because numba's cache of a function does not see a change of another file.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

from solver.arrays import Ints
from solver.kernels import Small, compiled

F = TypeVar("F", bound=Callable[..., Any])
Words = Small

TABLES = (
    "value", "daycell", "cell_group", "cell_start", "must", "group_first", "limit",
    "hold_start", "hold_track", "hold_first", "hold_last", "hold_amount", "track_start", "track_column", "capacity",
    "set_start", "set_of", "count_start", "count_load", "count_coef",
    "price", "literal_start", "literal_of", "literal_off", "points", "item_start", "item_load", "item_coef",
    "segment_start", "segment_length", "segment_slope", "cap", "place", "time", "by_place", "by_time", "rank",
)  # fmt: skip
"""Fields of the tables, as ``solver.moves_tables`` says."""
(
    VALUE, DAYCELL, CELL_GROUP, CELL_START, MUST, GROUP_FIRST, LIMIT,
    HOLD_START, HOLD_TRACK, HOLD_FIRST, HOLD_LAST, HOLD_AMOUNT, TRACK_START, TRACK_COLUMN, CAPACITY,
    SET_START, SET_OF, COUNT_START, COUNT_LOAD, COUNT_COEF,
    PRICE, LITERAL_START, LITERAL_OF, LITERAL_OFF, POINTS, ITEM_START, ITEM_LOAD, ITEM_COEF,
    SEGMENT_START, SEGMENT_LENGTH, SEGMENT_SLOPE, CAP, PLACE, TIME, BY_PLACE, BY_TIME, RANK,
    NUM_CELLS,
) = range(38)  # fmt: skip
"""Where each one's offset stands in the tables; and the cells of a day themselves."""

STATE = (
    "chosen_of", "best_of", "count", "chosen_cells", "chosen_at", "short_groups", "short_at",
    "usage", "on", "lacking", "units", "head", "first_node",
    "next", "previous", "sibling", "owner", "first", "last", "entry", "gone", "sample",
)  # fmt: skip
(
    CHOSEN_OF, BEST_OF, COUNT, CHOSEN_CELLS, CHOSEN_AT, SHORT_GROUPS, SHORT_AT,
    USAGE, ON, LACKING, UNITS, HEAD, FIRST_NODE,
    NEXT, PREVIOUS, SIBLING, OWNER, FIRST, LAST, ENTRY, GONE, SAMPLE,
) = range(22)  # fmt: skip
"""Fields of the state."""

(
    OBJECTIVE, OVERUSED, OVER_CAP, UNPINNED, CHOSEN, SHORT, JOURNAL, FREE_NODE, EJECTED, BEST, UNSAVED, SAMPLES,
    RANDOM, ALLOWED, MOST, BEFORE, NUM_NOW,
) = range(17)  # fmt: skip
"""Single numbers: points of the choice; cells over capacity, loads over cap, pins without placement; placements
chosen, groups with fewer than they may have, journal entries, first free node, ejected by this move; points of the
best choice and whether it is still to be copied; losses remembered; the random numbers' state; what this move may
lose, how many it may eject and the points before it."""

MOST_EJECTED = 6
"""Placements one move may eject."""
JOURNAL_SIZE = 64
NUM_SAMPLES = 1024
"""Losses of moves that are remembered, for the temperature."""
MOST_RIVALS = 16
"""Random placements of which the most promising is tried, at most."""
TRIES = 3
"""Placements tried for what was ejected, beside those at the time of the mover."""
LOWEST = -(2**62)
"""Points below all others."""
INSERT_SHARE = 0.3
"""Share of moves that insert, where a group has less than it may have."""
SWAP_SHARE, DROP_SHARE = 0.2, 0.02
"""Shares of the other moves that exchange two placements, and that give one up."""
COOLING_EVERY = 256
"""Moves at one temperature."""


def _inner(function: F) -> F:
    """Compile a function for compiled ones to call, not for Python."""
    options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast("F", numba.njit(nogil=True, **options)(function))


@_inner
def get(words: Words, field: int, index: int) -> int:
    """Return an entry of a field."""
    return np.int64(words[np.uint64(words[np.uint64(field)] + index)])  # type: ignore[return-value]


@_inner
def put(words: Words, field: int, index: int, value: int) -> None:
    """Set an entry of a field."""
    words[np.uint64(words[np.uint64(field)] + index)] = value


@_inner
def _bits(now: Ints) -> np.uint64:
    """Return 64 random bits (xorshift64*, Vigna 2016, doi:10.1145/2845077)."""
    x = np.uint64(now[RANDOM])
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    now[RANDOM] = np.int64(x)
    return x * np.uint64(2685821657736338717)


@_inner
def _below(now: Ints, number: int) -> int:
    """Return a random whole number from 0 to below ``number``, which is less than 2^31."""
    return np.int64(((_bits(now) >> np.uint64(33)) * np.uint64(number)) >> np.uint64(31))  # type: ignore[return-value]


@_inner
def _uniform(now: Ints) -> float:
    """Return a random number above 0 and not above 1."""
    return (np.float64(_bits(now) >> np.uint64(11)) + 1.0) * (1.0 / 9007199254740992.0)


@_inner
def _load_points(t: Words, load: int, units: int) -> int:
    """Return what so many units of a load are worth."""
    points = 0
    for i in range(get(t, SEGMENT_START, load), get(t, SEGMENT_START, load + 1)):
        if units <= get(t, SEGMENT_LENGTH, i):
            return points + units * get(t, SEGMENT_SLOPE, i)
        points += get(t, SEGMENT_LENGTH, i) * get(t, SEGMENT_SLOPE, i)
        units -= get(t, SEGMENT_LENGTH, i)
    return points


@_inner
def _change_load(t: Words, s: Words, now: Ints, load: int, change: int) -> None:
    before = get(s, UNITS, load)
    after = before + change
    put(s, UNITS, load, after)
    now[OBJECTIVE] += _load_points(t, load, after) - _load_points(t, load, before)
    now[OVER_CAP] += np.int64(after > get(t, CAP, load)) - np.int64(before > get(t, CAP, load))


@_inner
def _turn(t: Words, s: Words, now: Ints, which: int, on: bool) -> None:
    """Tell the terms that a set has been turned on or off."""
    sign = 1 if on else -1
    gain = sign * get(t, PRICE, which)
    for i in range(get(t, LITERAL_START, which), get(t, LITERAL_START, which + 1)):
        conjunction = get(t, LITERAL_OF, i)
        if on == (get(t, LITERAL_OFF, i) == 0):
            put(s, LACKING, conjunction, get(s, LACKING, conjunction) - 1)
            if get(s, LACKING, conjunction) == 0:
                gain += get(t, POINTS, conjunction)
        else:
            if get(s, LACKING, conjunction) == 0:
                gain -= get(t, POINTS, conjunction)
            put(s, LACKING, conjunction, get(s, LACKING, conjunction) + 1)
    now[OBJECTIVE] += gain
    for i in range(get(t, ITEM_START, which), get(t, ITEM_START, which + 1)):
        _change_load(t, s, now, get(t, ITEM_LOAD, i), sign * get(t, ITEM_COEF, i))


@_inner
def _terms(t: Words, s: Words, now: Ints, placement: int, sign: int) -> None:
    """Count a placement in or out of everything that the objective adds up."""
    now[OBJECTIVE] += sign * get(t, VALUE, placement)
    for i in range(get(t, SET_START, placement), get(t, SET_START, placement + 1)):
        which = get(t, SET_OF, i)
        before = get(s, ON, which)
        put(s, ON, which, before + sign)
        if before == 0:
            _turn(t, s, now, which, True)
        elif before + sign == 0:
            _turn(t, s, now, which, False)
    for i in range(get(t, COUNT_START, placement), get(t, COUNT_START, placement + 1)):
        _change_load(t, s, now, get(t, COUNT_LOAD, i), sign * get(t, COUNT_COEF, i))


@_inner
def _use(t: Words, s: Words, now: Ints, column: int, first: int, last: int, amount: int) -> None:
    row = column * t[NUM_CELLS]
    for at in range(row + first, row + last):
        before = get(s, USAGE, at)
        put(s, USAGE, at, before + amount)
        now[OVERUSED] += np.int64(before + amount > get(t, CAPACITY, at)) - np.int64(before > get(t, CAPACITY, at))


@_inner
def _link(s: Words, now: Ints, column: int, cell: int, first: int, last: int) -> None:
    """Enter a hold among the column's."""
    new = now[FREE_NODE]
    now[FREE_NODE] = get(s, NEXT, new)
    follower = get(s, HEAD, column)
    put(s, NEXT, new, follower)
    put(s, PREVIOUS, new, -1 - column)
    put(s, SIBLING, new, get(s, FIRST_NODE, cell))
    put(s, OWNER, new, cell)
    put(s, FIRST, new, first)
    put(s, LAST, new, last)
    put(s, FIRST_NODE, cell, new)
    put(s, HEAD, column, new)
    if follower >= 0:
        put(s, PREVIOUS, follower, new)


@_inner
def _unlink(s: Words, now: Ints, cell: int) -> None:
    """Take out the holds of a day cell."""
    node = get(s, FIRST_NODE, cell)
    while node >= 0:
        follower, previous = get(s, NEXT, node), get(s, PREVIOUS, node)
        if previous >= 0:
            put(s, NEXT, previous, follower)
        else:
            put(s, HEAD, -1 - previous, follower)
        if follower >= 0:
            put(s, PREVIOUS, follower, previous)
        put(s, NEXT, node, now[FREE_NODE])
        now[FREE_NODE] = node
        node = get(s, SIBLING, node)
    put(s, FIRST_NODE, cell, -1)


@_inner
def _hold(t: Words, s: Words, now: Ints, placement: int, sign: int) -> None:
    """Take what a placement holds, or give it back."""
    cell = get(t, DAYCELL, placement)
    if sign < 0:
        _unlink(s, now, cell)
    for h in range(get(t, HOLD_START, placement), get(t, HOLD_START, placement + 1)):
        track, first, last = get(t, HOLD_TRACK, h), get(t, HOLD_FIRST, h), get(t, HOLD_LAST, h)
        for i in range(get(t, TRACK_START, track), get(t, TRACK_START, track + 1)):
            column = get(t, TRACK_COLUMN, i)
            if sign > 0:
                _link(s, now, column, cell, first, last)
            _use(t, s, now, column, first, last, sign * get(t, HOLD_AMOUNT, h))


@_inner
def _enter(s: Words, members: int, at: int, number: int, member: int) -> None:
    """Put a member behind a list in no order, which knows where each stands."""
    put(s, members, number, member)
    put(s, at, member, number)


@_inner
def _leave(s: Words, members: int, at: int, number: int, member: int) -> None:
    """Fill the leaving member's place with the last one."""
    last, place = get(s, members, number - 1), get(s, at, member)
    put(s, members, place, last)
    put(s, at, last, place)
    put(s, at, member, -1)


@_inner
def add(t: Words, s: Words, now: Ints, placement: int) -> None:
    """Choose a placement of an empty day cell."""
    cell = get(t, DAYCELL, placement)
    group = get(t, CELL_GROUP, cell)
    put(s, CHOSEN_OF, cell, placement)
    _enter(s, CHOSEN_CELLS, CHOSEN_AT, now[CHOSEN], cell)
    now[CHOSEN] += 1
    put(s, COUNT, group, get(s, COUNT, group) + 1)
    if get(s, COUNT, group) == get(t, LIMIT, group):
        _leave(s, SHORT_GROUPS, SHORT_AT, now[SHORT], group)
        now[SHORT] -= 1
    now[UNPINNED] -= np.int64(get(t, MUST, cell))
    _hold(t, s, now, placement, 1)
    _terms(t, s, now, placement, 1)
    put(s, ENTRY, now[JOURNAL], placement)
    now[JOURNAL] += 1


@_inner
def remove(t: Words, s: Words, now: Ints, placement: int) -> None:
    """Give up a chosen placement."""
    cell = get(t, DAYCELL, placement)
    group = get(t, CELL_GROUP, cell)
    put(s, CHOSEN_OF, cell, -1)
    _leave(s, CHOSEN_CELLS, CHOSEN_AT, now[CHOSEN], cell)
    now[CHOSEN] -= 1
    if get(s, COUNT, group) == get(t, LIMIT, group):
        _enter(s, SHORT_GROUPS, SHORT_AT, now[SHORT], group)
        now[SHORT] += 1
    put(s, COUNT, group, get(s, COUNT, group) - 1)
    now[UNPINNED] += np.int64(get(t, MUST, cell))
    _hold(t, s, now, placement, -1)
    _terms(t, s, now, placement, -1)
    put(s, ENTRY, now[JOURNAL], -1 - placement)
    now[JOURNAL] += 1


@_inner
def undo(t: Words, s: Words, now: Ints, until: int) -> None:
    """Take back what the journal says after an entry."""
    for i in range(now[JOURNAL] - 1, until - 1, -1):
        entry = get(s, ENTRY, i)
        if entry >= 0:
            remove(t, s, now, entry)
        else:
            add(t, s, now, -1 - entry)
        now[JOURNAL] = i


@_inner
def _possible(now: Ints) -> bool:
    return bool(now[OVERUSED] == 0 and now[OVER_CAP] == 0 and now[UNPINNED] == 0)


@_inner
def _fits(t: Words, s: Words, placement: int) -> bool:
    """Tell whether day cell, group and, hold by hold, capacity have room."""
    cell = get(t, DAYCELL, placement)
    group = get(t, CELL_GROUP, cell)
    if get(s, CHOSEN_OF, cell) >= 0 or get(s, COUNT, group) >= get(t, LIMIT, group):
        return False
    for h in range(get(t, HOLD_START, placement), get(t, HOLD_START, placement + 1)):
        track, amount = get(t, HOLD_TRACK, h), get(t, HOLD_AMOUNT, h)
        first, last = get(t, HOLD_FIRST, h), get(t, HOLD_LAST, h)
        for i in range(get(t, TRACK_START, track), get(t, TRACK_START, track + 1)):
            row = get(t, TRACK_COLUMN, i) * t[NUM_CELLS]
            for at in range(row + first, row + last):
                if get(s, USAGE, at) + amount > get(t, CAPACITY, at):
                    return False
    return True


@_inner
def _occupant(s: Words, now: Ints, column: int, at: int) -> int:
    """Return a random day cell whose placement holds a cell of a column, or -1."""
    found, seen, node = -1, 0, get(s, HEAD, column)
    while node >= 0:
        if get(s, FIRST, node) <= at < get(s, LAST, node):
            seen += 1
            if seen == 1 or _below(now, seen) == 0:
                found = get(s, OWNER, node)
        node = get(s, NEXT, node)
    return found


@_inner
def _hopeless(t: Words, s: Words, now: Ints, placement: int, own: int) -> bool:
    """Tell whether more day cells than the move may eject, ``own`` apart, are in a placement's way.

    Exact where capacities are one; else a guess, as of several occupants any may go.
    """
    number = 0
    for h in range(get(t, HOLD_START, placement), get(t, HOLD_START, placement + 1)):
        track, amount = get(t, HOLD_TRACK, h), get(t, HOLD_AMOUNT, h)
        first, last = get(t, HOLD_FIRST, h), get(t, HOLD_LAST, h)
        for i in range(get(t, TRACK_START, track), get(t, TRACK_START, track + 1)):
            column = get(t, TRACK_COLUMN, i)
            for at in range(first, last):
                spot = column * t[NUM_CELLS] + at
                if get(s, USAGE, spot) + amount > get(t, CAPACITY, spot):
                    new = _new_blocker(s, column, at, own, number)
                    if new >= 0:
                        if number >= now[MOST]:
                            return True
                        put(s, GONE, number, new)
                        number += 1
    return False


@_inner
def _new_blocker(s: Words, column: int, at: int, own: int, number: int) -> int:
    """Return a day cell that holds a cell of a column, -1 where ``own`` or one of those found before does."""
    found, node = -1, get(s, HEAD, column)
    while node >= 0:
        if get(s, FIRST, node) <= at < get(s, LAST, node):
            found = get(s, OWNER, node)
            if found == own:
                return -1
            for i in range(number):
                if get(s, GONE, i) == found:
                    return -1
        node = get(s, NEXT, node)
    return found


@_inner
def _eject(t: Words, s: Words, now: Ints, cell: int) -> bool:
    """Remove a day cell's placement for the move's sake; tells whether the move may."""
    if cell < 0 or now[EJECTED] >= now[MOST]:
        return False
    put(s, GONE, now[EJECTED], get(s, CHOSEN_OF, cell))
    now[EJECTED] += 1
    remove(t, s, now, get(s, CHOSEN_OF, cell))
    return True


@_inner
def _clear(t: Words, s: Words, now: Ints, placement: int) -> bool:
    """Eject what is in a placement's way; tells whether the way is free."""
    for h in range(get(t, HOLD_START, placement), get(t, HOLD_START, placement + 1)):
        track, amount = get(t, HOLD_TRACK, h), get(t, HOLD_AMOUNT, h)
        first, last = get(t, HOLD_FIRST, h), get(t, HOLD_LAST, h)
        for i in range(get(t, TRACK_START, track), get(t, TRACK_START, track + 1)):
            column = get(t, TRACK_COLUMN, i)
            for at in range(first, last):
                spot = column * t[NUM_CELLS] + at
                while get(s, USAGE, spot) + amount > get(t, CAPACITY, spot):
                    if not _eject(t, s, now, _occupant(s, now, column, at)):
                        return False
    return True


@_inner
def _search(t: Words, order: int, group: int, major: int, minor: int, timely: bool) -> int:
    """Return where a group's placements of a (place, time) or (time, place), or greater, begin in their order."""
    low, high = get(t, GROUP_FIRST, group), get(t, GROUP_FIRST, group + 1)
    while low < high:
        middle = (low + high) // 2
        place, time = get(t, PLACE, get(t, order, middle)), get(t, TIME, get(t, order, middle))
        a, b = (time, place) if timely else (place, time)
        if a < major or (a == major and b < minor):
            low = middle + 1
        else:
            high = middle
    return low


@_inner
def _between(t: Words, now: Ints, order: int, first: int, last: int) -> int:
    """Return a random one of a range of an order, -1 where it is empty."""
    return get(t, order, first + _below(now, last - first)) if last > first else -1


@_inner
def _there(t: Words, now: Ints, group: int, place: int, time: int) -> int:
    """Return a group's placement at a place and time, -1 without one."""
    first = _search(t, BY_PLACE, group, place, time, False)
    return _between(t, now, BY_PLACE, first, _search(t, BY_PLACE, group, place, time + 1, False))


@_inner
def _draw(t: Words, now: Ints, group: int) -> int:
    """Return a placement of a group: of 1, 2, 4, ... random ones the most promising."""
    first = get(t, GROUP_FIRST, group)
    number = get(t, GROUP_FIRST, group + 1) - first
    best = first + _below(now, number)
    rivals = 1
    while rivals < MOST_RIVALS and _below(now, 2) == 0:
        for _ in range(rivals):
            other = first + _below(now, number)
            if get(t, RANK, other) < get(t, RANK, best):
                best = other
        rivals *= 2
    return best


@_inner
def _at_time(t: Words, now: Ints, group: int, time: int) -> int:
    """Return a random placement of a group at a time, -1 without one."""
    first = _search(t, BY_TIME, group, time, -1, True)
    return _between(t, now, BY_TIME, first, _search(t, BY_TIME, group, time + 1, -1, True))


@_inner
def _draw_like(t: Words, now: Ints, group: int, like: int) -> int:
    """Return a placement of a group for one that it has: elsewhere, at the same time or in the same place."""
    kind = _below(now, 8)
    if kind < 4:
        return _draw(t, now, group)
    if kind < 6:
        return _at_time(t, now, group, get(t, TIME, like))
    place = get(t, PLACE, like)
    first = _search(t, BY_PLACE, group, place, -1, False)
    return _between(t, now, BY_PLACE, first, _search(t, BY_PLACE, group, place + 1, -1, False))


@_inner
def _worth(t: Words, s: Words, now: Ints, placement: int, least: int) -> int:
    """Return the objective with one placement more, ``least`` where it is not possible or not better."""
    if placement < 0 or not _fits(t, s, placement):
        return least
    mark, over = now[JOURNAL], now[OVERUSED] + now[OVER_CAP]
    add(t, s, now, placement)
    worth = now[OBJECTIVE] if now[OVERUSED] + now[OVER_CAP] <= over else least
    undo(t, s, now, mark)
    return max(worth, least)


@_inner
def _refuge(t: Words, now: Ints, gone: int, freed: int, which: int) -> int:
    """Return a placement for what was ejected, -1 for none."""
    cell = get(t, DAYCELL, gone)
    group = get(t, CELL_GROUP, cell)
    if which < 2:
        return _there(t, now, group, get(t, PLACE, freed if which == 0 else gone), get(t, TIME, freed))
    if which == 2:
        return _at_time(t, now, group, get(t, TIME, freed))
    if get(t, MUST, cell) == 1:
        first = get(t, CELL_START, cell)
        return first + _below(now, get(t, CELL_START, cell + 1) - first)
    return _draw(t, now, group)


@_inner
def _mend(t: Words, s: Words, now: Ints, gone: int, freed: int, target: int) -> bool:
    """Place again what was ejected: where the mover was, at that time, or anywhere.

    Takes the first of these few that reaches the target, or the best; tells whether there was any.
    """
    must = get(t, MUST, get(t, DAYCELL, gone)) == 1
    best, worth = -1, LOWEST if must else int(now[OBJECTIVE])
    for i in range(0 if freed >= 0 else 3, 3 + TRIES):
        candidate = _refuge(t, now, gone, freed, i)
        after = _worth(t, s, now, candidate, worth)
        if after > worth:
            best, worth = candidate, after
            if after >= target:
                break
    if best >= 0:
        add(t, s, now, best)
    return best >= 0


@_inner
def _put(t: Words, s: Words, now: Ints, placement: int, freed: int) -> bool:
    """Choose a placement instead of what is in its way, and mend what that was; tells whether it is possible."""
    now[EJECTED] = 0
    if not _clear(t, s, now, placement):
        return False
    add(t, s, now, placement)
    hope = 0
    for i in range(now[EJECTED]):
        hope += get(t, VALUE, get(s, GONE, i))
    target = now[BEFORE] - now[ALLOWED]
    for i in range(now[EJECTED]):
        gone = get(s, GONE, i)
        hope -= get(t, VALUE, gone)
        # Nothing is mended for what would have to gain more than the values of those still to come.
        if not _mend(t, s, now, gone, freed, target - hope) and now[OBJECTIVE] + max(hope, 0) < target:
            return False
    return _possible(now)


@_inner
def _insert(t: Words, s: Words, now: Ints) -> bool:
    group = get(s, SHORT_GROUPS, _below(now, now[SHORT]))
    placement = _draw(t, now, group)
    before = get(s, CHOSEN_OF, get(t, DAYCELL, placement))
    if before == placement:
        return False
    if _hopeless(t, s, now, placement, get(t, DAYCELL, placement)):
        return False
    if before >= 0:
        remove(t, s, now, before)
    return _put(t, s, now, placement, before)


@_inner
def _shift(t: Words, s: Words, now: Ints) -> bool:
    before = get(s, CHOSEN_OF, get(s, CHOSEN_CELLS, _below(now, now[CHOSEN])))
    placement = _draw_like(t, now, get(t, CELL_GROUP, get(t, DAYCELL, before)), before)
    if get(s, CHOSEN_OF, get(t, DAYCELL, placement)) >= 0 and get(t, DAYCELL, placement) != get(t, DAYCELL, before):
        return False
    if placement == before or _hopeless(t, s, now, placement, get(t, DAYCELL, before)):
        return False
    remove(t, s, now, before)
    return _put(t, s, now, placement, before)


@_inner
def _swap(t: Words, s: Words, now: Ints) -> bool:
    """Let two groups have each other's place and time."""
    one = get(s, CHOSEN_OF, get(s, CHOSEN_CELLS, _below(now, now[CHOSEN])))
    other = get(s, CHOSEN_OF, get(s, CHOSEN_CELLS, _below(now, now[CHOSEN])))
    first, second = get(t, CELL_GROUP, get(t, DAYCELL, one)), get(t, CELL_GROUP, get(t, DAYCELL, other))
    if first == second:
        return False
    new_one = _there(t, now, first, get(t, PLACE, other), get(t, TIME, other))
    new_other = _there(t, now, second, get(t, PLACE, one), get(t, TIME, one))
    if new_one < 0 or new_other < 0:
        return False
    remove(t, s, now, one)
    remove(t, s, now, other)
    if not _fits(t, s, new_one):
        return False
    add(t, s, now, new_one)
    if not _fits(t, s, new_other):
        return False
    add(t, s, now, new_other)
    return _possible(now)


@_inner
def _drop(t: Words, s: Words, now: Ints) -> bool:
    remove(t, s, now, get(s, CHOSEN_OF, get(s, CHOSEN_CELLS, _below(now, now[CHOSEN]))))
    return _possible(now)


@_inner
def _save(t: Words, s: Words, now: Ints) -> None:
    """Keep the choice as it was before the journal as the best."""
    for cell in range(s[BEST_OF] - s[CHOSEN_OF]):
        put(s, BEST_OF, cell, get(s, CHOSEN_OF, cell))
    for i in range(now[JOURNAL] - 1, -1, -1):
        entry = get(s, ENTRY, i)
        if entry >= 0:
            put(s, BEST_OF, get(t, DAYCELL, entry), -1)
        else:
            put(s, BEST_OF, get(t, DAYCELL, -1 - entry), -1 - entry)
    now[UNSAVED] = 0


@_inner
def _accept(t: Words, s: Words, now: Ints, before: int) -> None:
    """Go on from what a move has made; a better choice than the best is copied only when it is left."""
    if now[OBJECTIVE] < before and now[UNSAVED] == 1:
        _save(t, s, now)
    if now[OBJECTIVE] > now[BEST]:
        now[BEST] = now[OBJECTIVE]
        now[UNSAVED] = 1
    now[JOURNAL] = 0


@_inner
def _try(t: Words, s: Words, now: Ints) -> bool:
    """Make a random move; tells whether what it makes is possible."""
    u = _uniform(now)
    if now[CHOSEN] == 0 or (u < INSERT_SHARE and now[SHORT] > 0):
        return now[SHORT] > 0 and _insert(t, s, now)
    u = _uniform(now)
    if u < SWAP_SHARE:
        return _swap(t, s, now)
    if u < SWAP_SHARE + DROP_SHARE:
        return _drop(t, s, now)
    return _shift(t, s, now)


@_inner
def move(t: Words, s: Words, now: Ints, temperature: float) -> None:
    """Try one random move."""
    before, chosen = now[OBJECTIVE], now[CHOSEN]
    now[BEFORE] = before
    now[ALLOWED] = min(-temperature * np.log(_uniform(now)), 1e15)
    now[MOST] = 1
    while now[MOST] < MOST_EJECTED and _below(now, 2) == 0:
        now[MOST] += 1
    possible = _try(t, s, now)
    loss = before - now[OBJECTIVE]
    if possible and loss > 0 and now[CHOSEN] == chosen:
        put(s, SAMPLE, now[SAMPLES] % NUM_SAMPLES, loss)
        now[SAMPLES] += 1
    if possible and loss <= now[ALLOWED]:
        _accept(t, s, now, before)
    else:
        undo(t, s, now, 0)


@compiled
def anneal(t: Words, s: Words, now: Ints, moves: int, temperature: float, cooling: float) -> None:
    """Try so many moves, each ``COOLING_EVERY`` of them at ``cooling`` times the temperature of those before."""
    for i in range(moves):
        move(t, s, now, temperature)
        if i % COOLING_EVERY == COOLING_EVERY - 1:
            temperature *= cooling
    if now[UNSAVED] == 1:
        _save(t, s, now)


@compiled
def reset(t: Words, s: Words, now: Ints, placements: Ints) -> None:
    """Choose some placements and nothing else."""
    while now[CHOSEN] > 0:
        now[JOURNAL] = 0
        remove(t, s, now, get(s, CHOSEN_OF, get(s, CHOSEN_CELLS, now[CHOSEN] - 1)))
    for placement in placements:
        now[JOURNAL] = 0
        add(t, s, now, placement)
    now[JOURNAL] = 0
