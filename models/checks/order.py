"""Lint of the order: bands and tiers that hide one another, are for nobody, or change nothing."""

from collections.abc import Iterator

from models.checks.view import Flaw, View, fits_nobody
from models.concern import Concern
from models.order import Band


def bands_hidden(view: View) -> Iterator[Flaw]:
    """Find bands of which every stay is of an earlier one already."""
    bands = _bands(view)
    for index, band in enumerate(bands):
        earlier = next((other for other in bands[:index] if _includes(other, band)), None)
        if earlier is not None:
            problem = (
                f"'{band.title}' changes nothing: all its hours and places are those of '{earlier.title}' before it."
            )
            yield Flaw("policy", None, f"order.bands[{index}]", problem, "Put it first, or remove it.", "warning")


def tiers_for_someone(view: View) -> Iterator[Flaw]:
    """Find tiers of which no need is: none fits, or all that fit are of an earlier one in their band."""
    scenario = view.scenario
    asking = [
        (need, scenario.organisation_by_id[need.organisation])
        for need in scenario.needs
        if need.organisation in scenario.organisation_by_id
    ]
    unmet: list[tuple[str, Concern]] = []
    for index, band in enumerate(_bands(view)):
        used = {band.tier_of(*one) for one in asking}
        for number, tier in enumerate(band.tiers):
            if number in used:
                continue
            where = f"order.bands[{index}].tiers[{number}]"
            if scenario.needs_of(tier):
                problem = f"nobody is of '{tier.title}': all that fit it are of an earlier tier."
                yield Flaw("policy", None, where, problem, "Put it earlier, or remove it.", "warning")
            else:
                unmet.append((where, tier))
    yield from fits_nobody(unmet)


def order_counts(view: View) -> Iterator[Flaw]:
    """Find an order that nothing heeds, and worths of tiers without an order."""
    policy = view.scenario.policy
    if policy.order is not None and not policy.order.strict and not any(policy.worth.tier_hour):
        mend = "Set worth.tier_hour, or strict to yes."
        yield Flaw(
            "policy", None, "order", "it is not strict and tiers earn nothing, so it changes nothing.", mend, "warning"
        )
    if policy.order is None and any(policy.worth.tier_hour):
        problem = "without an order, all are of the first tier, so it changes nothing between them."
        yield Flaw("policy", None, "worth.tier_hour", problem, "Add an order, or remove it.", "warning")


def _bands(view: View) -> tuple[Band, ...]:
    order = view.scenario.policy.order
    return () if order is None else order.bands


def _includes(one: Band, other: Band) -> bool:
    """Tell whether every stay that a band could have is one that another has too."""
    return (
        {*other.weekdays} <= {*one.weekdays}
        and one.start <= other.start
        and other.end <= one.end
        and all(
            not mine or (bool(theirs) and {*theirs} <= {*mine})
            for mine, theirs in ((one.places, other.places), (one.kinds, other.kinds))
        )
    )
