"""What went wrong in an earlier solver for a city, each defect a test of its own; D8 is in test_solve."""

from datetime import date
from itertools import pairwise

from models.calendar import Holiday, Season
from models.needs import Biweekly, DateList, Need, Once, Pin
from models.plan import Placement
from models.scenario import Scenario
from tests.builders import (
    changed,
    make_holiday,
    make_hours,
    make_need,
    make_scenario,
    make_season,
    make_space,
    make_wish,
)
from tests.solver.test_solve import MONDAY_EVENING, solved


def placements_of(scenario: Scenario) -> dict[str, list[Placement]]:
    """Solve to proof and return the placements of each need."""
    placed: dict[str, list[Placement]] = {need.id: [] for need in scenario.needs}
    for placement in solved(scenario).placements:
        placed[placement.need].append(placement)
    return placed


def ten_weeks(*holidays: Holiday) -> Season:
    """Return a season of ten weeks from Monday 3 August 2026."""
    return make_season(date(2026, 8, 3), date(2026, 10, 11), *holidays)


def test_d1_needs_that_start_on_different_dates_are_not_booked_twice() -> None:
    """One room, both on Mondays 18-20, one from August and one from September: only one can have it."""
    early = make_need("early", MONDAY_EVENING)
    late = make_need("late", MONDAY_EVENING, first=date(2026, 9, 7))
    placed = placements_of(make_scenario(early, late, season=ten_weeks()))
    assert sum(map(len, placed.values())) == 1


def test_d2_times_are_those_of_the_space_given() -> None:
    """A need that two rooms could host at different hours gets the hours of the room it gets."""
    spaces = [make_space("morning"), make_space("evening")]
    hours = [make_hours("morning", "mon", "08:00", "12:00"), make_hours("evening", "mon", "16:00", "20:00")]
    blocker = make_need("blocker", make_wish("mon", "16:00", "20:00"), min_minutes=240, max_minutes=240)
    need = make_need("need", make_wish("mon", "08:00", "20:00"))
    placed = placements_of(make_scenario(blocker, need, spaces=spaces, availability=hours))
    (given,) = placed["need"]
    assert given.space == "morning"
    assert 8 * 60 <= given.start < given.ends_at <= 12 * 60


def test_d3_an_earlier_opening_interval_counts() -> None:
    """A room open 8-12 and 16-20 hosts a need that wishes 8-12."""
    hours = [make_hours("hall", "mon", "08:00", "12:00"), make_hours("hall", "mon", "16:00", "20:00")]
    need = make_need("need", make_wish("mon", "08:00", "12:00"))
    assert len(placements_of(make_scenario(need, availability=hours))["need"]) == 1


def test_d4_an_empty_room_gives_the_longest_stay() -> None:
    """With nobody else asking, a need of one to four hours gets four."""
    need = make_need("need", make_wish("mon", "08:00", "20:00"), min_minutes=60, max_minutes=240)
    (given,) = placements_of(make_scenario(need))["need"]
    assert given.minutes == 240


def test_d4_a_room_asked_twice_is_shared_out_to_the_last_hour() -> None:
    """Two needs of one to three hours in a room open for four: both are placed, and no hour is left empty."""
    wish = make_wish("mon", "16:00", "20:00")
    needs = [make_need(name, wish, min_minutes=60, max_minutes=180) for name in ("a", "b")]
    placed = placements_of(make_scenario(*needs))
    assert sum(placement.minutes for placements in placed.values() for placement in placements) == 240
    assert all(placed.values())


def test_d5_a_hall_and_its_half_are_not_both_booked() -> None:
    """The whole hall and one half of it wish the same hours: one of the two is placed; two halves fit together."""
    spaces = [make_space("hall", capacity=100), make_space("left", parent="hall"), make_space("right", parent="hall")]

    def need(name: str, space: str) -> Need:
        return make_need(name, MONDAY_EVENING, spaces=(space,), only_listed=True)

    whole = placements_of(make_scenario(need("all", "hall"), need("half", "left"), spaces=spaces))
    assert sum(map(len, whole.values())) == 1
    halves = placements_of(make_scenario(need("one", "left"), need("two", "right"), spaces=spaces))
    assert sum(map(len, halves.values())) == 2


