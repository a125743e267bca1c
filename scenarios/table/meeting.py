"""A meeting of the partnership table: what each side could have, and the plans between them, as data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import Literal

import numpy as np

from models.base import BadInput, Frozen, Issue
from models.plan import Plan
from models.rules import RULE_BY_ID
from models.scenario import Scenario
from models.table import Stakeholder, TableStudy
from models.weighing import earns
from scenarios.fairness import fairness_of
from scenarios.table.bargain import (
    Bargain,
    Offer,
    Scale,
    bargain_over,
    best_compromise,
    best_product,
    dominates,
    scale_of,
    undominated,
)
from scenarios.table.laid import Swap, Table
from solver.engine import Limits, Progress

APART = 0.02
"""Of somebody's scale: plans that differ less for everybody are not worth discussing as two."""
CHECKS = 2
"""Times that a plan which another dominates is replaced by it and sought anew."""

Kind = Literal["compromise", "product", "other"]


class Seat(Frozen):
    """What a stakeholder could have."""

    id: str
    name: str
    ideal: float
    """Points to it of its own best plan found,"""
    ideal_bound: float
    """which no plan passes,"""
    worst: float
    """and of what it has where nothing is agreed."""


class Checked(Frozen):
    """What the search for a plan that is better for everybody found."""

    directions: int
    """Sums of the stakeholders' points, from the plan itself, in which a better one was sought."""
    replaced: int
    """How often one was found, and taken in its place."""
    at_most: float
    """Proven: on an average that no side is left out of, no plan is better for all by more of their scales."""


class Alternative(Frozen):
    """A plan on the table."""

    kind: Kind
    worth: tuple[float, ...]
    """Points to each stakeholder,"""
    satisfaction: tuple[float, ...]
    """0 for its worst, 1 for its ideal,"""
    largest_regret: float
    """and the largest of what is missing to 1."""
    objective: int
    """Points under the policy."""
    score: dict[str, int]
    sessions: int
    """Placed."""
    without: int
    """Organisations that have nothing."""
    gini: float
    moved: int
    """Sessions that are elsewhere than in the first plan on the table."""
    pareto: Checked
    folder: str | None = None
    """Where the plan is."""


class Meeting(Frozen):
    """What is on the table."""

    study: str
    title: str
    scenario: str
    scenario_hash: str
    policy_version: str
    seats: tuple[Seat, ...]
    ideals: tuple[tuple[float, ...], ...]
    """Satisfaction of each stakeholder (column) by the best plan of each (row)."""
    alternatives: tuple[Alternative, ...]
    least_regret: float
    """Proven: no plan's largest regret is below it."""
    plans: int
    """That were found."""
    undominated: int
    """Of these, that no other dominates."""
    swaps: tuple[Swap, ...]
    """Cycles of swaps in the first plan on the table that everybody in them likes."""
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """A meeting and its plans, in the order of its alternatives."""

    meeting: Meeting
    plans: tuple[Plan, ...]


def hold_meeting(
    study: TableStudy,
    scenario: Scenario,
    limits: Limits,
    *,
    today: Plan | None = None,
    on_progress: Callable[[str, Progress], None] | None = None,
    cancel: Event | None = None,
) -> Held:
    """Find each side's best plan, plans between them, and choose which are put on the table.

    Raises
    ------
    BadInput
        When the policy's tiers are strict, or a stakeholder counts only rules that earn nothing.
    NoPlan
        When no plan is found.
    """
    notices = refuse_no_table(study, scenario)
    bargain = Bargain(scenario, study.stakeholders, limits, study.open, on_progress=on_progress, cancel=cancel)
    scale = scale_of(bargain, today)
    ideals = bargain.pool[-len(study.stakeholders) :]
    bargain_over(bargain, scale, study.rounds)
    scale = replace(scale, ideal=np.max([one.worth for one in bargain.pool], axis=0))
    chosen = [
        _Checker(bargain, scale).check(kind, offer) for kind, offer in choose(bargain.pool, scale, study.alternatives)
    ]
    chosen = _distinct(chosen)
    scale = replace(scale, ideal=np.max([one.worth for one in bargain.pool], axis=0))
    least = max(scale.least_regret(one) for one in bargain.pool)
    first = chosen[0][1].plan
    alternatives = tuple(_alternative(scenario, scale, first, *one) for one in chosen)
    meeting = Meeting(
        study=study.id,
        title=study.title,
        scenario=scenario.id,
        scenario_hash=scenario.hash,
        policy_version=scenario.policy.version,
        seats=tuple(_seats(study.stakeholders, scale)),
        ideals=tuple(tuple(map(float, scale.satisfaction(one.worth))) for one in ideals),
        alternatives=alternatives,
        least_regret=max(0.0, least),
        plans=len(bargain.pool),
        undominated=len(undominated(bargain.pool)),
        swaps=Table.of(scenario, study.stakeholders, first).swaps(),
        notices=tuple(notices),
    )
    return Held(meeting, tuple(offer.plan for _, offer, _ in chosen))


