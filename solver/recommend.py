"""Where else a need could be now: the k best placements, each with its change by rule and whom it displaces.

One step is exact: each placement's change is, and so is which are best, as ``Recommendation.exact`` says. Where those
displaced could go is searched (``solver.chains``).
"""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from models.plan import Override, Placement
from models.recommendation import Chain, Option, Recommendation, Step
from models.rules import ORDER_RULES
from solver.alternatives import Alternative, Moves, moves_of
from solver.arrays import Bools, Ints
from solver.beside import Beside
from solver.chains import Search
from solver.compile import TERM_RULES, Compiled
from solver.judging import Judge
from solver.occupancy import Occupancy
from solver.verify.tables import PLAIN_JUDGES

MOST_JUDGED = 4
"""Placements put before the judge for each that is asked for, where only it knows all rules."""


class Recommender:
    """Recommends placements beside one plan.

    Parameters
    ----------
    beside
        The plan's placements that the Problem has.
    astray
        Those that it has not, for they break a rule: they stay, and nobody else gets their rooms.
    overrides
        The plan's.
    check_order
        Put every placement that is told before the judge of strict tiers and of the lot.
    """

    def __init__(
        self,
        compiled: Compiled,
        beside: Beside,
        astray: Sequence[Placement] = (),
        overrides: Sequence[Override] = (),
        *,
        check_order: bool = False,
    ) -> None:
        self.compiled, self.beside, self.astray, self.overrides = compiled, beside, astray, overrides
        self.scenario = compiled.frame.scenario
        self._check_order = check_order
        policy = self.scenario.policy
        self._ordered = policy.lot is not None or (policy.order is not None and policy.order.strict)

    def recommend(self, need_id: str, k: int, *, free_only: bool = False, all_times: bool = False) -> Recommendation:
        """Return the k best placements that a need could have now, besides those it has.

        Parameters
        ----------
        free_only
            Look only at placements for which nobody else has to go.
        all_times
            Look at every placement, not only at the best of each space and weekday.
        """
        n = [need.id for need in self.scenario.needs].index(need_id)
        moves = self._ways(self.beside, n)
        could = len(np.unique(moves.placement))
        if free_only:
            moves = moves.take(np.flatnonzero(moves.free))
        name = moves.placement if all_times else self._evening(moves.placement)
        ranked = moves.best(name)
        told, left_out = self._told(moves, ranked, k)
        looked_at = len(told) + sum(left_out.values())
        return Recommendation(
            need=need_id,
            sessions_asked=self.scenario.needs[n].sessions,
            sessions_placed=len(self.beside.of_group(n)) + self._astray_of(n),
            candidates=could,
            options=tuple(told),
            free_only=free_only,
            all_times=all_times,
            exact=bool(moves.forced.all()) and not self.astray and (len(told) == k or looked_at == len(ranked)),
            astray=len(self.astray),
            left_out=left_out,
            order_checked=self._check_order if self._ordered else None,
        )

    def _told(self, moves: Moves, ranked: Ints, k: int) -> tuple[list[Option], dict[str, int]]:
        """Return the first k options that break no rule, and how many before them do, by rule."""
        if not self._judged:
            return [self._option(moves.alternative(i)) for i in ranked[:k]], {}
        told: list[Option] = []
        left_out: Counter[str] = Counter()
        for i in ranked[: MOST_JUDGED * k].tolist():
            alternative = moves.alternative(i)
            broken = self._judge.broken(self._after(alternative.gone, np.array([alternative.placement])))
            left_out.update(broken[:1])
            if not broken:
                told.append(self._option(alternative))
            if len(told) == k:
                break
        return told, dict(left_out)

    def _more(self, beside: Beside, n: int) -> Moves:
        """Return how a need could have a placement more, and keep those that it has."""
        return self._ways(beside, n, keeps_own=True)

    def _ways(self, beside: Beside, n: int, *, keeps_own: bool = False) -> Moves:
        """Return how a need could have a placement more, or another one, where nothing that is astray is in the way."""
        if not self.astray:
            return moves_of(beside, n, keeps_own=keeps_own)
        limit = max(0, self.scenario.needs[n].sessions - self._astray_of(n))
        moves = moves_of(beside, n, limit, keeps_own=keeps_own)
        return moves.take(np.flatnonzero(self._clear(n, moves.placement)))

    def _clear(self, n: int, placements: Ints) -> Bools:
        """Tell which placements of a need meet nothing astray: no room of theirs, and no weekday of its own."""
        stays, need = self.compiled.stays, self.scenario.needs[n]
        at = tuple(getattr(stays, name)[placements] for name in ("space", "start", "end", "dateset"))
        free = self._held_astray.free(need, (at[0], at[1], at[2], at[3]), self.compiled.datesets)
        days = [one.weekday for one in self.astray if one.need == need.id]
        clear: Bools = free & ~np.isin(stays.cell[placements], days)
        return clear

    @cached_property
    def _held_astray(self) -> Occupancy:
        occupancy = Occupancy(self.compiled.frame, self.compiled.atoms)
        for placement in self.astray:
            occupancy.add(placement, self.scenario.need_by_id[placement.need])
        return occupancy

    def _astray_of(self, n: int) -> int:
        return sum(one.need == self.scenario.needs[n].id for one in self.astray)

    def _evening(self, placements: Ints) -> Ints:
        """Name the space and weekday of placements."""
        stays = self.compiled.stays
        name: Ints = stays.space[placements].astype(np.int64) * 7 + stays.weekday[placements]
        return name

    def _option(self, found: Alternative) -> Option:
        by_rule, placement = self._by_rule(found.gone, np.array([found.placement])), self.compiled.placement
        return Option(
            placement=placement(found.placement),
            change=sum(by_rule.values()),
            by_rule=by_rule,
            replaces=None if found.replaces is None else placement(found.replaces),
            displaced=tuple(map(placement, found.displaced)),
            forced=found.forced,
            chain=self._chain(found) if len(found.displaced) else None,
        )

    def _chain(self, found: Alternative) -> Chain:
        after = self.beside.after(found.gone, np.array([found.placement]))
        chain = Search(self._more).settle(after, found.displaced, np.array([found.placement]))
        gone, come = chain.end(found.gone, found.placement)
        placement, by_rule = self.compiled.placement, self._by_rule(gone, come)
        steps = (
            Step(
                leaves=placement(move.leaves),
                to=None if move.to is None else placement(move.to),
                change=move.change,
                displaced=tuple(map(placement, move.displaced)),
            )
            for move in chain.moves
        )
        broken = self._judge.broken(self._after(gone, come)) if self._judged else ()
        return Chain(steps=tuple(steps), change=sum(by_rule.values()), by_rule=by_rule, breaks=tuple(broken))

    def _by_rule(self, gone: Ints, come: Ints) -> dict[str, int]:
        """Return what the points change by when some go and others come, by soft rule, where they do."""
        if self.astray:
            return self._judge.gained(self._after(gone, come))
        gained = Counter(self._by_terms(gone, come))
        for rule, points in self.compiled.points.items():
            gained[rule] += int(points[come].sum() - points[gone].sum())
        return {rule: points for rule, points in sorted(gained.items()) if points}

    def _by_terms(self, gone: Ints, come: Ints) -> dict[str, int]:
        if not self.compiled.problem.links.num_sums:
            return {}
        moved = self.beside.added_to_sums(gone, come)
        changes = self.compiled.problem.readers.changes(self.beside.sums, moved)
        points = np.bincount(self.compiled.z_rule[changes.z], changes.points, len(TERM_RULES)).astype(np.int64)
        return dict(zip(TERM_RULES, points.tolist(), strict=True))

    @property
    def _judged(self) -> bool:
        """Whether more is to be known of a plan than the Problem knows."""
        return bool(self.astray) or (self._ordered and self._check_order)

    @cached_property
    def _judge(self) -> Judge:
        plain = PLAIN_JUDGES if self.astray else ()
        order = ORDER_RULES if self._ordered and self._check_order else ()
        return Judge(self.scenario, self._placements(self.beside.chosen), self.overrides, (*plain, *order))

    def _after(self, gone: Ints, come: Ints) -> list[Placement]:
        """Return the plan's placements when some have gone and others have come."""
        return self._placements(np.union1d(np.setdiff1d(self.beside.chosen, gone), come))

    def _placements(self, chosen: Ints) -> list[Placement]:
        return [*map(self.compiled.placement, chosen), *self.astray]
