"""Where else a group could be: single placements, each with the exact change of the objective, others staying put."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from solver.arrays import NOTHING, Bools, Ints, name_runs, ranges
from solver.beside import Beside, cells_held
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
    forced: bool = True
    """all of these have to go; else some others could in their stead"""

    @property
    def gone(self) -> Ints:
        """All that goes for it."""
        return self.displaced if self.replaces is None else np.append(self.displaced, self.replaces)


@dataclass(frozen=True)
class Moves:
    """Single placements that a group could have beside a choice, an entry each way to have one."""

    placement: Ints
    change: Ints
    replaces: Ints
    """-1 for none"""
    forced: Bools
    start: Ints
    """(M + 1,) where each one's displaced start among"""
    displaced: Ints

    @classmethod
    def none(cls) -> "Moves":
        """Return no moves."""
        nobody = np.zeros(0, dtype=np.bool_)
        return cls(NOTHING, NOTHING, NOTHING, nobody, np.zeros(1, dtype=np.int64), NOTHING)

    def take(self, kept: Ints) -> "Moves":
        """Return some of them, in this order."""
        _, at = ranges(self.start[kept], self.start[kept + 1])
        start = np.concatenate([[0], np.cumsum(np.diff(self.start)[kept])])
        every = (self.placement[kept], self.change[kept], self.replaces[kept], self.forced[kept])
        return Moves(*every, start, self.displaced[at])

    @property
    def free(self) -> Bools:
        """(M,) whether nobody else is displaced."""
        free: Bools = np.diff(self.start) == 0
        return free

    def best(self, name: Ints) -> Ints:
        """Return the best of each name, (M,), the best first; of equals the first placement."""
        order = np.lexsort((self.placement, -self.change))
        _, at_first = np.unique(name[order], return_index=True)
        return order[np.sort(at_first)]

    def alternative(self, i: int | np.int64) -> Alternative:
        """Return one of them."""
        return Alternative(
            placement=int(self.placement[i]),
            change=int(self.change[i]),
            replaces=None if self.replaces[i] < 0 else int(self.replaces[i]),
            displaced=np.sort(self.displaced[self.start[i] : self.start[i + 1]]),
            forced=bool(self.forced[i]),
        )


def alternatives(problem: Problem, chosen: Ints, group: int, k: int) -> list[Alternative]:
    """Return the best placements that a group could have besides those it has, the best first (see ``moves_of``).

    Parameters
    ----------
    chosen
        Sorted; keeps every rule.
    """
    moves = moves_of(Beside.of(problem, chosen), group)
    return [moves.alternative(i) for i in moves.best(moves.placement)[:k]]


def moves_of(beside: Beside, group: int, limit: int | None = None, *, keeps_own: bool = False) -> Moves:
    """Return every way in which a group could have one more placement, or another in place of one that it has.

    What collides goes: where all of it must, all; where some of it would do, as in a shared room, the least valuable
    one after another until there is room. Changes are exact; that no other set to go would cost less is said by
    ``forced``. Pins never go. A group with all its sessions gives one up, each in turn.

    Parameters
    ----------
    limit
        Sessions that it may have; None means as many as the Problem says.
    keeps_own
        It gives none of its own up: only what it could have more is asked for.
    """
    problem, own = beside.problem, beside.of_group(group)
    limit = int(problem.group_limit[group]) if limit is None else limit
    first, last = problem.daycell_start[problem.group_start[group : group + 2]]
    candidates = np.setdiff1d(np.arange(first, last), own, assume_unique=True)
    given_up = [] if keeps_own else own.tolist()
    if len(own) < limit:
        given_up = [-1, *given_up]
    return _joined([_moves(beside, own, candidates, q) for q in given_up])


def _joined(parts: list[Moves]) -> Moves:
    parts = [Moves.none(), *parts]
    number = np.concatenate([np.diff(part.start) for part in parts])
    names = ("placement", "change", "replaces", "forced", "displaced")
    fields = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return Moves(start=np.concatenate([[0], np.cumsum(number)]), **fields)


