"""What misled Helsinki's first solver and ISO weeks, as the judge must see it.

Its lost opening interval and its ignored holiday are in ``test_space``, two odd ISO weeks in ``test_time``.
"""

from datetime import date

from tests.builders import FIRST, dates_from, make_need, make_scenario, make_season, make_space, place
from tests.verify.judging import broken, only_violation

AUGUST = date(2026, 8, 3)
SEPTEMBER = date(2026, 9, 7)
END = date(2026, 11, 29)


def test_series_that_start_on_different_dates() -> None:
    """D1: one room, both Mondays 18-20, from 3 August and from 7 September: double from 7 September, 12 Mondays."""
    needs = (make_need("a"), make_need("b", first=SEPTEMBER))
    scenario = make_scenario(*needs, season=make_season(AUGUST, END))
    found = only_violation(
        scenario, place("a", dates=dates_from(AUGUST, END)), place("b", dates=dates_from(SEPTEMBER, END))
    )
    assert (found.rule, set(found.needs), found.space) == ("space.double", {"a", "b"}, "hall")
    assert (found.day, found.dates) == (SEPTEMBER, 12)


def test_hall_and_half_hall() -> None:
    """D5: a hall and its half at the same time."""
    spaces = (make_space("hall"), make_space("half", parent="hall"))
    scenario = make_scenario(make_need("a"), make_need("b"), spaces=spaces)
    assert broken(scenario, place("a", "hall"), place("b", "half")) == ["space.double"]


def test_one_off_against_a_series() -> None:
    """A one-off on one Tuesday clashes with a weekly series on that date only, and not with a series that skips it."""
    needs = (make_need("series"), make_need("concert", recurrence={"kind": "once"}))
    scenario = make_scenario(*needs)
    tuesdays = dates_from(date(2026, 9, 1))
    concert = place("concert", start="19:00", end="21:00", dates=[date(2026, 9, 15)])
    found = only_violation(scenario, place("series", dates=tuesdays), concert)
    assert (found.rule, found.day, found.dates) == ("space.double", date(2026, 9, 15), 1)
    skipping = place("series", dates=[day for day in tuesdays if day != date(2026, 9, 15)])
    assert broken(scenario, skipping, concert) == []


def test_one_off_on_another_weekday_than_the_series() -> None:
    """The weekday of a one-off is its date's; a series on Mondays is not in its way on Tuesday."""
    needs = (make_need("series"), make_need("concert", recurrence={"kind": "once"}))
    concert = place("concert", dates=[date(2026, 9, 15)])
    assert broken(make_scenario(*needs), place("series", dates=dates_from(FIRST)), concert) == []


def test_biweekly_series_in_opposite_phases_share_a_room() -> None:
    """Two biweekly series at one time never meet, across New Year and ISO week 53 too."""
    first, last = date(2026, 12, 14), date(2027, 1, 31)
    needs = [make_need(name, recurrence={"kind": "biweekly", "phase": phase}) for phase, name in enumerate("ab")]
    scenario = make_scenario(*needs, season=make_season(first, last))
    even = place("a", dates=dates_from(first, last, step=14))
    odd = place("b", dates=dates_from(date(2026, 12, 21), last, step=14))
    assert broken(scenario, even, odd) == []
