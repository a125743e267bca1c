"""Checks of travel: a policy that weighs it has something to weigh, and knows where sites are."""

from collections.abc import Iterator

from models.checks.view import Flaw, View


def origins_told(view: View) -> Iterator[Flaw]:
    """Find that travel is weighed and nobody says where people come from."""
    scenario = view.scenario
    told = any(need.comes_from for need in scenario.needs) or any(one.comes_from for one in scenario.organisations)
    if scenario.policy.worth.travel_hour and not told:
        problem = "nothing is taken off by it: no need and no organisation says where its people come from."
        mend = "Fill areas.csv and comes_from in needs.csv or organisations.csv, or set it to 0."
        yield Flaw("policy", None, "worth.travel_hour", problem, mend, "warning")


def sites_on_map(view: View) -> Iterator[Flaw]:
    """Find sites to which every way counts as the shortest, because it is not known where they are."""
    scenario = view.scenario
    hosting = {space.site for space in scenario.spaces if space.in_use}
    lost = [site.id for site in scenario.sites if site.id in hosting and None in (site.lat, site.lon)]
    if lost and scenario.areas and scenario.policy.worth.travel_hour:
        problem = f"of {', '.join(lost)} no coordinates are known, so that every way there counts as the shortest."
        yield Flaw("sites", None, "lat", problem, "Write lat and lon in sites.csv.", "warning")
