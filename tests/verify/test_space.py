"""space.open, space.capacity, space.fewest, space.features and space.choice, just inside and just outside."""

from datetime import date
from typing import Any

import pytest

from models.places import Availability, DatedException
from models.scenario import Scenario
from tests.builders import (
    EVERY_DAY,
    FIRST,
    LAST,
    dates_from,
    make_exception,
    make_holiday,
    make_hours,
    make_need,
    make_organisation,
    make_scenario,
    make_season,
    make_site,
    make_space,
    make_wish,
    place,
)
from tests.verify.judging import broken, only_violation

MON_2 = date(2026, 9, 7)
"""The second Monday."""
ANY_TIME = make_wish(EVERY_DAY, "00:00", "48:00")


def offered(
    *rows: Availability, exceptions: tuple[DatedException, ...] = (), applicant_class: str = "association", **space: Any
) -> Scenario:
    """Return a hall offered in these rows only, and a need that takes any time."""
    return make_scenario(
        make_need("yoga", ANY_TIME, min_minutes=30, max_minutes=1440),
        spaces=(make_space(**space),),
        availability=rows,
        exceptions=exceptions,
        organisations=(make_organisation(applicant_class=applicant_class),),
    )


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("18:00", "20:00", []),
        ("17:30", "19:30", ["space.open"]),  # half an hour before the offer begins
        ("18:30", "20:30", ["space.open"]),  # half an hour after it ends
    ],
)
def test_whole_stay_is_offered(start: str, end: str, expected: list[str]) -> None:
    """Offered Mondays 18-20."""
    assert broken(offered(make_hours("hall", "mon", "18:00", "20:00")), place(start=start, end=end)) == expected


def test_nothing_is_offered_on_the_weekday() -> None:
    """Offered on Tuesdays, held on four Mondays; the message names all."""
    found = only_violation(offered(make_hours("hall", "tue")), place())
    assert (found.rule, found.needs, found.space, found.day, found.dates) == ("space.open", ("yoga",), "hall", FIRST, 4)
    assert "offered nothing" in found.message


def test_hours_of_space_and_site_add_up() -> None:
    """Site 16-19 and space 19-21 meet: 18-20 is offered; with 19:30-21 there is a hole."""
    assert (
        broken(offered(make_hours("centre", "mon", "16:00", "19:00"), make_hours("hall", "mon", "19:00")), place())
        == []
    )
    hole = (make_hours("centre", "mon", "16:00", "19:00"), make_hours("hall", "mon", "19:30"))
    assert broken(offered(*hole), place()) == ["space.open"]


def test_two_openings_of_a_day_both_count() -> None:
    """Trap D3 of Helsinki's solver: open 8-12 and 16-20, a stay at 8-10 was lost."""
    rows = (make_hours("hall", "mon", "08:00", "12:00"), make_hours("hall", "mon", "16:00", "20:00"))
    assert broken(offered(*rows), place(start="08:00", end="10:00")) == []
    assert broken(offered(*rows), place(start="11:00", end="13:00")) == ["space.open"]


@pytest.mark.parametrize(("applicant_class", "expected"), [("junior", []), ("association", ["space.open"])])
def test_offer_to_some(applicant_class: str, expected: list[str]) -> None:
    """Hours offered to juniors are nobody else's."""
    scenario = offered(make_hours("hall", offered_to=("junior", "school")), applicant_class=applicant_class)
    assert broken(scenario, place()) == expected


@pytest.mark.parametrize(
    ("bounds", "lost"),
    [
        ({"first": MON_2, "last": date(2026, 9, 14)}, [FIRST, date(2026, 9, 21)]),
        ({"first": MON_2}, [FIRST]),
        ({"last": date(2026, 9, 14)}, [date(2026, 9, 21)]),
    ],
)
def test_row_for_a_part_of_the_season(bounds: dict[str, Any], lost: list[date]) -> None:
    """A row has both of its ends and not their neighbours."""
    found = only_violation(offered(make_hours("hall", **bounds)), place())
    assert (found.day, found.dates) == (lost[0], len(lost))


@pytest.mark.parametrize("status", ["open", "unknown", "planned", "closed"])
def test_only_spaces_in_use_host(status: str) -> None:
    """Planned and closed spaces host nothing; of unknown ones we take it that they do."""
    scenario = offered(make_hours("hall"), status=status)
    assert broken(scenario, place()) == ([] if status in ("open", "unknown") else ["space.open"])


