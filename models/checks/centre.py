"""Checks of the activity centre: rooms where they are said to be, candidates all of them, and a budget that binds."""

from collections.abc import Iterator

from models.checks.view import Flaw, View


def rooms_at_site(view: View) -> Iterator[Flaw]:
    """Find options with spaces of another site."""
    spaces = view.scenario.space_by_id
    known = (one for one in enumerate(view.scenario.centres) if one[1].site in view.scenario.site_by_id)
    for index, option in known:
        away = [name for name in option.spaces if name in spaces and spaces[name].site != option.site]
        if away:
            problem = f"{', '.join(away)} is not at {option.site}: the rooms of an option are at one site."
            mend = "Write an option for each site, or mend the site."
            yield Flaw("centres", index, "spaces", problem, mend)


def rooms_candidates(view: View) -> Iterator[Flaw]:
    """Find spaces of options that are open, or closed, whatever is opened."""
    for index, option in enumerate(view.scenario.centres):
        for name in option.spaces:
            space = view.given.space_by_id.get(name)
            if space is not None and space.status != "candidate":
                problem = f"{name} is {space.status}, whether this is opened or not."
                yield Flaw("centres", index, "spaces", problem, "Set its status to candidate, or leave it out here.")


def candidates_optional(view: View) -> Iterator[Flaw]:
    """Find candidate spaces that no option has."""
    for index, space in enumerate(view.scenario.spaces):
        if space.status == "candidate":
            problem = "it is a candidate and no option has it, so it never hosts anything."
            mend = "Name it in spaces of an option in centres.csv, or set its status to planned."
            yield Flaw("spaces", index, "status", problem, mend, "warning")


def options_affordable(view: View) -> Iterator[Flaw]:
    """Find options that cost more than there is, alone."""
    limits = view.scenario.policy.centre
    for index, option in enumerate(view.scenario.centres if limits else ()):
        for field, cost, least in (
            ("opening_cost", option.opening_cost, limits.opening if limits else None),
            ("running_cost", option.running_cost, limits.running if limits else None),
        ):
            if least is not None and cost > least:
                problem = f"it costs {cost} EUR and there are {least} EUR, so that it is never opened."
                mend = "Raise centre in policy.yaml, or see what it would bring with solve --open."
                yield Flaw("centres", index, field, problem, mend, "warning")


def budget_useful(view: View) -> Iterator[Flaw]:
    """Find a budget, or a price on costs, where there is nothing to open."""
    policy = view.scenario.policy
    for field, value in (("centre", policy.centre), ("worth.centre_cost", policy.worth.centre_cost)):
        if value and not view.scenario.centres:
            problem = "it changes nothing: there is no option to open."
            yield Flaw("policy", None, field, problem, "Add options to centres.csv, or remove it.", "warning")


def choice_possible(view: View) -> Iterator[Flaw]:
    """Find options beside strict tiers, between which no single number of points tells what is best."""
    order = view.scenario.policy.order
    if view.scenario.centres and order is not None and order.strict:
        problem = "with strict tiers it is not decided which options of the activity centre open."
        mend = "Say it with solve --open, or set strict to no."
        yield Flaw("policy", None, "order.strict", problem, mend, "warning")
