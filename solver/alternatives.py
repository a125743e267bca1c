"""Where else a group could be: single placements, each with the exact change of the objective, others staying put."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from solver.arrays import NOTHING, Bools, Ints, ranges
from solver.problem import Problem


@dataclass(frozen=True)
class Alternative:
    """One more placement, and what goes for it; all are placements of the Problem."""

    placement: int
    change: int
    """of the objective, once all that is named has gone"""
    replaces: int | None
    """the group's own placement that it takes the place of"""
    displaced: Ints
    """placements of others that collide with it, sorted"""


@dataclass(frozen=True)
class _Moves:
    """Candidate placements beside a choice without one or none of the group's own."""

    placement: Ints
    change: Ints
    replaces: int
    """-1 for none"""
    owner: Ints
    """(pairs,) sorted: which move displaces"""
    displaced: Ints
    """which placement"""


def alternatives(problem: Problem, chosen: Ints, group: int, k: int, *, replacing: bool = True) -> list[Alternative]:
    """Return the best placements that a group could have besides those it has, the best first.

    What collides goes: where all of it must, all; where some of it would do, as in a shared room, the least valuable
    one after another until there is room. Changes are exact; that no other set to go would cost less is not said.
    Pins never go. A group with all its sessions gives one up, the one whose loss is least.

    Parameters
    ----------
    chosen
        Sorted; keeps every rule.
    replacing
        Whether a group that lacks sessions may give one of its own up too.
    """
    first, last = problem.daycell_start[problem.group_start[group : group + 2]]
    candidates = np.setdiff1d(np.arange(first, last), chosen, assume_unique=True)
    own = chosen[(chosen >= first) & (chosen < last)]
    given_up = own.tolist() if replacing or len(own) >= problem.group_limit[group] else []
    if len(own) < problem.group_limit[group]:
        given_up = [-1, *given_up]
    moves = [_moves(problem, chosen, own, candidates, q) for q in given_up]
    if not moves:
        return []
    placement, change = (np.concatenate([getattr(m, name) for m in moves]) for name in ("placement", "change"))
    which = np.repeat(np.arange(len(moves)), [len(m.placement) for m in moves])
    nth = np.concatenate([np.arange(len(m.placement)) for m in moves])
    order = np.lexsort((placement, which, -change))
    _, at_first = np.unique(placement[order], return_index=True)  # of each placement the best way
    return [
        Alternative(
            placement=int(placement[i]),
            change=int(change[i]),
            replaces=None if moves[which[i]].replaces < 0 else moves[which[i]].replaces,
            displaced=np.sort(moves[which[i]].displaced[moves[which[i]].owner == nth[i]]),
        )
        for i in order[np.sort(at_first)[:k]]
    ]


def _moves(problem: Problem, chosen: Ints, own: Ints, candidates: Ints, given_up: int) -> _Moves:
    """Return what single placements change when the group gives one of its own up (-1: none)."""
    stays = own[own != given_up]
    possible = ~np.isin(problem.daycell[candidates], problem.daycell[stays])
    if given_up >= 0 and problem.daycell_must[problem.daycell[given_up]]:
        possible &= problem.daycell[candidates] == problem.daycell[given_up]
    candidates = candidates[possible]
    rest = chosen[chosen != given_up]
    owner, displaced, possible = _displaced(problem, rest, candidates)
    position = (np.cumsum(possible) - 1)[owner]
    kept = possible[owner]
    candidates, owner, displaced = candidates[possible], position[kept], displaced[kept]
    change = problem.value[candidates] - np.bincount(owner, problem.value[displaced], len(candidates)).astype(np.int64)
    if given_up >= 0:
        change -= problem.value[given_up]
    gone = NOTHING if given_up < 0 else np.full(len(candidates), given_up)
    of_links, allowed = _link_changes(problem, chosen, candidates, gone, owner, displaced)
    kept = allowed[owner]
    position = np.cumsum(allowed) - 1
    return _Moves(candidates[allowed], (change + of_links)[allowed], given_up, position[owner[kept]], displaced[kept])