def test_space_out_of_use_is_one_violation() -> None:
    """That it offers no hours either is not said besides."""
    assert "is closed and hosts nothing" in only_violation(offered(status="closed"), place()).message


@pytest.mark.parametrize(
    ("exceptions", "dates_lost"),
    [
        ((make_exception("hall", MON_2),), 1),
        ((make_exception("centre", MON_2, date(2026, 9, 14)),), 2),
        # Hours instead of the week's: 18-20 lies in 12-20 and not in 12-19.
        ((make_exception("hall", MON_2, None, ("12:00", "20:00")),), 0),
        ((make_exception("hall", MON_2, None, ("12:00", "19:00")),), 1),
        # Two with hours are one offer; one that closes wins over them.
        (
            (
                make_exception("hall", MON_2, None, ("12:00", "19:00")),
                make_exception("centre", MON_2, None, ("19:00", "21:00")),
            ),
            0,
        ),
        ((make_exception("hall", MON_2, None, ("12:00", "21:00")), make_exception("centre", MON_2)), 1),
        ((make_exception("annex", MON_2),), 0),
    ],
)
def test_exceptions(exceptions: tuple[DatedException, ...], dates_lost: int) -> None:
    """An exception of the space or its site replaces the week's hours on its dates; another place's does not."""
    scenario = make_scenario(
        spaces=(make_space(), make_space("annex")), availability=(make_hours("hall"),), exceptions=exceptions
    )
    verdict = broken(scenario, place())
    assert verdict == (["space.open"] if dates_lost else [])
    if dates_lost:
        found = only_violation(scenario, place())
        assert (found.day, found.dates) == (MON_2, dates_lost)
        assert "works" in found.message or exceptions[0].hours


def test_exception_hours_are_offered_to_everybody() -> None:
    """On 7.9. an exception opens to all what the week keeps for juniors."""
    scenario = offered(
        make_hours("hall", offered_to=("junior",)),
        exceptions=(make_exception("hall", MON_2, None, ("18:00", "20:00")),),
    )
    assert only_violation(scenario, place()).dates == 3


@pytest.mark.parametrize(
    ("closes", "calendar", "expected"),
    [((), "school", ["space.open"]), (("school",), "school", ["space.open"]), (("school",), "default", [])],
)
def test_holiday_closes_its_calendars(closes: tuple[str, ...], calendar: str, expected: list[str]) -> None:
    """A holiday closes every space, or those of the calendars it names; a later date of a series counts (trap D6)."""
    scenario = make_scenario(
        spaces=(make_space(calendar=calendar),),
        season=make_season(FIRST, LAST, make_holiday(date(2026, 9, 21), None, *closes, name="Autumn break")),
    )
    assert broken(scenario, place()) == expected
    if expected:
        found = only_violation(scenario, place())
        assert (found.day, found.dates) == (date(2026, 9, 21), 1)
        assert "Autumn break" in found.message


def test_exception_with_hours_opens_a_holiday() -> None:
    """Hours named for a holiday win over it."""
    scenario = make_scenario(
        season=make_season(FIRST, LAST, make_holiday(MON_2)),
        exceptions=(make_exception("hall", MON_2, None, ("18:00", "20:00")),),
    )
    assert broken(scenario, place()) == []


FRIDAYS = dates_from(date(2026, 9, 4))
SATURDAYS = dates_from(date(2026, 9, 5))


@pytest.mark.parametrize(
    ("rows", "stay", "expected"),
    [
        # A night of 18:00-26:00 on Fridays takes a stay until 02:00 and none until 02:30.
        ((make_hours("hall", "fri", "18:00", "26:00"),), ("22:00", "02:00", FRIDAYS), []),
        ((make_hours("hall", "fri", "18:00", "26:00"),), ("22:00", "02:30", FRIDAYS), ["space.open"]),
        # Its rest takes a stay that starts on Saturday at 00:30.
        ((make_hours("hall", "fri", "18:00", "26:00"),), ("00:30", "02:00", SATURDAYS), []),
        # Meeting offers of two dates are one: Friday until 24:00, Saturday from 00:00.
        (
            (make_hours("hall", "fri", "18:00", "24:00"), make_hours("hall", "sat", "00:00", "06:00")),
            ("22:00", "02:00", FRIDAYS),
            [],
        ),
        (
            (make_hours("hall", "fri", "18:00", "24:00"), make_hours("hall", "sat", "00:30", "06:00")),
            ("22:00", "02:00", FRIDAYS),
            ["space.open"],
        ),
        # Friday's rest until 02:00 meets Saturday's own 02:00-06:00.
        (
            (make_hours("hall", "fri", "18:00", "26:00"), make_hours("hall", "sat", "02:00", "06:00")),
            ("01:00", "03:00", SATURDAYS),
            [],
        ),
    ],
)
def test_nights(rows: tuple[Availability, ...], stay: tuple[str, str, tuple[date, ...]], expected: list[str]) -> None:
    """Hours past midnight belong to the date they start on and run into the next."""
    start, end, dates = stay
    assert broken(offered(*rows), place(start=start, end=end, dates=dates)) == expected


