"""Check the records of a scenario together: what none of them can tell alone."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from models.base import Issue
from models.checks import (
    agreements,
    centre,
    fairness,
    hosting,
    office,
    order,
    pins,
    places,
    policy,
    references,
    skips,
    synergy,
    takeover,
    things,
    times,
    travel,
)
from models.checks.view import Flaw, View
from models.scenario import Scenario


class Check(NamedTuple):
    """One check, and the parts of a scenario that must be there whole for it to be right."""

    find: Callable[[View], Iterator[Flaw]]
    whole: tuple[str, ...] = ()


CHECKS: tuple[Check, ...] = (
    Check(references.some_needs, ("needs",)),
    Check(references.ids_once),
    Check(references.places_apart),
    Check(references.ids_known),
    Check(references.districts_known, ("sites",)),
    Check(references.calendars_used, ("season", "spaces")),
    Check(places.parents_sound),
    Check(places.shared_whole),
    Check(places.conflicts_unshared),
    Check(places.fewest_fit),
    Check(places.spaces_offered),
    Check(places.availability_apart),
    Check(places.exceptions_apart),
    Check(times.parts_in_season, ("season",)),
    Check(times.dates_in_part, ("season",)),
    Check(times.off_dates_in_part, ("season",)),
    Check(times.some_dates, ("season",)),
    Check(times.wishes_long_enough),
    Check(times.sessions_fit_week),
    Check(times.exceptions_on_clock, ("season",)),
    Check(times.wishes_on_clock, ("season",)),
    Check(times.pins_on_clock, ("season",)),
    Check(hosting.some_host, ("sites", "spaces")),
    Check(hosting.pinned_spaces_fit),
    Check(hosting.last_season_in_use),
    Check(pins.spots_forward),
    Check(pins.pins_wished),
    Check(pins.pins_last),
    Check(pins.pins_on_grid),
    Check(pins.pins_open, ("season",)),
    Check(pins.pins_of_age, ("policy",)),
    Check(pins.pins_not_banned),
    Check(pins.pins_apart, ("season",)),
    Check(synergy.links_once),
    Check(synergy.links_recur),
    Check(synergy.worths_earned, ("policy", "needs", "links", "spaces")),
    Check(office.offices_fit_week),
    Check(office.floor_somewhere, ("policy", "needs", "spaces")),
    Check(office.relations_apart),
    Check(office.relations_of_one),
    Check(office.relations_count, ("policy", "spaces", "relations")),
    Check(things.pools_enough),
    Check(things.pools_used, ("needs",)),
    Check(things.pools_served, ("sites", "spaces")),
    Check(things.pools_on_clock, ("season",)),
    Check(centre.rooms_at_site),
    Check(centre.rooms_candidates),
    Check(centre.candidates_optional, ("centres",)),
    Check(centre.options_affordable, ("policy",)),
    Check(centre.budget_useful, ("policy", "centres")),
    Check(centre.choice_possible, ("policy", "centres")),
    Check(travel.origins_told, ("policy", "organisations", "needs")),
    Check(travel.sites_on_map, ("policy", "sites", "spaces", "areas")),
    Check(policy.places_known, ("policy",)),
    Check(policy.decision_dates, ("policy", "season")),
    Check(policy.hours_left, ("policy", "spaces")),
    Check(policy.hours_hidden, ("policy", "spaces")),
    Check(order.bands_hidden, ("policy",)),
    Check(order.tiers_for_someone, ("policy", "organisations", "needs")),
    Check(order.order_counts, ("policy",)),
    Check(policy.concerns_someone, ("policy", "organisations", "needs")),
    Check(policy.quotas_bind, ("policy", "organisations", "needs")),
    Check(
        policy.quotas_pinned,
        ("season", "policy", "sites", "spaces", "availability", "exceptions", "organisations", "needs"),
    ),
    Check(policy.quotas_enough, ("policy", "organisations", "needs")),
    Check(policy.lists_worth_something, ("policy",)),
    Check(policy.fragments_useless, ("policy", "needs")),
    Check(policy.fragments_happen, ("policy", "spaces")),
    Check(takeover.walk_places_apart, ("policy",)),
    Check(takeover.walk_dates_in_season, ("policy", "season")),
    Check(takeover.takeovers_worth_something, ("policy", "season", "spaces", "organisations", "needs")),
    Check(fairness.figures_known, ("policy", "organisations", "needs")),
    Check(fairness.floors_asked, ("policy", "organisations", "needs")),
    Check(fairness.floors_allowed, ("policy", "organisations", "needs")),
    Check(skips.skips_concern, ("policy", "organisations", "needs")),
    Check(skips.skips_in_season, ("policy", "season")),
    Check(skips.skips_unshared, ("policy", "spaces")),
    Check(skips.skips_few, ("policy", "season", "organisations", "needs")),
    Check(skips.skips_hidden, ("policy", "organisations", "needs", "spaces")),
    Check(agreements.fallen_closed),
    Check(agreements.conditions_in_time, ("season",)),
    Check(agreements.agreements_count, ("policy",)),
    Check(agreements.prices_in_reach, ("policy",)),
    Check(agreements.pot_pays, ("policy", "agreements", "organisations", "needs")),
    Check(agreements.pot_pinned, ("policy", "season", "agreements", "organisations", "needs", "spaces")),
)
"""Every check, in the order in which problems are listed."""


def find_issues(scenario: Scenario) -> list[Issue]:
    """List every problem between the records of a scenario, errors and warnings."""
    return [issue_of(scenario, flaw) for flaw in find_flaws(scenario, {})]


def find_flaws(scenario: Scenario, unread: Mapping[str, frozenset[str]]) -> Iterator[Flaw]:
    """Find every problem between the records, where some could not be read and are not in the scenario.

    Parameters
    ----------
    unread
        Ids of the records that could not be read, by part of the scenario (see ``View``). Nothing is said of
        references to them, nor what only the whole of a part could tell.
    """
    view = View(scenario, unread)
    for check in CHECKS:
        if not view.lacks(check.whole):
            yield from check.find(view)


def issue_of(scenario: Scenario, flaw: Flaw) -> Issue:
    """Say where a flaw stands, by the id of its record."""
    where = flaw.part
    if flaw.index is not None:
        record = getattr(scenario, flaw.part)[flaw.index]
        where += f"[{getattr(record, 'id', flaw.index)}]"
    where = ".".join(filter(None, (where, flaw.field)))
    return Issue(where=where, problem=flaw.problem, mend=flaw.mend, severity=flaw.severity)
