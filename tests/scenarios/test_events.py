"""Events of a running season: what each changes of a scenario, and what is left of a season."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.base import BadInput
from models.needs import Biweekly, DateList
from models.scenario import Scenario
from scenarios.events import after, cancelled, closure, late, rest_of, withdrawn
from solver.compile import compile_scenario
from tests.builders import (
    FIRST,
    LAST,
    changed,
    dates_from,
    make_exception,
    make_holiday,
    make_link,
    make_need,
    make_organisation,
    make_plan,
    make_scenario,
    make_season,
    make_site,
    make_space,
    place,
)

SECOND, THIRD = FIRST + timedelta(days=7), FIRST + timedelta(days=14)


def town(**changes: Any) -> Scenario:
    """Return two needs of two organisations, and a hall of two halves."""
    needs = [make_need(), make_need("chess", organisation="others")]
    world: dict[str, Any] = {
        "organisations": [make_organisation(), make_organisation("others")],
        "sites": [make_site(), make_site("school")],
        "spaces": [
            make_space(),
            make_space("half", parent="hall"),
            make_space("gym", site="school"),
        ],
        "links": [make_link("yoga", "chess")],
        **changes,
    }
    return make_scenario(*world.pop("needs", needs), **world)


def held(scenario: Scenario, space: str) -> set[date]:
    """Return the dates on which anything can be held in a space."""
    compiled = compile_scenario(scenario)
    at = [p for p in range(compiled.problem.num_placements) if compiled.placement(p).space == space]
    return {day for p in at for day in compiled.dates(p)}


def test_a_space_closes_with_its_parts() -> None:
    """And with what it is a part of; on the dates named, and on no others."""
    closed = after(town(), [closure(f"half:{SECOND}..{SECOND + timedelta(days=6)}")])
    week = {SECOND + timedelta(days=n) for n in range(7)}
    for space in ("hall", "half"):
        assert held(closed, space) == {*town().season.days()} - week
    assert held(closed, "gym") == {*town().season.days()}


def test_a_site_closes_on_a_date_or_for_all_the_season() -> None:
    """All its spaces."""
    once = after(town(), [closure(f"school:{SECOND}")])
    assert held(once, "gym") == {*town().season.days()} - {SECOND}
    assert not held(after(town(), [closure("centre")]), "hall")


@pytest.mark.parametrize("text", ["", "hall:2026-09-10..2026-09-09", "hall:2026-13-01"])
def test_closures_that_are_none(text: str) -> None:
    """The command line tells these as wrong usage."""
    with pytest.raises(ValueError, match=r"."):
        closure(text)


def test_a_date_is_called_off_for_one_need() -> None:
    """Twice for two dates."""
    made = after(town(), [cancelled(f"yoga:{FIRST}"), cancelled(f"yoga:{SECOND}")])
    assert made.need_by_id["yoga"].off_dates == (FIRST, SECOND)
    assert made.need_by_id["chess"].off_dates == ()
    assert made.hash != town().hash


def test_an_organisation_withdraws() -> None:
    """With its needs and their links."""
    made = after(town(), [withdrawn("others")])
    assert [need.id for need in made.needs] == ["yoga"]
    assert made.links == ()


def test_late_needs_come_behind() -> None:
    """Those that do not fit the scenario are refused."""
    made = after(town(), [late([make_need("tango")])])
    assert [need.id for need in made.needs] == ["yoga", "chess", "tango"]
    with pytest.raises(BadInput, match="no organisation has the id nobody"):
        after(town(), [late([make_need("tango", organisation="nobody")])])


@pytest.mark.parametrize("event", [closure("hal"), cancelled(f"yog:{FIRST}"), withdrawn("other")])
def test_what_is_not_there_is_told(event: Any) -> None:
    """With the name that was meant."""
    with pytest.raises(BadInput, match="Did you mean"):
        after(town(), [event])


def test_the_rest_of_a_season() -> None:
    """Dates before are gone; so are needs that are over, and a one-off that has been held."""
    scenario = town(
        needs=[
            make_need(first=FIRST, off_dates=(FIRST, THIRD)),
            make_need("over", last=SECOND - timedelta(days=1)),
            make_need("held", recurrence={"kind": "once"}),
            make_need("coming", recurrence={"kind": "once"}),
            make_need("listed", recurrence={"kind": "dates", "dates": (FIRST, THIRD)}),
        ],
        links=[make_link("yoga", "over")],
        season=make_season(FIRST, LAST, make_holiday(FIRST, SECOND)),
        exceptions=[make_exception("hall", FIRST, SECOND), make_exception("gym", FIRST)],
    )
    plan = make_plan(place("held", dates=(FIRST,)), place("coming", dates=(THIRD,)))
    rest = after(rest_of(scenario, plan, SECOND), [])
    assert [need.id for need in rest.needs] == ["yoga", "coming", "listed"]
    assert (rest.season.first, rest.season.last) == (SECOND, LAST)
    assert rest.season.holidays == (make_holiday(SECOND),)
    assert rest.exceptions == (make_exception("hall", SECOND),)
    assert rest.links == ()
    assert rest.need_by_id["yoga"] == make_need(off_dates=(THIRD,))
    assert rest.need_by_id["listed"].recurrence == DateList(dates=(THIRD,))
    assert rest_of(scenario, plan, FIRST) is scenario


@pytest.mark.parametrize("day", [SECOND, THIRD, THIRD + timedelta(days=2)])
def test_fortnights_keep_their_phase(day: date) -> None:
    """Though weeks are counted from a later Monday."""
    dates = {phase: dates_from(FIRST + timedelta(days=7 * phase), step=14) for phase in (0, 1)}
    for phase in (0, 1):
        need = make_need(recurrence=Biweekly(phase=phase), wishes=changed(make_need()).wishes)
        rest = rest_of(make_scenario(need), make_plan(), day)
        left = {one for one in held(rest, "hall") if one.weekday() == 0}
        assert left == {one for one in dates[phase] if one >= day}


def test_a_season_goes_on_from_one_of_its_dates() -> None:
    """Any other is a slip of the pen."""
    with pytest.raises(BadInput, match="is outside the season"):
        rest_of(town(), make_plan(), LAST + timedelta(days=1))