def _displaced(problem: Problem, chosen: Ints, candidates: Ints) -> tuple[Ints, Ints, Bools]:
    """Find what has to go for each candidate.

    Returns
    -------
    owner, displaced, possible
        Position in ``candidates``, sorted, and a chosen placement, one entry each; and whether there is room once all
        of them have gone, (candidates,).
    """
    free = problem.capacity - problem.usage(chosen)
    possible = np.ones(len(candidates), dtype=np.bool_)
    position, code, amount = _cells(problem, candidates)
    short = amount - free.ravel()[code]
    entries = np.flatnonzero(short > 0)
    position, code, amount, short = position[entries], code[entries], amount[entries], short[entries]
    holder, held, held_amount = _cells(problem, chosen)
    order = np.argsort(held, kind="stable")
    holder, held, held_amount = chosen[holder[order]], held[order], held_amount[order]
    entry, at = ranges(np.searchsorted(held, code), np.searchsorted(held, code, side="right"))
    other, taken = holder[at], held_amount[at]
    pair, pair_of = np.unique(position[entry] * problem.num_placements + other, return_inverse=True)
    gone = np.zeros(len(pair), dtype=np.bool_)
    # The two cannot be together.
    gone[pair_of[taken > problem.capacity.ravel()[code[entry]] - amount[entry]]] = True
    worth = problem.value[pair % problem.num_placements]
    pinned = problem.daycell_must[problem.daycell[pair % problem.num_placements]]
    while True:
        left = short - np.bincount(entry[gone[pair_of]], taken[gone[pair_of]], len(short)).astype(np.int64)
        could_go = np.unique(pair_of[(left[entry] > 0) & ~gone[pair_of] & ~pinned[pair_of]])
        if not len(could_go):
            break
        owner = pair[could_go] // problem.num_placements
        least = np.lexsort((worth[could_go], owner))
        gone[could_go[least[np.flatnonzero(np.diff(owner[least], prepend=-1))]]] = True
    possible[position[left > 0]] = False
    possible[pair[gone & pinned] // problem.num_placements] = False
    return pair[gone] // problem.num_placements, pair[gone] % problem.num_placements, possible


def _cells(problem: Problem, placements: Ints) -> tuple[Ints, Ints, Ints]:
    """Return what placements hold cell by cell, one entry a position, column and cell.

    Returns
    -------
    position, code, amount
        Position in ``placements``; column * cells of a day + cell; how much.
    """
    position, hold, column = problem.segments_of(placements)
    owner, cell = ranges(problem.hold_first[hold], problem.hold_last[hold])
    code = position[owner] * problem.capacity.size + column[owner] * problem.num_cells + cell
    codes, of = np.unique(code, return_inverse=True)
    amount = np.bincount(of, problem.hold_amount[hold][owner], len(codes)).astype(np.int64)
    return codes // problem.capacity.size, codes % problem.capacity.size, amount


def _link_changes(
    problem: Problem, chosen: Ints, candidates: Ints, given_up: Ints, owner: Ints, displaced: Ints
) -> tuple[Ints, Bools]:
    """Return how the points of the links change with each candidate, and whether every cap is kept."""
    links, number = problem.links, len(candidates)
    of_links, allowed = np.zeros(number, dtype=np.int64), np.ones(number, dtype=np.bool_)
    if not links.num_sums:
        return of_links, allowed
    every = np.arange(number)
    row = np.concatenate([every, every[: len(given_up)], owner])
    placement = np.concatenate([candidates, given_up, displaced])
    sign = np.where(np.arange(len(row)) < number, 1, -1)
    moved = csr_array((sign.astype(np.float64), (row, placement)), (number, problem.num_placements)) @ links.members
    # Many candidates change the sums alike.
    keys = np.random.default_rng(2028).integers(1, 2**63, links.num_sums)
    names = np.zeros(number, dtype=np.int64)
    np.add.at(names, np.repeat(every, np.diff(moved.indptr)), moved.data.astype(np.int64) * keys[moved.indices])
    _, first, of = np.unique(names, return_index=True, return_inverse=True)
    sums = links.sums(chosen)
    now = links.points_at(sums)
    points, keeps = np.zeros(len(first), dtype=np.int64), np.ones(len(first), dtype=np.bool_)
    for i, at in enumerate(first):
        entries = slice(moved.indptr[at], moved.indptr[at + 1])
        changed = sums.copy()
        changed[moved.indices[entries]] += moved.data[entries].astype(np.int64)
        points[i], keeps[i] = links.points_at(changed) - now, links.room_at(changed)
    return points[of], keeps[of]
