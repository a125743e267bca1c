"""Lint of dates given up: parts of ``skips`` that take nothing from anybody or give it to nobody."""

from collections import Counter
from collections.abc import Iterator
from math import comb

from models.checks.view import Flaw, View
from models.skips import SkipRule, is_event, is_series

MOST_WAYS = 20
"""Ways for a session to give up dates, beyond which a warning is due: each is as many stays once more."""


def skips_concern(view: View) -> Iterator[Flaw]:
    """Find parts by which no series gives anything up, or to which no one-off event could come."""
    scenario = view.scenario
    for index, rule in enumerate(scenario.policy.skips):
        if not any(map(is_series, scenario.needs_of(rule))):
            problem = f"'{rule.title}' changes nothing: no need that it is for meets every week or every second week."
            yield _flaw(index, "", problem, "Check whose series it is for, or remove it.")
        elif not any(map(is_event, scenario.needs_of(rule.to))):
            problem = f"'{rule.title}' changes nothing: no need that '{rule.to.title}' is for is a one-off event."
            mend = "Check whose events they are; an event has the recurrence once, or a list of dates."
            yield _flaw(index, ".to", problem, mend)


def skips_in_season(view: View) -> Iterator[Flaw]:
    """Find dates outside the season."""
    season = view.scenario.season
    for index, rule in enumerate(view.scenario.policy.skips):
        for day in rule.dates:
            if not season.first <= day <= season.last:
                problem = f"{day} is not in the season, which runs from {season.first} to {season.last}."
                yield _flaw(index, ".dates", problem, "Mend the date, or remove it.")


def skips_unshared(view: View) -> Iterator[Flaw]:
    """Find parts for places that are all shared, of which no date is given up."""
    for index, rule in enumerate(view.scenario.policy.skips):
        spaces = [space for space in view.scenario.spaces if {space.id, space.site} & {*rule.places}]
        if spaces and not any(map(rule.covers, spaces)):
            problem = f"'{rule.title}' changes nothing: its places are shared rooms, and none of these is given up."
            yield _flaw(index, ".places", problem, "Name other places, or remove it.")


def skips_hidden(view: View) -> Iterator[Flaw]:
    """Find parts that never speak, as an earlier one always does."""
    scenario, rules = view.scenario, view.scenario.policy.skips
    for index, rule in enumerate(rules):
        earlier = next((other for other in rules[:index] if _includes(view, other, rule)), None)
        if earlier is not None and scenario.needs_of(rule):
            problem = f"'{rule.title}' changes nothing: '{earlier.title}' comes first for all that it is for."
            yield _flaw(index, "", problem, "Move it up, or remove it.")


def skips_few(view: View) -> Iterator[Flaw]:
    """Find parts by which a series could give up dates in so many ways that planning gets slow."""
    scenario = view.scenario
    for index, rule in enumerate(scenario.policy.skips):
        events = [need for need in scenario.needs_of(rule.to) if is_event(need)]
        wished = {need.id: {day for wish in need.wishes for day in wish.weekdays} for need in events}
        days = {day for need in events for day in view.dates_of(need) if day.weekday() in wished[need.id]}
        days = {day for day in days if rule.has(day)}
        most = max(Counter(day.weekday() for day in days).values(), default=0)
        ways = sum(comb(most, number) for number in range(1, rule.most + 1))
        if ways > MOST_WAYS:
            problem = (
                f"'{rule.title}' lets a session give up dates in {ways} ways, as its events could be on {most} dates of"
                f" one weekday; each is tried, which takes time and memory."
            )
            mend = "Name its dates, give the events a first and last date or a list of dates, or lower most."
            yield _flaw(index, "", problem, mend)


def _includes(view: View, other: SkipRule, rule: SkipRule) -> bool:
    """Tell whether a part has every series, space and date that another one has."""
    scenario = view.scenario
    return (
        {need.id for need in scenario.needs_of(rule)} <= {need.id for need in scenario.needs_of(other)}
        and all(map(other.covers, filter(rule.covers, scenario.spaces)))
        and (not other.dates or bool(rule.dates and {*rule.dates} <= {*other.dates}))
    )


def _flaw(index: int, field: str, problem: str, mend: str) -> Flaw:
    return Flaw("policy", None, f"skips[{index}]{field}", problem, mend, "warning")
