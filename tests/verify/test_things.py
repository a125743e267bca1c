"""things.pool: equipment and staff counted on real dates, at their places, in their hours."""

from datetime import date
from typing import Any

import pytest

from models.plan import Placement
from models.scenario import Scenario
from tests.builders import (
    FIRST,
    changed,
    dates_from,
    make_hours,
    make_need,
    make_pool,
    make_scenario,
    make_season,
    make_site,
    make_space,
    make_wish,
    place,
)
from tests.verify.judging import broken, judge, only_violation

TUESDAYS = dates_from(date(2026, 9, 1))


def world(*pools: Any, **asked: dict[str, int]) -> Scenario:
    """Return needs a, b and c that ask for this, and three rooms at the centre, the gym with buffers; one at school."""
    needs = [make_need(name, min_minutes=60, max_minutes=240, equipment=asked.get(name, {})) for name in "abc"]
    spaces = (
        make_space(), make_space("annex"), make_space("gym", buffer_before=30, buffer_after=30),
        make_space("class", site="school"),
    )  # fmt: skip
    return make_scenario(*needs, spaces=spaces, sites=(make_site(), make_site("school")), pools=pools)


PAIR = (place("a"), place("b", "annex"))
TRIO = (*PAIR, place("c", "class"))
CHAIRS = make_pool("chairs", count=60)
KEEPER = make_pool("keeper", count=1, takes="every", places=("centre",))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"a": 30, "b": 30}, []),
        ({"a": 30, "b": 31}, ["things.pool"]),
        ({"a": 60}, []),
        ({"a": 61}, ["things.pool"]),
        ({"a": 61, "b": 60}, ["things.pool"]),  # what can never be is told once, and takes nothing from others
        ({}, []),
    ],
)
def test_count(asked: dict[str, int], expected: list[str]) -> None:
    """Sixty chairs are enough for thirty and thirty, and not for one more."""
    scenario = world(CHAIRS, **{name: {"chairs": number} for name, number in asked.items()})
    assert broken(scenario, *PAIR) == expected


def test_message_names_all() -> None:
    """The pool, needs, date, times, how many are asked and how many there are."""
    found = only_violation(world(CHAIRS, a={"chairs": 40}, b={"chairs": 25}), *PAIR)
    assert (set(found.needs), found.day, found.dates) == ({"a", "b"}, FIRST, 4)
    for part in ("(a)", "(b)", "Monday 2026-08-31 18:00-20:00", "on 3 more dates", "65", "(chairs)", "there is 60"):
        assert part in found.message


def test_one_of_a_pool_passes_from_room_to_room() -> None:
    """What one leaves at 20:00 the next takes, in another room or at another site; five minutes are too many."""
    scenario = world(make_pool("projector"), a={"projector": 1}, b={"projector": 1})
    scenario = changed(scenario, spaces=tuple(changed(space, grid_minutes=5) for space in scenario.spaces))
    assert broken(scenario, place("a"), place("b", "annex", "20:00", "22:00")) == []
    assert broken(scenario, place("a"), place("b", "annex", "19:55", "21:55")) == ["things.pool"]


def test_equipment_is_away_as_long_as_the_room_is_held() -> None:
    """A room with half an hour around its stays keeps the projector half an hour more."""
    scenario = world(make_pool("projector"), a={"projector": 1}, b={"projector": 1})
    assert broken(scenario, place("a", "gym"), place("b", "annex", "20:30", "21:30")) == []
    assert broken(scenario, place("a", "gym"), place("b", "annex", "20:00", "21:30")) == ["things.pool"]


def test_other_dates_take_nothing() -> None:
    """Only common dates count."""
    scenario = world(make_pool("projector"), a={"projector": 1}, b={"projector": 1})
    assert broken(scenario, place("a"), place("b", "annex", dates=TUESDAYS)) == []


def test_every_stay_takes_of_a_keeper() -> None:
    """At the centre, a keeper lets in one group at a time; at school there is no need of one."""
    assert broken(world(KEEPER), *PAIR) == ["things.pool"]
    assert broken(world(KEEPER), place("a"), place("c", "class")) == []
    assert broken(world(changed(KEEPER, count=2)), *TRIO) == []
    assert broken(world(changed(KEEPER, count=2, places=())), *TRIO) == ["things.pool"]


def test_who_asks_for_more_than_one_keeper_gets_as_many() -> None:
    """A stay takes one of what every stay takes, or what its need asks."""
    assert broken(world(changed(KEEPER, count=2), a={"keeper": 2}), *PAIR) == ["things.pool"]
    assert broken(world(changed(KEEPER, count=3), a={"keeper": 2}), *PAIR) == []


