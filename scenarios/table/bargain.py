"""Plans between stakeholders: each one's own best, the compromise, fair products, and what no plan can reach.

Every stakeholder values a plan by a weighted sum of its points by rule, so a weighted sum over stakeholders is one
too, and the solver finds a plan and a bound for it. A bound on such a sum bounds what the stakeholders can reach
together: whatever the plan, the largest regret is at least what the sum leaves them short on average. Weights that
make this proof strong are found as in a zero-sum game, by giving more to whoever falls short (Freund and Schapire
1999, doi:10.1006/game.1999.0738).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import gcd
from threading import Event

import numpy as np

from models.plan import Decisions, Plan
from models.result import Status
from models.rules import SOFT_RULES
from models.scenario import Scenario
from models.table import ROUND_PERCENT, Stakeholder
from solver.arrays import Floats
from solver.engine import Limits, Progress
from solver.solve import solve
from solver.verify import skips_of, verify

MOST_SHARE = 30
"""Shares of stakeholders in a sum are whole numbers up to it."""
RATE = 3.0
"""How fast weight goes to whoever falls short; of the regrets of a round, which are 0 to about 1."""

Shares = tuple[int, ...]
"""How many times each stakeholder's points count in a sum."""


class NoPlan(RuntimeError):
    """No plan was found, so that there is nothing to put on the table."""


@dataclass(frozen=True)
class Offer:
    """A plan, and what it is worth to each stakeholder."""

    plan: Plan
    score: dict[str, int]
    """Points by rule under the policy."""
    worth: Floats
    """(K,) points to each stakeholder."""
    shares: Shares
    """Of the sum that it was sought for."""
    bound: float
    """No plan has more of that sum."""

    @property
    def slack(self) -> float:
        """How much more of its sum any plan could have."""
        return self.bound - float(np.dot(self.shares, self.worth))


