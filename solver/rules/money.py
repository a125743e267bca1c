"""Money: what stays cost, what the pot pays of it, and what is left to the organisation; whole cents."""

from functools import cached_property

import numpy as np

from models.needs import Need
from solver.frame import Frame, Ints
from solver.rules.worth import Stays
from solver.terms import Terms


class Money:
    """Prices of stays, by kinds of needs that pay alike."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.euro = frame.scenario.policy.worth.price_euro

    def values(self, stays: Stays) -> dict[str, Ints]:
        """Return the points of some stays by rule money.price."""
        if not self.euro:
            return {"money.price": np.zeros(len(stays.need), dtype=np.int64)}
        price, paid = self.of(stays)
        return {"money.price": -(self.euro * (price - paid) // 100)}

    def of(self, stays: Stays) -> tuple[Ints, Ints]:
        """Return the price of stays and what the pot pays of it, (P,) each; 0 where the price is not known."""
        kind, hour, percent = self._kinds
        at = kind[stays.need], stays.space
        minutes = (stays.end.astype(np.int64) - stays.start) * stays.held
        price: Ints = (hour[at] * minutes + 30) // 60
        paid: Ints = price * percent[at] // 100
        return price, paid

    @cached_property
    def _kinds(self) -> tuple[Ints, Ints, Ints]:
        """Which needs pay alike, (N,); cents an hour and percent that the pot pays, (kinds, S) each."""
        scenario, first = self.frame.scenario, dict[tuple[object, ...], Need]()
        for need in scenario.needs:
            first.setdefault(self._terms(need), need)
        number = {terms: k for k, terms in enumerate(first)}
        shape = len(first), len(self.frame.spaces)
        hour, percent = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for k, need in enumerate(first.values()):
            hour[k] = [scenario.hour_cents(need, space.id) or 0 for space in self.frame.spaces]
            percent[k] = [scenario.subsidy_percent(need, space.id) for space in self.frame.spaces]
        return self.frame.by_need(lambda need: number[self._terms(need)]), hour, percent

    def _terms(self, need: Need) -> tuple[object, ...]:
        scenario = self.frame.scenario
        subsidies = scenario.policy.pot.subsidies if scenario.policy.pot else ()
        fitting = tuple(scenario.concerns(one, need.id) for one in subsidies)
        member = max((one.subsidy for one in scenario.terms_of(need.organisation)), default=0)
        return scenario.price_classes(need), fitting, member


def pot_terms(frame: Frame, stays: Stays, terms: Terms) -> None:
    """Add the term of rule money.pot: a cap on what the pot pays."""
    budget = frame.scenario.pot_cents
    if budget is None:
        return
    _, paid = Money(frame).of(stays)
    taking = np.flatnonzero(paid)
    if not len(taking):
        return
    step = int(np.gcd.reduce(paid[taking]))
    # A load has room for something: where it is for nothing, half a stay is one too many.
    units, room = (paid[taking] // step, budget // step) if budget >= step else (2 * paid[taking] // step, 1)
    terms.load(taking, units, [room], [0], capped=True)