def test_d6_a_later_holiday_is_left_out() -> None:
    """A holiday in mid-season is not among the dates held."""
    holiday = date(2026, 9, 14)
    scenario = make_scenario(make_need("need", MONDAY_EVENING), season=ten_weeks(make_holiday(holiday)))
    (given,) = placements_of(scenario)["need"]
    assert holiday not in given.dates
    assert len(given.dates) == 9


def test_d7_accepted_placements_hold_in_a_second_run() -> None:
    """What a first run gave and was accepted, pinned, keeps its room and counts as the need's session."""
    first = make_need("first", MONDAY_EVENING)
    (given,) = placements_of(make_scenario(first))["first"]
    pin = Pin(space=given.space, weekday=given.weekday, start=given.start, end=given.ends_at)
    rival = make_need("rival", MONDAY_EVENING, weight=1000)
    again = placements_of(make_scenario(changed(first, pins=(pin,)), rival))
    assert again["first"] == [given]
    assert not again["rival"]


def test_two_odd_iso_weeks_in_a_row_keep_fourteen_days() -> None:
    """2026 has an ISO week 53: biweekly groups still alternate over New Year and share one slot."""
    season = make_season(date(2026, 11, 30), date(2027, 2, 7))
    wish = make_wish("tue", "18:00", "20:00")
    needs = [make_need(name, wish, recurrence=Biweekly()) for name in ("crafts", "kids")]
    placed = placements_of(make_scenario(*needs, season=season))
    (crafts,), (kids,) = placed["crafts"], placed["kids"]
    assert not set(crafts.dates) & set(kids.dates)
    for dates in (crafts.dates, kids.dates):
        assert {(later - sooner).days for sooner, later in pairwise(dates)} == {14}


def test_a_one_off_on_one_tuesday_meets_the_weekly_series() -> None:
    """A one-off that only one Tuesday suits does not fall on a weekly series' room and hours."""
    tuesday = date(2026, 9, 15)
    wish = make_wish("tue", "18:00", "20:00")
    weekly = make_need("weekly", wish)
    once = make_need("once", wish, recurrence=Once(), first=tuesday, last=tuesday, kind="event")
    alone = placements_of(make_scenario(weekly, once, season=ten_weeks()))
    assert len(alone["weekly"]) == 1
    assert not alone["once"]
    rooms = [make_space(), make_space("club")]
    both = placements_of(make_scenario(weekly, once, spaces=rooms, season=ten_weeks()))
    assert [placement.dates for placement in both["once"]] == [(tuesday,)]


def test_pin_on_a_weekday_a_date_list_cannot_hold_is_not_kept_elsewhere() -> None:
    """A date list pinned on its Tuesday is not placed in a room that is open on its Mondays only."""
    dates = (date(2026, 8, 31), date(2026, 9, 7), date(2026, 9, 15))
    pin = Pin.model_validate({"weekday": "tue"})
    need = make_need("course", make_wish("mon,tue"), recurrence=DateList(dates=dates), pins=(pin,), spaces=("hall",))
    hours = [make_hours("hall", "mon"), make_hours("club", "mon,tue")]
    scenario = make_scenario(need, spaces=[make_space(), make_space("club")], availability=hours, season=ten_weeks())
    (given,) = placements_of(scenario)["course"]
    assert given.space == "club"


def test_a_stay_of_a_whole_day_does_not_hold_its_own_next_date() -> None:
    """Two days in a row, around the clock, with a buffer between: one placement cannot be both."""
    dates = (date(2026, 9, 5), date(2026, 9, 6))
    need = make_need(
        "camp",
        make_wish("sat,sun", "00:00", "48:00"),
        recurrence=DateList(dates=dates),
        min_minutes=1440,
        max_minutes=1440,
    )
    rooms = [make_space(buffer_after=30)]
    hours = [make_hours("hall", "mon,tue,wed,thu,fri,sat,sun", "00:00", "24:00")]
    scenario = make_scenario(need, spaces=rooms, availability=hours, season=ten_weeks())
    assert not placements_of(scenario)["camp"]