def refuse_no_table(study: TableStudy, scenario: Scenario) -> list[str]:
    """Refuse what makes no table; return what counts for somebody and earns nothing.

    Raises
    ------
    BadInput
        When the policy's tiers are strict, or a stakeholder counts only rules that earn nothing.
    """
    order, issues, notices = scenario.policy.order, [], []
    if order is not None and order.strict:
        problem = "with strict tiers no points of one side are weighed against another's."
        issues.append(Issue(where="policy.order.strict", problem=problem, mend="Use a policy that weighs its tiers."))
    for one in study.stakeholders:
        counted = [rule for rule in RULE_BY_ID.values() if rule.kind == "soft" and one.percent(rule.id)]
        idle = [rule.id for rule in counted if not earns(scenario.policy, rule)]
        if len(idle) == len(counted):
            problem = "everything that counts for it earns nothing under the policy."
            mend = "Count other rules, or choose a policy that gives these points."
            issues.append(Issue(where=f"stakeholders ({one.id})", problem=problem, mend=mend))
        named = [rule for rule in idle if rule in one.counts]
        if named:
            notices.append(f"{one.id}: {', '.join(named)} earn nothing under the policy.")
    if issues:
        raise BadInput(issues)
    return notices


def choose(pool: Sequence[Offer], scale: Scale, most: int) -> list[tuple[Kind, Offer]]:
    """Choose plans to be put on the table: the compromise, the fair product, and others as far from these as can be.

    Plans that differ from a chosen one by less than ``APART`` for everybody are left out, so there may be fewer. Those
    that leave a side at its worst are nothing to agree on, and come only where all others are there.
    """
    offers = undominated(pool)
    chosen: list[tuple[Kind, Offer]] = [("compromise", best_compromise(offers, scale))]
    fair = best_product(offers, scale)
    if _distance(fair, chosen, scale) >= APART:
        chosen.append(("product", fair))
    while len(chosen) < most:
        apart = [one for one in offers if _distance(one, chosen, scale) >= APART]
        if not apart:
            break
        agreeable = [one for one in apart if scale.satisfaction(one.worth).min() > 0]
        chosen.append(("other", max(agreeable or apart, key=lambda one: _distance(one, chosen, scale))))
    return chosen[:most]


def _distance(offer: Offer, chosen: Sequence[tuple[Kind, Offer]], scale: Scale) -> float:
    mine = scale.satisfaction(offer.worth)
    return min(float(np.abs(mine - scale.satisfaction(other.worth)).max()) for _, other in chosen)


def _distinct(chosen: Sequence[tuple[Kind, Offer, Checked]]) -> list[tuple[Kind, Offer, Checked]]:
    """Leave out plans that are worth to all what an earlier one is, as two may have given way to one better."""
    return [
        one
        for at, one in enumerate(chosen)
        if not any((one[1].worth == before[1].worth).all() for before in chosen[:at])
    ]


class _Checker:
    """Seeks plans that are better for everybody."""

    def __init__(self, bargain: Bargain, scale: Scale) -> None:
        self.bargain, self.scale = bargain, scale

    def check(self, kind: Kind, offer: Offer) -> tuple[Kind, Offer, Checked]:
        """Seek from a plan in sums that all sides have a part in; what is better for everybody takes its place."""
        replaced, directions, at_most = 0, 0, np.inf
        while True:
            for weights in self._weights(offer):
                shares = self.bargain.shares_of(weights / self.scale.span, least=1)
                found = self.bargain.seek(shares, kind, offer.plan)
                directions += 1
                short = found.bound - float(np.dot(found.shares, offer.worth))
                at_most = min(at_most, short / float(np.dot(found.shares, self.scale.span)))
            better = [one for one in self.bargain.pool if dominates(one.worth, offer.worth)]
            if not better or replaced == CHECKS or self.bargain.cancel.is_set():
                break
            offer, at_most, replaced = best_product(better, self.scale), np.inf, replaced + 1
        return kind, offer, Checked(directions=directions, replaced=replaced, at_most=max(0.0, at_most))

    def _weights(self, offer: Offer) -> list[np.ndarray]:
        """Return two ways to weigh the sides: all alike, and each the more the more it lacks; nobody is left out."""
        regret = np.maximum(self.scale.regret(offer.worth), 0.0)
        return [np.ones_like(regret), 0.2 + regret / max(float(regret.max()), 1e-9)]


def _seats(stakeholders: Sequence[Stakeholder], scale: Scale) -> list[Seat]:
    return [
        Seat(
            id=one.id,
            name=one.name,
            ideal=float(scale.ideal[k]),
            ideal_bound=float(max(scale.ideal_bound[k], scale.ideal[k])),
            worst=float(scale.worst[k]),
        )
        for k, one in enumerate(stakeholders)
    ]


def _alternative(
    scenario: Scenario, scale: Scale, first: Plan, kind: Kind, offer: Offer, checked: Checked
) -> Alternative:
    fairness = fairness_of(scenario, offer.plan)
    there = {(p.need, p.space, p.weekday, p.start, p.end) for p in first.placements}
    moved = sum((p.need, p.space, p.weekday, p.start, p.end) not in there for p in offer.plan.placements)
    return Alternative(
        kind=kind,
        worth=tuple(map(float, offer.worth)),
        satisfaction=tuple(map(float, scale.satisfaction(offer.worth))),
        largest_regret=float(scale.regret(offer.worth).max()),
        objective=sum(offer.score.values()),
        score=offer.score,
        sessions=fairness.placed,
        without=fairness.without,
        gini=fairness.gini,
        moved=moved,
        pareto=checked,
    )