class Bargain:
    """Seeks plans for weighted sums of what stakeholders want, each from the best plan known for that sum."""

    def __init__(
        self,
        scenario: Scenario,
        stakeholders: Sequence[Stakeholder],
        limits: Limits,
        opened: Sequence[str] = (),
        *,
        on_progress: Callable[[str, Progress], None] | None = None,
        cancel: Event | None = None,
    ) -> None:
        self.scenario, self.stakeholders, self.limits, self.opened = scenario, tuple(stakeholders), limits, opened
        self.on_progress, self.cancel = on_progress, cancel or Event()
        self.percents = np.array([[one.percent(rule) for rule in SOFT_RULES] for one in stakeholders])
        self.pool: list[Offer] = []
        """Every plan that was found, in order."""

    def offer(self, plan: Plan, shares: Shares, bound: float) -> Offer:
        """Value a plan for every stakeholder."""
        score = verify(self.scenario, plan).score
        return Offer(plan, score, np.array([one.utility(score) for one in self.stakeholders]), shares, bound)

    def seek(self, shares: Shares, title: str, start: Plan | None = None) -> Offer:
        """Find a plan that is good for a weighted sum.

        Raises
        ------
        NoPlan
            When none is found.
        RuntimeError
            When solver and verifier do not agree on what the sum is.
        """
        whole = [int(n) for n in np.dot(shares, self.percents) // ROUND_PERCENT]
        common = gcd(*whole) or 1
        times = {rule: n // common for rule, n in zip(SOFT_RULES, whole, strict=True)}
        start = start or self._best_known(shares)
        tell = self.on_progress
        solution = solve(
            self.scenario,
            self.limits,
            start=start,
            opened=self.opened,
            cancel=self.cancel,
            on_progress=None if tell is None else (lambda progress: tell(title, progress)),
            times=times,
        )
        if solution.objective is None:
            infeasible = solution.status is Status.INFEASIBLE
            raise NoPlan("No plan keeps every hard rule." if infeasible else "No plan found in the time.")
        unit = common * ROUND_PERCENT / 100
        skips = skips_of(self.scenario.as_opened(self.opened), solution.placements)
        plan = Plan(placements=solution.placements, decisions=Decisions(skips=skips, opened=tuple(self.opened)))
        bound = np.inf if solution.bound is None else unit * solution.bound
        found = self.offer(plan, shares, bound)
        points = sum(times[rule] * earned for rule, earned in found.score.items())
        if solution.objective != points:
            raise RuntimeError("solver and verifier do not agree on what a plan is worth to the stakeholders")
        self.pool.append(found)
        return found

    def _best_known(self, shares: Shares) -> Plan | None:
        return max(self.pool, key=lambda one: float(np.dot(shares, one.worth))).plan if self.pool else None

    def shares_of(self, weights: Floats, least: int = 0) -> Shares:
        """Return whole shares in the proportion of weights, as near as they come, none below the least."""
        top = float(weights.max())
        return tuple(max(least, round(MOST_SHARE * float(one) / top)) for one in weights)


@dataclass(frozen=True)
class Scale:
    """From the worst to the best of each stakeholder."""

    ideal: Floats
    """(K,) what its own best plan is worth to it,"""
    ideal_bound: Floats
    """which no plan passes"""
    worst: Floats
    """(K,) what it has where nothing is agreed: today's plan, or else the worst of the others' best plans"""

    @property
    def span(self) -> Floats:
        """(K,) from worst to ideal; where the two are about one, a hundredth of the ideal stands for it."""
        span: Floats = np.maximum(self.ideal - self.worst, np.maximum(np.abs(self.ideal) / 100, 1.0))
        return span

    def regret(self, worth: Floats) -> Floats:
        """(K,) how far below its ideal each is: 0 there, 1 at its worst."""
        regret: Floats = (self.ideal - worth) / self.span
        return regret

    def satisfaction(self, worth: Floats) -> Floats:
        """(K,) how far above its worst each is: 1 at its ideal."""
        return np.asarray(1.0 - self.regret(worth))

    def least_regret(self, offer: Offer) -> float:
        """Return what the largest regret of every plan is at least, as the offer's bound proves."""
        weights = np.array(offer.shares) * self.span
        return float((np.dot(offer.shares, self.ideal) - offer.bound) / weights.sum())


def scale_of(bargain: Bargain, today: Plan | None) -> Scale:
    """Find each stakeholder's own best plan, and from it the scale on which all are measured.

    Today's plan is where the search starts, and one of those that may be agreed on, if it breaks no rule.
    """
    number = len(bargain.stakeholders)
    alone = [tuple(int(k == j) for j in range(number)) for k in range(number)]
    now = None if today is None else bargain.offer(today, alone[0], np.inf)
    sound = today is not None and not verify(bargain.scenario, today).violations
    if now is not None and sound and {*now.plan.decisions.opened} == {*bargain.opened}:
        bargain.pool.append(now)
    ideals = [bargain.seek(shares, bargain.stakeholders[k].name) for k, shares in enumerate(alone)]
    bounds = np.array([one.bound for one in ideals])
    best = np.max([one.worth for one in bargain.pool], axis=0)
    held = ideals if now is None else [now]
    return Scale(best, np.maximum(bounds, best), np.min([one.worth for one in held], axis=0))


def bargain_over(bargain: Bargain, scale: Scale, rounds: int) -> float:
    """Seek plans between the stakeholders; return the best proof of what the largest regret is at least.

    Two rounds of three look for the least largest regret, the others for the highest product of what each gains.
    """
    weights = np.ones(len(bargain.stakeholders)) / len(bargain.stakeholders)
    proven = 0.0
    for number in range(rounds):
        if bargain.cancel.is_set():
            break
        if number % 3 == 2:
            gains = np.maximum(scale.satisfaction(best_product(bargain.pool, scale).worth), 0.01)
            wanted = 1.0 / gains
        else:
            wanted = weights
        found = bargain.seek(bargain.shares_of(wanted / scale.span), f"{number + 1}")
        proven = max(proven, scale.least_regret(found))
        regret = scale.regret(found.worth)
        weights = weights * np.exp(RATE * (regret - regret.max()))
        weights /= weights.sum()
    return proven


def best_compromise(offers: Sequence[Offer], scale: Scale) -> Offer:
    """Return the plan of the least largest regret; of equal ones, that of the least sum."""
    return min(offers, key=lambda one: (float(scale.regret(one.worth).max()), float(scale.regret(one.worth).sum())))


def best_product(offers: Sequence[Offer], scale: Scale) -> Offer:
    """Return the plan of the highest product of satisfactions (Nash 1950, doi:10.2307/1907266).

    Where no plan satisfies everybody, whoever is below its worst counts as having a hundredth.
    """
    return max(offers, key=lambda one: float(np.log(np.maximum(scale.satisfaction(one.worth), 0.01)).sum()))


def dominates(one: Floats, other: Floats) -> bool:
    """Tell whether one plan is worth as much as another to everybody, and more to somebody."""
    return bool((one >= other).all() and (one > other).any())


def undominated(offers: Sequence[Offer]) -> list[Offer]:
    """Return the plans that no other dominates; of plans that are worth the same to all, the first."""
    kept = [one for one in offers if not any(dominates(other.worth, one.worth) for other in offers)]
    first: dict[bytes, Offer] = {}
    for one in kept:
        first.setdefault(one.worth.tobytes(), one)
    return [*first.values()]
