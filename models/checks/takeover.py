"""Checks of one-off days: walks past places that are there, each once, on dates with events, and worth something."""

from collections.abc import Iterator
from datetime import date

from models.checks.references import PLACES, unknown
from models.checks.view import Flaw, View
from models.needs import Need
from models.walks import Walk


def walk_places_apart(view: View) -> Iterator[Flaw]:
    """Find places of walks that are not there, or that are within another place of the walk."""
    for index, walk in enumerate(view.scenario.policy.walks):
        field = f"walks[{index}].places"
        for place in walk.places:
            space = view.scenario.space_by_id.get(place)
            if view.is_unknown(PLACES, place):
                yield Flaw("policy", None, field, *unknown(view, PLACES, place))
            elif space and space.site in walk.places:
                problem = f"{place} is at {space.site}, which is on the walk too, so it would be passed twice."
                yield Flaw("policy", None, field, problem, f"Remove {space.site}, or name its spaces one by one.")


def walk_dates_in_season(view: View) -> Iterator[Flaw]:
    """Find dates of walks outside the season."""
    season = view.scenario.season
    for index, walk in enumerate(view.scenario.policy.walks):
        outside = [day for day in walk.dates if not season.first <= day <= season.last]
        if outside:
            problem = f"{outside[0]} is outside the season {season.first} to {season.last}."
            yield Flaw("policy", None, f"walks[{index}].dates", problem, "Mend the date, or the season.")


def takeovers_worth_something(view: View) -> Iterator[Flaw]:
    """Find points for one-off days that nothing can earn: without events, places that are seen, walks or themes."""
    scenario, worth = view.scenario, view.scenario.policy.worth
    events = [need for need in scenario.needs if need.kind == "event"]
    if worth.visibility and not (events and any(space.is_seen for space in scenario.spaces)):
        lacking = "no space has any visibility" if events else "no need is an event"
        mend = "Write visibility of spaces, and kind event at needs, or set it to 0."
        yield Flaw("policy", None, "worth.visibility", f"nothing earns it: {lacking}.", mend, "warning")
    if worth.variety and not scenario.policy.walks:
        mend = "Add a walk, or set it to 0."
        yield Flaw("policy", None, "worth.variety", "nothing earns it: there are no walks.", mend, "warning")
    for index, walk in enumerate(scenario.policy.walks if worth.variety else ()):
        if not any(_met_on(view, walk, need) for need in events):
            problem = "no event of an organisation with a theme may be on its dates, so it earns nothing."
            mend = "Give events those dates, and their organisations themes, or remove the walk."
            yield Flaw("policy", None, f"walks[{index}]", problem, mend, "warning")


def _met_on(view: View, walk: Walk, need: Need) -> bool:
    """Tell whether an event with a theme may be on a date of a walk."""
    asks = view.scenario.organisation_by_id.get(need.organisation)
    dates: list[date] = view.dates_of(need)
    return asks is not None and asks.theme is not None and not set(walk.dates).isdisjoint(dates)