@pytest.mark.parametrize(
    ("places", "expected"),
    [((), []), (("hall",), []), (("centre",), []), (("school", "annex"), ["things.pool"])],
)
def test_places(places: tuple[str, ...], expected: list[str]) -> None:
    """Who asks for a piano that stays in a building meets in that building."""
    scenario = world(make_pool("piano", places=places), a={"piano": 1})
    assert broken(scenario, place("a")) == expected
    if expected:
        assert "(piano), which the need asks for, is for other places" in only_violation(scenario, place("a")).message


def test_pools_do_not_mix() -> None:
    """Two pools are counted each by itself."""
    scenario = world(make_pool("projector"), make_pool("piano"), a={"projector": 1}, b={"piano": 1})
    assert broken(scenario, *PAIR) == []


@pytest.mark.parametrize(
    ("hours", "start", "end", "expected"),
    [
        ("20:00", "18:00", "20:00", []),  # both leave when the keeper comes
        ("19:00", "18:00", "20:00", ["things.pool"]),
        ("19:00", "19:00", "20:00", ["things.pool"]),
        ("16:00", "16:00", "18:00", ["things.pool"]),
    ],
)
def test_hours(hours: str, start: str, end: str, expected: list[str]) -> None:
    """A keeper who is needed from some hour on lets one in from then on, and all before."""
    keeper = changed(KEEPER, hours=({"weekdays": ("mon",), "start": hours, "end": "24:00"},))
    assert broken(world(keeper), place("a", "hall", start, end), place("b", "annex", start, end)) == expected
    assert broken(world(keeper), place("a", dates=TUESDAYS), place("b", "annex", dates=TUESDAYS)) == []


def test_stays_that_meet_outside_the_hours() -> None:
    """One is let in and one let out, and at the hour when both are there nobody is needed."""
    hours = tuple(
        {"weekdays": ("mon",), "start": start, "end": end} for start, end in (("17:00", "18:00"), ("20:00", "21:00"))
    )
    stays = place("a", "hall", "17:00", "20:00"), place("b", "annex", "19:00", "21:00")
    assert broken(world(changed(KEEPER, hours=hours)), *stays) == []
    assert broken(world(changed(KEEPER, hours=hours[1:])), *stays, place("c", "gym", "20:30", "21:30")) == [
        "things.pool"
    ]


def night(*hours: tuple[str, str, str]) -> Scenario:
    """Return two nights' needs, Saturdays 22-06, and a keeper with hours."""
    spans = tuple({"weekdays": (day,), "start": start, "end": end} for day, start, end in hours)
    needs = [
        make_need(name, make_wish("sat", "20:00", "32:00"), make_wish("sun", "00:00", "24:00"), min_minutes=60,
                  max_minutes=600)
        for name in "ab"
    ]  # fmt: skip
    return make_scenario(
        *needs,
        season=make_season(date(2026, 10, 5), date(2026, 10, 18)),
        spaces=(make_space(), make_space("annex")),
        availability=[make_hours(start="00:00", end="24:00")],
        pools=(changed(KEEPER, hours=spans),),
    )


SATURDAYS = dates_from(date(2026, 10, 10), date(2026, 10, 17))
SUNDAYS = dates_from(date(2026, 10, 11), date(2026, 10, 18))


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ([("sat", "20:00", "24:00")], []),
        ([("sat", "20:00", "26:30")], ["things.pool"]),
        ([("sat", "20:00", "26:00")], []),
        ([("sun", "02:30", "05:00")], ["things.pool"]),
        ([("sun", "05:00", "08:00")], []),
        ([("sat", "20:00", "27:00"), ("sun", "00:00", "04:00")], ["things.pool"]),
    ],
)
def test_hours_past_midnight(hours: list[tuple[str, str, str]], expected: list[str]) -> None:
    """A stay of Saturday 22-06 and one of Sunday 02-05 meet in the hours of either date, each once."""
    scenario = night(*hours)
    one, other = place("a", "hall", "22:00", "06:00", SATURDAYS), place("b", "annex", "02:00", "05:00", SUNDAYS)
    assert broken(scenario, one, other) == expected
    assert broken(scenario, one) == []


def test_a_crowd_is_told_whole() -> None:
    """Three who are at once are one violation; two crowds at different times are two."""
    keeper = changed(KEEPER, count=2, places=())
    found = only_violation(world(keeper), *TRIO)
    assert set(found.needs) == {"a", "b", "c"}
    stays: tuple[Placement, ...] = (place("a", "hall", "16:00", "20:00"), place("b", "annex", "16:00", "18:00"),
                                    place("c", "class", "18:00", "20:00"))  # fmt: skip
    verdict = judge(world(changed(KEEPER, places=())), *stays)
    assert [set(violation.needs) for violation in verdict.violations] == [{"a", "b"}, {"a", "c"}]
