"""Dates that series give up to one-off events: what they cost, by whose leave, to whom, how many and listed or not."""

from datetime import date
from typing import Any

import pytest

from models.base import BadInput
from models.plan import Decisions, Placement, Plan, Skip
from models.result import Verdict
from models.scenario import Scenario
from solver.verify import skips_of, verify
from tests.builders import (
    FIRST,
    changed,
    dates_from,
    make_exception,
    make_hours,
    make_need,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_season,
    make_space,
    make_wish,
    place,
)

MONDAYS = dates_from(FIRST)
FAIR = MONDAYS[1]
RULE: dict[str, Any] = {"title": "Fairs", "points": 40, "to": {"title": "Fairs", "tags": ("fair",)}}


def town(*rules: dict[str, Any], **changes: Any) -> Scenario:
    """Return a town of yoga every week and of a fair on the second Monday, both on Monday evening."""
    fair = make_need("fair", tags=("fair",), recurrence={"kind": "dates", "dates": (FAIR,)})
    others = [make_need("visit", recurrence={"kind": "once"}), make_need("choir", organisation="choir")]
    clubs = (make_organisation(), make_organisation("choir", applicant_class="choir"))
    return make_scenario(make_need(), fair, *others, policy=make_policy(skips=rules), organisations=clubs, **changes)


def without(*days: date, **changes: Any) -> Placement:
    """Return yoga without some dates."""
    return place(dates=[day for day in MONDAYS if day not in days], **changes)


def fair(name: str = "fair", day: date = FAIR, **changes: Any) -> Placement:
    """Return the fair, or another need on one date."""
    return place(name, dates=[day], **changes)


def listed(scenario: Scenario, *placements: Placement) -> Plan:
    """Return a plan that lists the dates given up."""
    return make_plan(*placements, decisions=Decisions(skips=skips_of(scenario, placements)))


def judged(scenario: Scenario, *placements: Placement) -> Verdict:
    """Return the verdict on such a plan."""
    return verify(scenario, listed(scenario, *placements))


def rules_broken(scenario: Scenario, *placements: Placement) -> list[str]:
    """Return the rule of each violation."""
    return [violation.rule for violation in judged(scenario, *placements).violations]


def test_a_date_given_up_costs_its_price_and_its_hours() -> None:
    """Three of four Mondays are held, and one costs 40 points; nothing is broken."""
    verdict = judged(town(RULE), without(FAIR), fair())
    whole = judged(town(RULE), without())
    assert (verdict.violations, verdict.score["skip.dates"], verdict.measures["skip.dates"]) == ((), -40, 1.0)
    assert (whole.score["skip.dates"], whole.measures["worth.hours"]) == (0, 8.0)
    assert verdict.measures["worth.hours"] == 8.0, "six of yoga and two of the fair"


def test_dates_are_listed_with_their_events() -> None:
    """The series, where it would be, the date and who has its place."""
    skip = Skip(need="yoga", space="hall", start=18 * 60, end=20 * 60, day=FAIR, to=("fair",))
    assert skips_of(town(RULE), [without(FAIR), fair()]) == (skip,)
    assert skips_of(town(RULE), [without(FAIR)]) == (changed(skip, to=()),), "it costs all the same"
    assert skips_of(town(), [without(FAIR), fair()]) == ()


def test_without_skips_nothing_is_asked_or_charged() -> None:
    """A policy without them lets a plan leave out dates, as ever."""
    verdict = verify(town(), make_plan(without(FAIR), fair()))
    assert (verdict.violations, verdict.score["skip.dates"]) == ((), 0)


@pytest.mark.parametrize(
    ("rule", "breaks"),
    [
        ({}, False),
        ({"applicant_classes": ("association",)}, False),
        ({"applicant_classes": ("choir",)}, True),
        ({"dates": (FAIR,)}, False),
        ({"dates": (MONDAYS[2],)}, True),
        ({"places": ("centre",)}, False),
        ({"places": ("club",)}, True),
        ({"to": {"title": "Camps", "tags": ("camp",)}}, True),
    ],
)
def test_only_whom_when_and_where_the_policy_says(rule: dict[str, Any], breaks: bool) -> None:
    """A series, date, place or event that the policy does not name breaks the rule; those that it names do not."""
    scenario = town({**RULE, **rule}, spaces=[make_space(), make_space("club")])
    assert rules_broken(scenario, without(FAIR), fair()) == ["skip.leave"] * breaks


def test_another_series_never_takes_a_date() -> None:
    """A date may be given up to one-off events only, whatever else fits."""
    scenario = town({**RULE, "to": {"title": "All"}})
    assert rules_broken(scenario, without(FAIR), fair("visit")) == []
    assert "skip.leave" in rules_broken(scenario, without(FAIR), fair("choir"))


