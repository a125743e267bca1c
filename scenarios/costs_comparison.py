"""Two plans of one scenario side by side, such as with and without an agreement: who moves, and who pays what."""

from models.base import Frozen
from models.plan import Plan
from models.scenario import Scenario
from scenarios.comparison.changes import NeedChange, need_changes
from scenarios.costs import Bill, Costs, Split


class Payment(Frozen):
    """What an organisation pays before and after, in cents: of prices, and with its share by each split."""

    organisation: str
    name: str
    own: tuple[int, int]
    total: dict[Split, tuple[int, int]]
    """By split that both have."""

    def change(self, split: Split) -> int:
        """Return how many cents more it pays."""
        before, after = self.total[split]
        return after - before

    @property
    def same(self) -> bool:
        """Whether it pays the same, whatever the split."""
        return self.own[0] == self.own[1] and not any(map(self.change, self.total))


class CostsComparison(Frozen):
    """How the second plan differs from the first one."""

    agreements: tuple[dict[str, str], dict[str, str]]
    pot: tuple[int | None, int | None]
    pot_used: tuple[int, int]
    shared: tuple[int, int]
    splits: tuple[Split, ...]
    """Those that both have."""
    needs: tuple[NeedChange, ...]
    """Those that change."""
    payments: tuple[Payment, ...]
    """Of every organisation with a bill in either."""


def compare_costs(scenario: Scenario, plans: tuple[Plan, Plan], costs: tuple[Costs, Costs]) -> CostsComparison:
    """Compare two plans of a scenario, each with what it costs."""
    before, after = costs
    bills = tuple({bill.organisation: bill for bill in side.bills} for side in costs)
    splits = tuple(name for name in before.splits if name in after.splits)
    payments = []
    for one in scenario.organisations:
        pair = bills[0].get(one.id), bills[1].get(one.id)
        if any(pair):
            total = {name: (_pays(pair[0], name), _pays(pair[1], name)) for name in splits}
            own = tuple(bill.own if bill else 0 for bill in pair)
            payments.append(Payment(organisation=one.id, name=one.name, own=(own[0], own[1]), total=total))
    return CostsComparison(
        agreements=({**before.agreements}, {**after.agreements}),
        pot=(before.pot, after.pot),
        pot_used=(before.pot_used, after.pot_used),
        shared=(before.shared_cents, after.shared_cents),
        splits=splits,
        needs=need_changes((scenario, plans[0]), (scenario, plans[1])),
        payments=tuple(payments),
    )


def _pays(bill: Bill | None, split: Split) -> int:
    return 0 if bill is None else bill.due(split)