def test_friday_night_reaches_into_a_closed_saturday() -> None:
    """An exception on Saturday governs the hours that start on Saturday, not the rest of Friday's."""
    rows = (make_hours("hall", "fri", "18:00", "26:00"), make_hours("hall", "sat", "18:00", "26:00"))
    scenario = offered(*rows, exceptions=(make_exception("hall", date(2026, 9, 12)),))
    assert broken(scenario, place(start="22:00", end="02:00", dates=FRIDAYS)) == []
    found = only_violation(scenario, place(start="22:00", end="02:00", dates=SATURDAYS))
    assert (found.day, found.dates) == (date(2026, 9, 12), 1)


def test_buffers_need_not_be_offered() -> None:
    """The stay fills the offer to the minute; its buffers lie outside."""
    assert (
        broken(offered(make_hours("hall", "mon", "18:00", "20:00"), buffer_before=30, buffer_after=30), place()) == []
    )


@pytest.mark.parametrize(("size", "expected"), [(40, []), (41, ["space.capacity"])])
def test_capacity(size: int, expected: list[str]) -> None:
    """A room for 40 takes 40."""
    assert broken(make_scenario(make_need(size=size)), place()) == expected


@pytest.mark.parametrize(("size", "expected"), [(15, []), (14, ["space.fewest"])])
@pytest.mark.parametrize("shares", [False, True])
def test_fewest(size: int, shares: bool, expected: list[str]) -> None:
    """A room for groups from 15 on takes 15, also where a smaller group would share it."""
    scenario = make_scenario(make_need(size=size, may_share=shares), spaces=(make_space(fewest=15, shareable=True),))
    assert broken(scenario, place()) == expected
    if expected:
        assert "with 14 persons, where a group has at least 15" in only_violation(scenario, place()).message


@pytest.mark.parametrize(
    ("features", "expected"), [(("piano",), []), (("piano", "stage"), []), (("piano", "oven"), ["space.features"])]
)
def test_features(features: tuple[str, ...], expected: list[str]) -> None:
    """A room with a piano and a stage has no oven."""
    scenario = make_scenario(make_need(features=features), spaces=(make_space(features=("stage", "piano")),))
    assert broken(scenario, place()) == expected
    if expected:
        assert "lacks the required oven" in only_violation(scenario, place()).message


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"forbidden_spaces": ("annex",)}, []),
        ({"forbidden_spaces": ("hall",)}, ["space.choice"]),
        ({"forbidden_spaces": ("centre",)}, ["space.choice"]),
        ({"districts": ("North", "South")}, []),
        ({"districts": ("North",)}, ["space.choice"]),
        ({"spaces": ("annex",)}, []),
        ({"spaces": ("annex",), "only_listed": True}, ["space.choice"]),
        ({"spaces": ("annex", "hall"), "only_listed": True}, []),
        ({"spaces": ("centre",), "only_listed": True}, []),
        # Forbidden, elsewhere and not listed are three objections.
        ({"forbidden_spaces": ("hall",), "districts": ("North",), "only_listed": True}, ["space.choice"] * 3),
    ],
)
def test_choice(changes: dict[str, Any], expected: list[str]) -> None:
    """The hall is at the centre in the South; a site's id speaks for its spaces."""
    scenario = make_scenario(
        make_need(**changes),
        sites=(make_site(district="South"), make_site("mill", district="North")),
        spaces=(make_space(), make_space("annex", site="mill")),
    )
    assert broken(scenario, place()) == expected


def test_site_without_a_district_is_in_none() -> None:
    """Where the need names districts, a site that has none will not do."""
    assert broken(make_scenario(make_need(districts=("North",))), place()) == ["space.choice"]