def test_the_first_part_that_fits_speaks() -> None:
    """Its price is charged, and its events are those that may come."""
    camps = {**RULE, "points": 7, "to": {"title": "Camps", "tags": ("camp",)}}
    assert judged(town(RULE, camps), without(FAIR), fair()).score["skip.dates"] == -40
    other_date = judged(town({**camps, "dates": (MONDAYS[0],)}, RULE), without(FAIR), fair())
    assert (other_date.score["skip.dates"], other_date.violations) == (-40, ())
    assert rules_broken(town(camps, RULE), without(FAIR), fair()) == ["skip.leave"]


def test_no_more_dates_than_allowed() -> None:
    """Two dates are one too many where one may be given up, and just right where two may."""
    plan = (without(*MONDAYS[1:3]), fair(), fair("visit", MONDAYS[2]))
    every = {**RULE, "to": {"title": "All"}}
    half = changed(make_policy(), min_dates_percent=50)

    def allowing(most: int) -> Scenario:
        scenario = town({**every, "most": most})
        return changed(scenario, policy=changed(scenario.policy, min_dates_percent=half.min_dates_percent))

    assert rules_broken(allowing(2), *plan) == []
    (violation,) = judged(allowing(1), *plan).violations
    assert (violation.rule, violation.dates) == ("skip.leave", 2)
    assert "takes at most 1" in violation.message


def test_what_is_given_up_is_listed_as_it_is() -> None:
    """A plan that lists nothing, another event, or a date that is held, breaks the rule; the right list does not."""
    scenario, plan = town(RULE), (without(FAIR), fair())
    (skip,) = skips_of(scenario, plan)
    for wrong in ((), (changed(skip, to=("visit",)),), (changed(skip, to=()),)):
        verdict = verify(scenario, make_plan(*plan, decisions=Decisions(skips=wrong)))
        assert [violation.rule for violation in verdict.violations] == ["skip.leave"]
        assert "do not list it as it is" in verdict.violations[0].message
    (held,) = verify(scenario, make_plan(without(), decisions=Decisions(skips=(skip,)))).violations
    assert "and it does not" in held.message
    with pytest.raises(BadInput, match="no need tennis"):
        verify(scenario, make_plan(*plan, decisions=Decisions(skips=(changed(skip, need="tennis"),))))


@pytest.mark.parametrize(("hour", "taken"), [("18:00", True), ("19:30", True), ("20:00", False), ("16:00", False)])
def test_a_place_is_taken_where_the_two_would_meet(hour: str, taken: bool) -> None:
    """A fair right before or behind takes nothing: the date is left out and charged, but given to nobody."""
    until = f"{int(hour[:2]) + 2}{hour[2:]}"
    (skip,) = skips_of(town(RULE), [without(FAIR), fair(start=hour, end=until)])
    assert skip.to == (("fair",) if taken else ())


def test_parts_and_buffers_count() -> None:
    """A fair in the whole takes the place of yoga in its part; so does one that comes into the buffer."""
    halves = [make_space(capacity=80), make_space("left", parent="hall"), make_space("right", parent="hall")]
    assert judged(town(RULE, spaces=halves), without(FAIR, space="left"), fair()).violations == ()
    scenario = town(RULE, spaces=[make_space(buffer_after=30)])
    (skip,) = skips_of(scenario, [without(FAIR), fair(start="20:00", end="22:00")])
    assert skip.to == ("fair",)


def test_closed_dates_are_not_given_up() -> None:
    """What a closure takes costs nothing; neither do dates before the need begins."""
    closed = town(RULE, exceptions=[make_exception("hall", FAIR)])
    assert judged(closed, without(FAIR)).score["skip.dates"] == 0
    scenario = town(RULE)
    late = changed(scenario, needs=(make_need(first=MONDAYS[1]), *scenario.needs[1:]))
    assert judged(late, without(MONDAYS[0])).score["skip.dates"] == 0


def test_shared_rooms_are_not_given_up() -> None:
    """In a shared room nothing is charged, and whoever does not consent has no leave."""
    scenario = town(RULE, spaces=[make_space(shareable=True)])
    assert judged(scenario, without(FAIR)).score["skip.dates"] == 0
    assert rules_broken(scenario, without(FAIR), fair()) == ["skip.leave"]


def test_nights_of_a_change_of_clocks_are_not_given_up() -> None:
    """Six hours after the stay the clocks are put back at four, or not yet; on other dates they do not matter."""
    first = date(2026, 10, 3)
    hours = [make_hours("hall", "sat", "08:00", "24:00")]
    for start, charged in (("18:00", 1), ("19:30", 1), ("20:00", 0)):
        end = f"{int(start[:2]) + 2}{start[2:]}"
        scenario = make_scenario(
            make_need("yoga", make_wish("sat", "08:00", "24:00")),
            season=make_season(first, date(2026, 11, 1)),
            availability=hours,
            policy=make_policy(skips=(RULE,)),
        )
        dates = [day for day in dates_from(first, date(2026, 10, 31)) if day != date(2026, 10, 24)]
        assert judged(scenario, place("yoga", "hall", start, end, dates)).measures["skip.dates"] == charged
