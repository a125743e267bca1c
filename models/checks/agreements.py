"""Checks of agreements and the pot: what a fallen one leaves open, what changes nothing, and pins it cannot pay."""

from collections.abc import Iterator

from models.checks.view import Flaw, View
from models.needs import Need, Pin

DEAREST = 10_000
"""EUR an hour beyond which a price is a slip of the pen."""


def fallen_closed(view: View) -> Iterator[Flaw]:
    """Find spaces that are open though every agreement that opens them has fallen."""
    kept = {space for one in view.scenario.agreements if one.stands for space in one.spaces}
    for index, one in enumerate(view.scenario.agreements):
        for space_id in one.spaces if not one.stands else ():
            space = view.scenario.space_by_id.get(space_id)
            if space is not None and space.in_use and space_id not in kept:
                problem = f"the agreement has fallen and {space_id}, which it opens, is {space.status}."
                yield Flaw("agreements", index, "spaces", problem, "Set the status of the space to closed.")


def conditions_in_time(view: View) -> Iterator[Flaw]:
    """Find agreements that may be confirmed when the season has begun."""
    first = view.scenario.season.first
    for index, one in enumerate(view.scenario.agreements):
        if one.status == "conditional" and one.by_date is not None and one.by_date >= first:
            problem = f"it may be confirmed until {one.by_date}, and the season begins on {first}."
            mend = "Plan without it too (--agreement ID=falls), or mend the date."
            yield Flaw("agreements", index, "by_date", problem, mend, "warning")


def agreements_count(view: View) -> Iterator[Flaw]:
    """Find money and subsidies that do nothing where there is no pot, and terms for nobody."""
    for index, one in enumerate(view.scenario.agreements):
        money = next((name for name in ("contribution", "subsidy") if getattr(one, name)), None)
        terms = next((name for name in ("subsidy", "price_class") if getattr(one, name)), None)
        if money and one.stands and view.scenario.policy.pot is None:
            problem = "it changes nothing: the policy has no pot."
            yield Flaw("agreements", index, money, problem, "Add pot to the policy, or set it to 0.", "warning")
        elif terms and not one.organisations:
            problem = "it changes nothing: the agreement has no members."
            yield Flaw("agreements", index, terms, problem, "Name its organisations, or remove it.", "warning")


def pot_pays(view: View) -> Iterator[Flaw]:
    """Find a pot with money and nobody it pays for, and one that is empty and should pay."""
    pot, budget = view.scenario.policy.pot, view.scenario.pot_cents
    if pot is None:
        return
    pays = bool(pot.subsidies) or any(one.stands and one.subsidy for one in view.scenario.agreements)
    if budget and not pays:
        problem = "it changes nothing: neither the policy nor an agreement gives anybody a subsidy."
        yield Flaw("policy", None, "pot.subsidies", problem, "Add subsidies, or remove the pot.", "warning")
    if not budget and pays:
        problem = "the pot is empty, so that no session of which it is to pay a part can be placed."
        mend = "Put money in, from the town or by agreements, or remove the subsidies."
        yield Flaw("policy", None, "pot.euros", problem, mend, "warning")


def prices_in_reach(view: View) -> Iterator[Flaw]:
    """Find prices beyond all reason where prices count: a slip of the pen would outweigh every other rule."""
    policy = view.scenario.policy
    for index, space in enumerate(view.scenario.spaces if policy.pot or policy.worth.price_euro else ()):
        dear = next((name for name, price in space.prices.items() if price > DEAREST), None)
        if dear is not None:
            problem = f"the price of {dear} is {space.prices[dear]:.2f} EUR an hour, above {DEAREST}."
            yield Flaw("spaces", index, "prices", problem, "Mend it, or remove it if the space is not to be given.")


def pot_pinned(view: View) -> Iterator[Flaw]:
    """Find pins of weekly series for which the pot would have to pay more than there is in it."""
    scenario = view.scenario
    budget = scenario.pot_cents
    if budget is None:
        return
    pins = [(need, pin) for need in scenario.needs for pin in need.pins if need.recurrence.kind == "weekly"]
    paid = {(need.id, pin.weekday): _least(view, need, pin) for need, pin in pins}
    total = sum(paid.values())
    if total > budget:
        names = ", ".join(dict.fromkeys(name for (name, _), amount in paid.items() if amount))
        problem = (
            f"there are {budget / 100:.2f} EUR in the pot, and for the pins of {names} it would pay"
            f" {total / 100:.2f} EUR at least, so that no plan keeps both."
        )
        yield Flaw("policy", None, "pot", problem, "Put more in, lower the subsidies, or remove pins.")


def _least(view: View, need: Need, pin: Pin) -> int:
    """Return what the pot pays for a pin at least, in cents; 0 where the space or its price is not known."""
    scenario = view.scenario
    if pin.space not in scenario.space_by_id or need.organisation not in scenario.organisation_by_id:
        return 0
    fixed = pin.start is not None and pin.end is not None
    minutes = (pin.end or 0) - (pin.start or 0) if fixed else need.min_minutes
    asked = [day for day in view.dates_of(need, pin.weekday) if not scenario.season.closed_for_all(day)]
    dates = -(-len(asked) * scenario.policy.min_dates_percent // 100)
    price = ((scenario.hour_cents(need, pin.space) or 0) * max(0, minutes) * dates + 30) // 60
    return price * scenario.subsidy_percent(need, pin.space) // 100