def _moves(beside: Beside, own: Ints, candidates: Ints, given_up: int) -> Moves:
    """Return the moves of a group when it gives one of its own up (-1: none)."""
    problem, gone = beside.problem, NOTHING if given_up < 0 else np.array([given_up])
    possible = ~np.isin(problem.daycell[candidates], problem.daycell[own[own != given_up]])
    if given_up >= 0 and problem.daycell_must[problem.daycell[given_up]]:
        possible &= problem.daycell[candidates] == problem.daycell[given_up]
    candidates = candidates[possible]
    owner, displaced, possible, forced = _displaced(beside.after(gone) if len(gone) else beside, candidates)
    change = problem.value[candidates] - problem.value[gone].sum()
    change -= np.bincount(owner, problem.value[displaced], len(candidates)).astype(np.int64)
    if problem.links.num_sums:
        terms = beside.problem.readers.changes(beside.sums, _moved(problem, candidates, gone, owner, displaced))
        change, possible = change + terms.of_moves, possible & terms.kept
    every = (candidates, change, np.full(len(candidates), given_up), forced)
    start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(candidates)))])
    return Moves(*every, start, displaced).take(np.flatnonzero(possible))


def _displaced(beside: Beside, candidates: Ints) -> tuple[Ints, Ints, Bools, Bools]:
    """Find what has to go for each candidate.

    Returns
    -------
    owner, displaced, possible, forced
        Position in ``candidates``, sorted, and a chosen placement, one entry each; whether there is room once all of
        them have gone, and whether all of them had to, (candidates,) each.
    """
    problem = beside.problem
    position, code, amount = cells_held(problem, candidates)
    short = amount - beside.free[code]
    entries = np.flatnonzero(short > 0)
    position, code, amount, short = position[entries], code[entries], amount[entries], short[entries]
    entry, at = ranges(np.searchsorted(beside.code, code), np.searchsorted(beside.code, code, side="right"))
    other, taken = beside.holder[at], beside.amount[at]
    pair, _, pair_of = name_runs(position[entry] * problem.num_placements + other)
    gone = np.zeros(len(pair), dtype=np.bool_)
    # The two cannot be together.
    gone[pair_of[taken > problem.capacity.ravel()[code[entry]] - amount[entry]]] = True
    forced = np.ones(len(candidates), dtype=np.bool_)
    worth = problem.value[pair % problem.num_placements]
    pinned = problem.daycell_must[problem.daycell[pair % problem.num_placements]]
    while True:
        left = short - np.bincount(entry[gone[pair_of]], taken[gone[pair_of]], len(short)).astype(np.int64)
        could_go = np.unique(pair_of[(left[entry] > 0) & ~gone[pair_of] & ~pinned[pair_of]])
        if not len(could_go):
            break
        owner = pair[could_go] // problem.num_placements
        forced[owner] = False
        least = np.lexsort((worth[could_go], owner))
        gone[could_go[least[np.flatnonzero(np.diff(owner[least], prepend=-1))]]] = True
    possible = np.ones(len(candidates), dtype=np.bool_)
    possible[position[left > 0]] = False
    possible[pair[gone & pinned] // problem.num_placements] = False
    return pair[gone] // problem.num_placements, pair[gone] % problem.num_placements, possible, forced


def _moved(problem: Problem, candidates: Ints, given_up: Ints, owner: Ints, displaced: Ints) -> csr_array:
    """Return what each candidate adds to the sums of the links, with what goes for it, (candidates, S)."""
    number, every = len(candidates), np.arange(len(candidates))
    row = np.concatenate([every, np.repeat(every, len(given_up)), owner])
    placement = np.concatenate([candidates, np.tile(given_up, number), displaced])
    sign = np.where(np.arange(len(row)) < number, 1.0, -1.0)
    moved: csr_array = csr_array((sign, (row, placement)), (number, problem.num_placements)) @ problem.links.members
    return moved
