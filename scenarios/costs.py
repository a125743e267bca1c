"""What a plan costs whom: prices, the pot's part, and shared costs split by use, by membership and by Shapley value."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

from models.agreements import Switch
from models.base import Clock, Frozen
from models.needs import Organisation
from models.plan import Placement, Plan
from models.scenario import Scenario
from scenarios.shared_costs import SharedItem, shared_items, split, whole_cents
from solver.verify.refusal import refuse_unfit

Split = Literal["use", "membership", "shapley"]
SPLITS: tuple[Split, ...] = ("use", "membership", "shapley")


class BillLine(Frozen):
    """One placement on a bill; money in cents."""

    need: str
    title: str
    space: str
    start: Clock
    end: Clock
    dates: tuple[date, ...]
    minutes: int
    """Of all dates together."""
    price: int | None
    """None where it is not known: then nothing is asked."""
    subsidy: int
    """What the pot pays of it."""
    to_pay: int


class Bill(Frozen):
    """What one organisation has to pay; money in cents."""

    organisation: str
    name: str
    lines: tuple[BillLine, ...]
    shared: dict[str, int]
    """Its share of shared costs, by split."""
    error: float
    """Standard error of the share by Shapley value; 0 where it is exact."""

    @property
    def price(self) -> int:
        """Known prices together."""
        return sum(line.price or 0 for line in self.lines)

    @property
    def subsidy(self) -> int:
        """What the pot pays."""
        return sum(line.subsidy for line in self.lines)

    @property
    def own(self) -> int:
        """What is left to pay of the prices."""
        return sum(line.to_pay for line in self.lines)

    def due(self, split: Split) -> int:
        """Return what is to pay with the share by a split."""
        return self.own + self.shared[split]

    @property
    def unknown(self) -> int:
        """Placements of which the price is not known."""
        return sum(line.price is None for line in self.lines)


class SharedSum(NamedTuple):
    """One shared cost of the policy over all its sites."""

    title: str
    sites: int
    units: int
    unit: int
    """Cents each."""
    cents: int


class Costs(Frozen):
    """Who pays what for a plan; money in cents."""

    scenario: str
    scenario_hash: str
    agreements: dict[str, Switch]
    """On which agreements it rests."""
    pot: int | None
    """In the pot; None where there is none."""
    shared: tuple[SharedItem, ...]
    seed: int
    """Of orders that are drawn for the Shapley value."""
    splits: tuple[Split, ...]
    """Those that can be made: by membership only where agreements give weights."""
    bills: tuple[Bill, ...]
    """Of every organisation that has a placement or a share, in the scenario's order."""

    @property
    def shared_sums(self) -> list[SharedSum]:
        """Shared costs by title, each with what it costs at so many sites."""
        by_title: defaultdict[tuple[str, int], list[SharedItem]] = defaultdict(list)
        for item in self.shared:
            by_title[item.title, item.unit].append(item)
        return [
            SharedSum(title, len(items), sum(one.units for one in items), unit, sum(one.cents for one in items))
            for (title, unit), items in by_title.items()
        ]

    @property
    def unknown(self) -> int:
        """Placements of which the price is not known."""
        return sum(bill.unknown for bill in self.bills)

    @property
    def error(self) -> float:
        """The largest standard error of a share by Shapley value, in cents; 0 where all are exact."""
        return max((bill.error for bill in self.bills), default=0.0)

    @property
    def shared_cents(self) -> int:
        """Shared costs altogether."""
        return sum(item.cents for item in self.shared)

    @property
    def price(self) -> int:
        """Known prices of all."""
        return sum(bill.price for bill in self.bills)

    @property
    def own(self) -> int:
        """What is left of all prices to organisations."""
        return sum(bill.own for bill in self.bills)

    @property
    def pot_used(self) -> int:
        """What the pot pays for all."""
        return sum(bill.subsidy for bill in self.bills)


def costs_of(scenario: Scenario, plan: Plan, seed: int = 0) -> Costs:
    """Reckon what a plan costs whom.

    Parameters
    ----------
    seed
        Of the orders that are drawn where more use a building at once than can be reckoned exactly.

    Raises
    ------
    BadInput
        When the plan was made for other data, or with other agreements.
    """
    refuse_unfit(scenario, plan)
    lines: defaultdict[str, list[BillLine]] = defaultdict(list)
    for placement in plan.placements:
        lines[scenario.need_by_id[placement.need].organisation].append(_line(scenario, placement))
    items = shared_items(scenario, plan)
    members = _weights(scenario)
    shares, error = split(items, members, seed)
    splits = tuple(name for name in SPLITS if name != "membership" or members)
    bills = (_bill(one, lines[one.id], shares, error, splits) for one in scenario.organisations)
    return Costs(
        scenario=scenario.id,
        scenario_hash=scenario.hash,
        agreements=scenario.conditions,
        pot=scenario.pot_cents,
        shared=items,
        seed=seed,
        splits=splits,
        bills=tuple(bill for bill in bills if bill.lines or any(bill.shared.values())),
    )


def _line(scenario: Scenario, placement: Placement) -> BillLine:
    need = scenario.need_by_id[placement.need]
    hour = scenario.hour_cents(need, placement.space)
    minutes = placement.minutes * len(placement.dates)
    price = None if hour is None else whole_cents(hour * minutes, 60)
    subsidy = (price or 0) * scenario.subsidy_percent(need, placement.space) // 100
    return BillLine(
        need=need.id, title=need.title, space=placement.space, start=placement.start, end=placement.end,
        dates=placement.dates, minutes=minutes, price=price, subsidy=subsidy, to_pay=(price or 0) - subsidy,
    )  # fmt: skip


def _bill(
    one: Organisation,
    lines: list[BillLine],
    shares: Mapping[str, Counter[str]],
    error: Mapping[str, float],
    splits: tuple[Split, ...],
) -> Bill:
    return Bill(
        organisation=one.id,
        name=one.name,
        lines=tuple(lines),
        shared={name: shares[name][one.id] for name in splits},
        error=round(error.get(one.id, 0.0), 2),
    )


def _weights(scenario: Scenario) -> dict[str, int]:
    """Return the weight of membership of each organisation that has any."""
    weights: Counter[str] = Counter()
    for one in scenario.agreements:
        for member in one.organisations if one.stands else ():
            weights[member] += one.weight
    return {member: weight for member, weight in weights.items() if weight}
