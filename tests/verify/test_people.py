"""people.clash: leaders and audiences in two places, travel included."""

from datetime import date
from typing import Any

import pytest

from models.scenario import Scenario
from tests.builders import (
    EVERY_DAY,
    FIRST,
    changed,
    dates_from,
    make_hours,
    make_need,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    make_wish,
    place,
)
from tests.verify.judging import broken, judge, only_violation

LED = {"leaders": ("coach",)}
ATTENDED = {"audience": ("coach",)}


def world(first: dict[str, Any], second: dict[str, Any]) -> Scenario:
    """Return needs yoga and choir, rooms hall and annex at the centre, and mill 5.0 km away.

    One degree of latitude is 6371 km * pi / 180 = 111.19 km, so 0.045 degrees are 5.004 km; at 15 minutes and 3 a
    kilometre that is 30.01 minutes, rounded up to 35.
    """
    sites = (make_site(lat=62.0, lon=27.0), make_site("mill", lat=62.045, lon=27.0))
    rooms = {"hall": "centre", "annex": "centre", "mill-room": "mill"}
    spaces = tuple(make_space(name, site=site, grid_minutes=5) for name, site in rooms.items())
    needs = (make_need("yoga", **first), make_need("choir", min_minutes=30, max_minutes=240, **second))
    return make_scenario(*needs, sites=sites, spaces=spaces)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (LED, LED, ["people.clash"]),
        (ATTENDED, ATTENDED, ["people.clash"]),
        (LED, ATTENDED, []),  # a leader and an audience of one name are two groups
        (LED, {"leaders": ("cook",)}, []),
        ({}, {}, []),
        ({"leaders": ("cook", "coach")}, {"leaders": ("coach", "clown")}, ["people.clash"]),
        (LED | ATTENDED, LED | ATTENDED, ["people.clash"]),  # two shared groups, one violation
    ],
)
def test_shared_groups(first: dict[str, Any], second: dict[str, Any], expected: list[str]) -> None:
    """At the same time in two rooms."""
    assert broken(world(first, second), place("yoga"), place("choir", "annex")) == expected


def test_message_names_all() -> None:
    """Group, needs, rooms, date and times."""
    found = only_violation(world(LED, LED), place("yoga"), place("choir", "annex", "19:00", "21:00"))
    assert (set(found.needs), found.day, found.dates) == ({"yoga", "choir"}, FIRST, 4)
    for part in ("Leader group coach", "(yoga)", "(choir)", "(hall)", "(annex)", "Monday 2026-08-31", "19:00-21:00"):
        assert part in found.message


def test_back_to_back_at_one_site() -> None:
    """From one room to the next takes no time."""
    assert broken(world(LED, LED), place("yoga"), place("choir", "annex", "20:00", "21:00")) == []
    assert broken(world(LED, LED), place("yoga"), place("choir", "annex", "19:55", "21:00")) == ["people.clash"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("20:35", "21:30", []),  # 35 minutes after 20:00
        ("20:30", "21:30", ["people.clash"]),
        ("16:00", "17:25", []),  # 35 minutes before 18:00
        ("16:00", "17:30", ["people.clash"]),
    ],
)
def test_travel(start: str, end: str, expected: list[str]) -> None:
    """Between the sites people need 35 minutes, either way."""
    assert broken(world(LED, LED), place("yoga"), place("choir", "mill-room", start, end)) == expected


def test_travel_message() -> None:
    """The message tells the time left and the time the way takes, whichever need comes first."""
    found = only_violation(world(LED, LED), place("yoga"), place("choir", "mill-room", "16:00", "17:30"))
    assert "with 30 minutes between, where the way takes 35" in found.message
    assert found.message.index("(choir)") < found.message.index("(yoga)")
    found = only_violation(world(LED, LED), place("yoga"), place("choir", "mill-room", "20:30", "21:30"))
    assert found.message.index("(yoga)") < found.message.index("(choir)")


def test_back_to_back_on_a_day_with_travel() -> None:
    """A group that also goes to the mill still needs no time from room to room."""
    needs = [make_need(name, min_minutes=60, **LED) for name in "abc"]
    scenario = changed(world(LED, LED), needs=tuple(needs))
    stays = (place("a"), place("b", "annex", "20:00", "21:00"), place("c", "mill-room", "15:00", "17:00"))
    assert broken(scenario, *stays) == []


def test_sites_without_coordinates_take_the_base_time() -> None:
    """15 minutes where the distance is not known."""
    needs = (make_need("yoga", **LED), make_need("choir", min_minutes=30, max_minutes=240, **LED))
    spaces = (make_space(), make_space("mill-room", site="mill", grid_minutes=5))
    scenario = make_scenario(*needs, sites=(make_site(), make_site("mill")), spaces=spaces)
    assert broken(scenario, place("yoga"), place("choir", "mill-room", "20:15", "21:00")) == []
    assert broken(scenario, place("yoga"), place("choir", "mill-room", "20:10", "21:00")) == ["people.clash"]


def test_policy_sets_the_travel() -> None:
    """With no base and 12 minutes a kilometre, 5.004 km are 60.05 minutes, rounded up to 65."""
    scenario = changed(world(LED, LED), policy=make_policy(travel={"base_minutes": 0, "minutes_per_km": 12}))
    assert broken(scenario, place("yoga"), place("choir", "mill-room", "21:05", "22:00")) == []
    assert broken(scenario, place("yoga"), place("choir", "mill-room", "21:00", "22:00")) == ["people.clash"]


def test_other_dates_do_not_clash() -> None:
    """Only common dates count: from the third Monday on there are two."""
    scenario = world(LED, LED | {"first": date(2026, 9, 14)})
    found = only_violation(scenario, place("yoga"), place("choir", "annex", dates=dates_from(date(2026, 9, 14))))
    assert (found.day, found.dates) == (date(2026, 9, 14), 2)


def test_one_need_clashes_with_itself() -> None:
    """Sessions on two weekdays meet where the first runs past midnight into the second."""
    need = make_need(
        "vigil", make_wish(EVERY_DAY, "00:00", "48:00"), sessions=2, min_minutes=240, max_minutes=240, **LED
    )
    scenario = make_scenario(
        need,
        spaces=(make_space(), make_space("annex")),
        availability=(make_hours("centre", EVERY_DAY, "00:00", "24:00"),),
    )
    monday = place("vigil", start="22:00", end="02:00")
    tuesdays = dates_from(date(2026, 9, 1))
    assert broken(scenario, monday, place("vigil", "annex", "01:00", "05:00", tuesdays)) == ["people.clash"]
    assert broken(scenario, monday, place("vigil", "annex", "02:00", "06:00", tuesdays)) == []


def test_three_in_one_group() -> None:
    """A long stay clashes with each of two short ones that do not clash with each other."""
    needs = (make_need("long", min_minutes=240, max_minutes=240, **LED), make_need("a", **LED), make_need("b", **LED))
    spaces = (make_space(), make_space("annex"))
    verdict = judge(
        make_scenario(*needs, spaces=spaces),
        place("long", start="16:00", end="20:00"),
        place("a", "annex", "16:00", "18:00"),
        place("b", "annex", "18:00", "20:00"),
    )
    assert [violation.needs for violation in verdict.violations] == [("a", "long"), ("b", "long")]
