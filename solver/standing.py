"""Where a need stands in the order beside those who hold what it could have had."""

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np

from models.base import parse_clock
from models.needs import Need
from models.result import Holder
from solver.arrays import Ints
from solver.compile import Compiled
from solver.rules.order import tiers_of
from solver.settle import alone_points, places_of


class Standing:
    """Tells which rules of the order decided against a need."""

    def __init__(self, compiled: Compiled, chosen: Ints) -> None:
        self.compiled, self.chosen = compiled, chosen
        self.scenario = compiled.frame.scenario
        policy = self.scenario.policy
        self.tier = tiers_of(compiled.frame, compiled.stays)
        self.strict = policy.order is not None and policy.order.strict
        self.place = places_of(compiled) if policy.lot is not None else None

    def rules(self, need: Need, blocked: Ints, holders: Iterable[Holder]) -> Iterator[str]:
        """Yield the rules of the order by which holders come before a need.

        Parameters
        ----------
        blocked
            Stays of the need that do not fit beside what others hold.
        """
        if not len(blocked):
            return
        if self.strict and any(self._tier_of(holder) < self.tier[blocked].min() for holder in holders):
            yield "order.tiers"
        if self.place is not None and self._lost_a_lot(need, blocked, self.place):
            yield "order.lot"

    def _tier_of(self, holder: Holder) -> int:
        need = self.scenario.need_by_id[holder.need]
        return self.scenario.tier_of(need, holder.space, holder.weekday, parse_clock(holder.start))

    def _lost_a_lot(self, need: Need, blocked: Ints, place: Ints) -> bool:
        """Tell whether a chosen placement is what one of the need's stays would be, but of a need with a lower lot."""
        drawn, alone = self.scenario.policy.drawn, partial(alone_points, self.compiled)
        of_stay = {int(place[p]): int(p) for p in blocked}
        for other in self.chosen[np.isin(place[self.chosen], list(of_stay))].tolist():
            mine = of_stay[int(place[other])]
            equal = self.tier[mine] == self.tier[other] and alone(mine) == alone(other)
            if equal and drawn(self.scenario.needs[self.compiled.stays.need[other]].id) < drawn(need.id):
                return True
        return False
