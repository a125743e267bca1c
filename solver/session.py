"""A warm session: a scenario kept compiled with its best choice, prices and bound while needs and closures come and go.

A change asks for no new start. A closure takes placements out of the Problem; a need that comes is the only one that is
enumerated and valued. Prices are carried over by what columns and rows stand for (``solver.carry``), the choice keeps
what it can and is filled up.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from models.needs import Need
from models.plan import Decisions, Plan
from models.recommendation import Recommendation
from models.result import Status
from models.scenario import Scenario
from models.synergy import SynergyLink
from solver.alternatives import Alternative, alternatives
from solver.arrays import NOTHING, Bools, Floats, Ints
from solver.beside import Beside
from solver.carry import carried, gains_at_most
from solver.cells import Cells, cells_of
from solver.closures import Closure, held_at, narrowed
from solver.compile import Compiled, compile_scenario, compile_stays, every_stay
from solver.engine import Found, Limits, Progress, solve_problem
from solver.exchange import changes_others, exchanged, refuse_unfit
from solver.frame import Frame
from solver.prices import Multipliers, price_out
from solver.problem import Problem
from solver.recommend import Recommender
from solver.rules.change import standing_in
from solver.rules.worth import Stays
from solver.start import best_first, pinned, pins_of
from solver.stays import taken
from solver.verify import skips_of

PIN_SECONDS = 5.0
"""Wall time for placing the pins after a change."""


@dataclass(frozen=True)
class _Priced:
    """A Problem at prices that prove a bound on it."""

    problem: Problem
    cells: Cells
    at: Multipliers
    bound: int
    """no plan is worth more"""
    worth: float
    """what these prices prove on their own"""
    reduced: Floats
    """(P,) points less prices"""
    fresh: bool
    """these are the first prices; nobody has moved them yet"""

    @classmethod
    def first(cls, problem: Problem) -> "_Priced":
        """Return a Problem at the first prices."""
        cells = cells_of(problem)
        return cls.of(problem, cells, Multipliers.first(problem, cells), None, fresh=True)

    @classmethod
    def of(cls, problem: Problem, cells: Cells, at: Multipliers, known: int | None, *, fresh: bool) -> "_Priced":
        """Price a Problem out; a bound that is known already counts too."""
        # A pin that nothing can keep any more leaves no plan at all; what is known of the others stays a bound.
        held = np.diff(problem.daycell_start) > 0
        kept = problem if held.all() else replace(problem, daycell_must=problem.daycell_must & held)
        pricing = price_out(kept, cells, at)
        bound = int(np.floor(pricing.bound + 1e-6 + 1e-9 * abs(pricing.bound)))
        bound = bound if known is None else min(bound, known)
        return cls(problem, cells, at, bound, pricing.bound, pricing.reduced, fresh)

    def moved(self, problem: Problem, origin: Ints, known: int | None) -> "_Priced":
        """Return another Problem at these prices; ``origin`` tells where its placements are in this one, or -1."""
        cells = cells_of(problem)
        at = carried(self.problem, self.cells, self.at, problem, cells, origin)
        return self.of(problem, cells, at, known, fresh=self.fresh)


class Session:
    """A scenario that is solved again and again while it changes a little.

    ``compiled`` and ``problem`` are what holds now, ``chosen`` is the best choice of its placements (None while none
    that keeps the pins is known), ``bound`` what no plan is worth more than.
    """

    def __init__(self, scenario: Scenario) -> None:
        """Compile a scenario that ``find_issues`` found no error in."""
        self._begin(compile_scenario(scenario))

    @classmethod
    def of(cls, compiled: Compiled) -> "Session":
        """Return a session over what is compiled already."""
        session = cls.__new__(cls)
        session._begin(compiled)
        return session

    def _begin(self, compiled: Compiled) -> None:
        self._whole = self.compiled = compiled
        self._open: Ints = np.arange(compiled.problem.num_placements)
        """where the placements of ``compiled`` are in the whole"""
        self._banned: Bools = np.zeros(compiled.problem.num_placements, dtype=np.bool_)
        self.closures: tuple[Closure, ...] = ()
        self._priced = _Priced.first(compiled.problem)
        self._before: _Priced | None = None
        """the whole as it was priced when the first closure came"""
        self.chosen: Ints | None = None
        self._counted: Beside | None = None
        """the choice that alternatives were last asked beside"""
        self._choose(NOTHING)

    @property
    def scenario(self) -> Scenario:
        """The scenario with the needs that are in now; closures and bans are beside it."""
        return self.compiled.frame.scenario

    @property
    def problem(self) -> Problem:
        """The Problem that holds now."""
        return self.compiled.problem

    @property
    def bound(self) -> int:
        """What no plan is worth more than."""
        return self._priced.bound

    @property
    def prices(self) -> Multipliers:
        """Prices of the cells of ``cells_of(problem)`` and multipliers of the rows of its links."""
        return self._priced.at

    @property
    def objective(self) -> int | None:
        """Points of the choice."""
        return None if self.chosen is None else self.problem.objective(self.chosen)

    def plan(self) -> Plan:
        """Return the choice as a plan; without one it has no placements."""
        chosen = NOTHING if self.chosen is None else self.chosen
        placements = tuple(self.compiled.placement(p) for p in chosen)
        skips = skips_of(self.scenario, placements)
        return Plan(scenario=self.scenario.id, placements=placements, decisions=Decisions(skips=skips))

    def start_from(self, plan: Plan) -> None:
        """Take a plan's placements as the choice as far as they keep the rules, and fill up from there."""
        self.start_from_placements(self.compiled.find(plan))

    def start_from_placements(self, placements: Ints) -> None:
        """Do the same with placements of ``compiled``, sorted."""
        self._choose(placements)

    def solve(
        self,
        limits: Limits,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Found:
        """Go on from the choice, prices and bound that are kept; what is found is kept."""
        if self.chosen is None:
            self._choose(NOTHING)
        if self.chosen is None or not self.problem.num_placements:
            return solve_problem(self.problem, limits, on_progress=on_progress, cancel=cancel)
        prices = None if self._priced.fresh else self.prices
        found = solve_problem(
            self.problem, limits, start=self.chosen, prices=prices, on_progress=on_progress, cancel=cancel
        )
        if found.multipliers is None:
            return found
        bound = self.bound if found.bound is None else min(self.bound, found.bound)
        self.chosen = found.chosen
        self._priced = _Priced.of(self.problem, self._priced.cells, found.multipliers, bound, fresh=False)
        proven = found.objective is not None and found.objective >= self.bound
        return replace(found, bound=self.bound, status=Status.OPTIMAL if proven else found.status)

    def close(
        self,
        space: str | None = None,
        weekday: int | None = None,
        start: int | None = None,
        end: int | None = None,
        dates: Sequence[date] | None = None,
    ) -> None:
        """Close what is named, all of it where nothing is: stays that would be held there then are out.

        A stay counts with its own time, not its buffers; one date that is closed is enough. The bound that was known
        stays one, for every plan that is left was a plan before. A need's own stays are told as they were: none becomes
        possible on the dates that are left.

        Raises
        ------
        ValueError
            When the space is not known or nothing would be closed.
        """
        closure = Closure(space, weekday, start, end, None if dates is None else tuple(dates))
        if space is not None and space not in self._whole.frame.space_index:
            raise ValueError(f"no space {space!r} in this scenario")
        self._narrow((*self.closures, closure), self._banned)

    def ban(self, placements: Ints) -> None:
        """Take some placements of ``compiled`` out."""
        banned = self._banned.copy()
        banned[self._open[placements]] = True
        self._narrow(self.closures, banned)

    def reopen(self) -> None:
        """Undo every closure and ban; the choice stays, and what has come free is filled."""
        before = self._before
        if before is None:
            return
        origin = np.full(before.problem.num_placements, -1)
        origin[self._open] = np.arange(len(self._open))
        priced = self._priced.moved(before.problem, origin, before.bound)
        given = None if self.chosen is None else self._open[self.chosen]
        self._before, self.closures, self._banned = None, (), np.zeros_like(self._banned)
        self.compiled, self._open = self._whole, np.arange(len(self._banned))
        # Prices that were moved to what was left may be worse here than those from before.
        better = priced if priced.worth < before.worth else before
        self._priced = replace(better, bound=priced.bound)
        self._choose(NOTHING if given is None else given)

    def _narrow(self, closures: tuple[Closure, ...], banned: Bools) -> None:
        """Leave out of the whole what is closed or banned."""
        if self._before is None:
            self._before = self._priced
        out = banned.copy()
        for closure in closures:
            out |= held_at(self._whole, closure)
        before, chosen = self._open, self.chosen
        self.closures, self._banned, self._open = closures, banned, np.flatnonzero(~out)
        self.compiled = narrowed(self._whole, self._open)
        origin = np.searchsorted(before, self._open)
        # A bound on more plans is one on fewer; and at the same prices groups that choose from less are worth no more.
        self._priced = self._priced.moved(self.problem, origin, self._priced.bound)
        kept = NOTHING if chosen is None else before[chosen]
        self._choose(np.flatnonzero(np.isin(self._open, kept)))

    def with_need(self, need: Need, links: Sequence[SynergyLink] = ()) -> None:
        """Add a need, and its synergy links with others (see ``exchange``)."""
        self.exchange((), (need,), links)

    def without_need(self, *need_ids: str) -> None:
        """Take needs out, with their links and relations (see ``exchange``)."""
        self.exchange(need_ids, ())

    def exchange(self, out: Collection[str], needs: Sequence[Need], links: Sequence[SynergyLink] = ()) -> None:
        """Take needs out, and add others behind those that are left; one that is out and added again has changed.

        Only those added are enumerated, and placed where they are worth most now. Links and relations go with needs
        that do not come back.

        Raises
        ------
        ValueError
            When a need to be taken out is not there, or one to be added is, or its organisation is not.
        """
        scenario, whole = self.scenario, self._whole
        refuse_unfit(scenario, out, needs)
        left = np.flatnonzero([need.id not in out for need in scenario.needs])
        changed = exchanged(scenario, out, needs, links)
        kept = whole.frame.kept
        frame = Frame(changed, kept and kept.asked_of(changed, [need.id for need in needs]))
        behind = range(len(left), len(changed.needs))
        if scenario.policy.skips:
            self._tell_anew(frame, np.append(left, len(scenario.needs) + np.arange(len(needs))))
        else:
            number = np.full(len(scenario.needs), -1)
            number[left] = np.arange(len(left))
            origin = np.flatnonzero(number[whole.stays.need] >= 0)
            stays = taken(whole.stays, origin)
            stays = replace(stays, need=number[stays.need].astype(stays.need.dtype))
            enumerator = whole.enumerator.beside(frame)
            more = Stays.joined([enumerator.stays_of(n) for n in behind])
            more = standing_in(frame, more, enumerator.datesets)
            points = {rule: earned[origin] for rule, earned in whole.points.items()}
            compiled = compile_stays(frame, enumerator, Stays.joined([stays, more]), points)
            most = sum(gains_at_most(compiled.problem, np.flatnonzero(compiled.stays.need == n)) for n in behind)
            unknown = self._bound_is_lost(changed, out, needs)
            origin = np.append(origin, np.full(len(more.need), -1))
            self._replace(compiled, origin, lambda bound: None if unknown else bound + most)
        for n in behind:
            self._place(n, changed.needs[n].sessions)

    def _bound_is_lost(self, changed: Scenario, out: Collection[str], needs: Sequence[Need]) -> bool:
        """Tell whether others may be worth more than before.

        A plan without a need was a plan before, and worth as much, unless the need was pinned or changed others.
        """
        scenario, problem = self.scenario, self._whole.problem
        gone = [n for n, need in enumerate(scenario.needs) if need.id in out]
        pinned_need = bool(problem.daycell_must[np.isin(problem.daycell_group, gone)].any())
        return (
            pinned_need
            or any(changes_others(scenario, scenario.needs[n]) for n in gone)
            or any(changes_others(changed, need) for need in needs)
        )

    def _tell_anew(self, frame: Frame, needs: Ints) -> None:
        """Go on with other needs, all of whose stays are told anew: which dates series could give up may have changed.

        Parameters
        ----------
        needs
            The number that each had before; no old one's, where it is new.
        """
        enumerator = self._whole.enumerator.beside(frame)
        stays = every_stay(enumerator)
        origin = _origin(self._whole.stays, replace(stays, need=needs[stays.need]))
        self._replace(compile_stays(frame, enumerator, stays), origin, lambda _: None)

    def _replace(self, compiled: Compiled, origin: Ints, bound: Callable[[int], int | None]) -> None:
        """Go on with another whole; ``origin`` tells where its placements are in the old one, -1 for new ones."""
        old_whole, open_before, chosen = self._whole, self._open, self.chosen
        there = origin >= 0
        banned = np.zeros(len(origin), dtype=np.bool_)
        banned[there] = self._banned[origin[there]]
        out = banned.copy()
        for closure in self.closures:
            out |= held_at(compiled, closure)
        self._whole, self._banned, self._open = compiled, banned, np.flatnonzero(~out)
        if self._before is not None:
            self._before = self._before.moved(compiled.problem, origin, bound(self._before.bound))
        self.compiled = compiled if self._before is None else narrowed(compiled, self._open)
        position = np.full(old_whole.problem.num_placements + 1, -1)
        position[open_before] = np.arange(len(open_before))
        open_origin = position[origin[self._open]]
        self._priced = self._priced.moved(self.problem, open_origin, bound(self._priced.bound))
        self._choose(NOTHING if chosen is None else np.flatnonzero(np.isin(open_origin, chosen)))

    def alternatives(self, need_id: str, k: int) -> list[Alternative]:
        """Return the k best single placements for a need now, placed or not (see ``solver.alternatives``).

        ``compiled.placement`` reads the placements.
        """
        n = [need.id for need in self.scenario.needs].index(need_id)
        return alternatives(self.problem, NOTHING if self.chosen is None else self.chosen, n, k)

    def recommend(self, need_id: str, k: int, *, free_only: bool = False, all_times: bool = False) -> Recommendation:
        """Return the k best single placements for a need now, each with its change by rule (``solver.recommend``)."""
        recommender = Recommender(self.compiled, self._beside())
        return recommender.recommend(need_id, k, free_only=free_only, all_times=all_times)

    def _beside(self) -> Beside:
        """Return the choice with what it leaves, counted once for each choice."""
        chosen = NOTHING if self.chosen is None else self.chosen
        if self._counted is None or self._counted.chosen is not chosen or self._counted.problem is not self.problem:
            self._counted = Beside.of(self.problem, chosen)
        return self._counted

    def _place(self, n: int, most: int) -> None:
        """Take the best alternatives of a need while they gain, filling up what those they displace leave."""
        for _ in range(most):
            if self.chosen is None:
                return
            best = alternatives(self.problem, self.chosen, n, 1)
            if not best or best[0].change <= 0:
                return
            gone = np.append(best[0].displaced, NOTHING if best[0].replaces is None else best[0].replaces)
            self._choose(np.union1d(np.setdiff1d(self.chosen, gone), [best[0].placement]))

    def _choose(self, given: Ints) -> None:
        """Make a choice of what fits of given placements, filled up by what is worth most at the prices."""
        problem = self.problem
        pins = pins_of(problem, given)
        if pins is None:
            try:
                pins = pinned(problem, PIN_SECONDS)
            except TimeoutError:
                pins = None
            if pins is None:
                self.chosen = None
                return
        kept = best_first(problem, given, pins)
        left = problem.group_limit - np.bincount(problem.group[kept], minlength=len(problem.group_limit))
        could = np.flatnonzero((left[problem.group] > 0) & (problem.value > 0))
        filled = best_first(problem, could[np.argsort(-self._priced.reduced[could], kind="stable")], kept)
        self.chosen = max(filled, kept, key=problem.objective)


def _origin(old: Stays, new: Stays) -> Ints:
    """Return where each stay is among old ones, -1 where it is not; needs and sets of dates have one number in both."""
    rows = [
        np.stack([stays.need, stays.space, stays.start, stays.end, stays.dateset, stays.instead])
        for stays in (old, new)
    ]
    names = np.unique(np.concatenate(rows, axis=1), axis=1, return_inverse=True)[1].reshape(-1)
    position = np.full(len(names), -1)
    position[names[: len(old.need)]] = np.arange(len(old.need))
    return position[names[len(old.need) :]]
