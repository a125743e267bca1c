"""The report's figures against sums done by hand: what is offered and used, who got what, the week, the origins."""

from datetime import date

import pytest

from models.base import Origin
from models.needs import Biweekly, Once
from models.result import Reason
from scenarios.report.figures import causes, grants, mark_of, origin_rows, season_hours, sources
from scenarios.report.names import name_key
from scenarios.report.occupancy import clock_hours, occupancy, share
from scenarios.report.weeks import site_weeks
from solver.explain import explain
from tests.builders import (
    FIRST,
    LAST,
    dates_from,
    make_exception,
    make_holiday,
    make_hours,
    make_need,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_season,
    make_site,
    make_space,
    place,
)

MONDAYS = (date(2026, 8, 31), date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21))


# Utilisation: minutes offered and used


def test_utilisation_of_one_room_by_hand() -> None:
    """14 hours on 28 days are 392 offered; two hours on four Mondays are 8 used; Monday at 18 is full: 240 of 240."""
    occupied = occupancy(make_scenario(), make_plan(place()))
    used, offered = occupied.total(occupied.used), occupied.total(occupied.offered)
    assert offered.sum() == 392 * 60
    assert used.sum() == 8 * 60
    assert used[0, 18] == offered[0, 18] == 4 * 60
    assert share(used, offered) == pytest.approx(8 / 392)


def test_a_part_of_an_hour_counts_its_minutes() -> None:
    """18:30-19:15 on four Mondays is 120 minutes of the hour from 18 and 60 of the one from 19."""
    occupied = occupancy(make_scenario(), make_plan(place(start="18:30", end="19:15")))
    assert occupied.used["hall"][0, 18] == 120
    assert occupied.used["hall"][0, 19] == 60


def test_closing_wins_over_other_hours_and_these_over_holidays() -> None:
    """Of four Mondays the holiday takes one, a closure another, other hours cut a third and reopen the holiday's."""
    scenario = make_scenario(
        season=make_season(FIRST, LAST, make_holiday(MONDAYS[0]), make_holiday(MONDAYS[1])),
        exceptions=[
            make_exception("hall", MONDAYS[1], None, ("10:00", "12:00")),
            make_exception("centre", MONDAYS[2]),
            make_exception("hall", MONDAYS[2], None, ("10:00", "12:00")),
            make_exception("centre", MONDAYS[3], None, ("09:00", "10:00"), ("20:00", "21:00")),
        ],
        availability=[make_hours(days="mon")],
    )
    # Monday by Monday: holiday 0 h, reopened 2 h, closed 0 h, other hours 2 h
    assert occupancy(scenario, make_plan()).offered["hall"].sum() == 4 * 60


def test_a_holiday_closes_only_its_calendars() -> None:
    """A break of schools closes the school's hall on one Monday of four, and not the other room."""
    scenario = make_scenario(
        spaces=[make_space("gym", calendar="school"), make_space("hall")],
        season=make_season(FIRST, LAST, make_holiday(MONDAYS[0], None, "school")),
        availability=[make_hours(days="mon", start="18:00", end="20:00")],
    )
    offered = occupancy(scenario, make_plan()).offered
    assert offered["gym"].sum() == 3 * 120
    assert offered["hall"].sum() == 4 * 120


def test_hours_that_overlap_or_hold_for_a_part_of_the_season() -> None:
    """10-12 all season and 11-13 in its last two weeks make 2 x 2 and 2 x 3 hours on Mondays."""
    scenario = make_scenario(
        availability=[
            make_hours(days="mon", start="10:00", end="12:00"),
            make_hours("hall", days="mon", start="11:00", end="13:00", first=MONDAYS[2]),
        ]
    )
    assert occupancy(scenario, make_plan()).offered["hall"].sum() == (2 * 2 + 2 * 3) * 60


def test_hours_past_midnight_are_the_next_days() -> None:
    """22-26 on Saturdays is two hours of Saturday and two of Sunday; the last night runs past the season."""
    saturdays = dates_from(date(2026, 9, 5))
    scenario = make_scenario(availability=[make_hours(days="sat", start="22:00", end="26:00")])
    occupied = occupancy(scenario, make_plan(place(start="23:00", end="01:00", dates=saturdays)))
    assert occupied.offered["hall"][5].sum() == occupied.offered["hall"][6].sum() == len(saturdays) * 120
    assert occupied.used["hall"][5, 23] == occupied.used["hall"][6, 0] == len(saturdays) * 60
    assert occupied.used["hall"].sum() == len(saturdays) * 120


def test_a_hall_and_its_halves_count_once() -> None:
    """The hall two hours and one half another two: of 2 x 14 h a day, used are 2 x 2 h and 1 x 2 h each Monday."""
    scenario = make_scenario(
        make_need("yoga"),
        make_need("chess"),
        spaces=[make_space("hall"), make_space("half-a", parent="hall"), make_space("half-b", parent="hall")],
    )
    occupied = occupancy(scenario, make_plan(place(), place("chess", "half-a", "10:00", "12:00")))
    assert occupied.total(occupied.offered).sum() == 2 * 392 * 60
    assert occupied.total(occupied.used).sum() == 4 * (2 * 2 + 2) * 60
    assert occupied.used["half-b"].sum() == 4 * 2 * 60
    assert share(occupied.used["hall"], occupied.offered["hall"]) == pytest.approx(24 / 784)


def test_sharing_and_stays_outside_the_offer_do_not_overfill() -> None:
    """Two groups in one room use its hour once, and a stay when nothing is offered uses nothing of the offer."""
    scenario = make_scenario(
        make_need("yoga"),
        make_need("chess"),
        spaces=[make_space(shareable=True)],
        availability=[make_hours(days="mon", start="18:00", end="20:00")],
    )
    plan = make_plan(place(), place("chess"), place("chess", start="06:00", end="07:00"))
    occupied = occupancy(scenario, plan)
    assert share(occupied.used["hall"], occupied.offered["hall"]) == 1.0


def test_spaces_that_host_nothing_are_left_out() -> None:
    """A planned room offers nothing; a town without any offer has no share rather than zero."""
    scenario = make_scenario(spaces=[make_space(status="planned")])
    occupied = occupancy(scenario, make_plan())
    assert occupied.offered == {}
    assert share(occupied.total(occupied.used), occupied.total(occupied.offered)) is None


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([("09:00", "11:00"), ("12:00", "13:00")], [9, 10, 11, 12]),
        ([("20:00", "25:30")], [20, 21, 22, 23, 0, 1]),
        ([("08:00", "09:00")], [8]),
        ([("00:00", "24:00")], list(range(24))),
        ([], []),
    ],
)
def test_hours_of_the_clock_in_order(spans: list[tuple[str, str]], expected: list[int]) -> None:
    """The map starts after the longest pause, so that hours past midnight follow the evening they belong to."""
    scenario = make_scenario(availability=[make_hours(start=start, end=end) for start, end in spans])
    occupied = occupancy(scenario, make_plan())
    assert clock_hours(occupied.total(occupied.offered)) == expected


# Who got what


def test_cost_by_applicant_class() -> None:
    """Two hours on four Mondays are 8 h: at 8.50 that is 68 EUR for an association and at 5.00 for juniors 40 EUR."""
    scenario = make_scenario(
        make_need("yoga"),
        make_need("judo", organisation="kids"),
        organisations=[make_organisation(), make_organisation("kids", applicant_class="junior")],
        spaces=[make_space(prices={"*": 8.5, "junior": 5.0})],
    )
    plan = make_plan(place(), place("judo", start="10:00", end="12:00"))
    assert [(grant.organisation.id, grant.cost, grant.hours) for grant in grants(scenario, plan, ())] == [
        ("club", 68.0, 8.0),
        ("kids", 40.0, 8.0),
    ]
    assert season_hours(plan) == 16.0


def test_lost_dates_go_to_the_session_of_their_weekday() -> None:
    """Of a need's two sessions the one on Mondays lost the Monday, the one on Tuesdays nothing."""
    scenario = make_scenario(make_need("yoga", sessions=2))
    plan = make_plan(place(dates=MONDAYS[1:]), place(dates=dates_from(date(2026, 9, 1))))
    reason = Reason(
        need="yoga",
        outcome="placed",
        sessions_asked=2,
        sessions_placed=2,
        rules=(),
        filters=(),
        candidates=0,
        blocked=0,
        holders=(),
        lost_dates=(MONDAYS[0],),
    )
    (grant,) = grants(scenario, plan, [reason])
    assert [share.lost for share in grant.shares] == [(MONDAYS[0],), ()]


def test_dates_given_up_go_to_the_session_of_their_weekday() -> None:
    """They stand beside what closures take, with a word on who comes instead, and the events of the day stay there."""
    skips = ({"title": "Fairs", "points": 1, "to": {"title": "All"}},)
    fair = make_need("fair", recurrence={"kind": "dates", "dates": (MONDAYS[1],)})
    scenario = make_scenario(make_need("yoga", sessions=2), fair, policy=make_policy(skips=skips))
    monday = place(dates=[day for day in MONDAYS if day != MONDAYS[1]])
    plan = make_plan(monday, place(dates=dates_from(date(2026, 9, 1))), place("fair", dates=[MONDAYS[1]]))
    (grant,) = grants(scenario, plan, explain(scenario, plan))
    assert [share.given_up for share in grant.shares if share.need.id == "yoga"] == [(MONDAYS[1],), ()]
    assert [share.lost for share in grant.shares] == [(), (), ()]


def test_names_sort_as_people_do() -> None:
    """Numbers count as numbers, case does not count, and å, ä and ö come last in this order."""
    names = ["Öylätti", "Ääni", "Åland", "Zeta", "club 10", "Club 2", "Arki"]
    assert sorted(names, key=name_key) == ["Arki", "Club 2", "club 10", "Zeta", "Åland", "Ääni", "Öylätti"]


def test_needs_that_fell_short_stand_by_cause() -> None:
    """Of three needs one is placed, one got half and one nothing; without reasons they share an unknown cause."""
    scenario = make_scenario(make_need("yoga"), make_need("judo", sessions=2), make_need("chess"))
    (cause,) = causes(scenario, make_plan(place(), place("judo", start="10:00", end="12:00")), ())
    assert cause.rules == ()
    assert [(entry.need.id, entry.sessions_placed) for entry in cause.shortfalls] == [("chess", 0), ("judo", 1)]


# The week picture


def test_two_phases_of_a_slot_stand_side_by_side() -> None:
    """A and B of one slot share its width; a later stay has the whole width."""
    scenario = make_scenario(
        make_need("a", recurrence=Biweekly()), make_need("b", recurrence=Biweekly()), make_need("c")
    )
    plan = make_plan(
        place("a", dates=MONDAYS[::2]), place("b", dates=MONDAYS[1::2]), place("c", start="20:00", end="22:00")
    )
    (site,) = site_weeks(scenario, plan, occupancy(scenario, plan))
    monday = site.spaces[0].days[0]
    assert [(block.need, block.mark.phase, block.lane, block.lanes) for block in monday.blocks] == [
        ("a", 0, 0, 2),
        ("b", 1, 1, 2),
        ("c", 0, 0, 1),
    ]


def test_a_part_shows_that_the_whole_is_held() -> None:
    """A stay in the hall stands in its own picture and, marked with the hall, in the picture of each half."""
    scenario = make_scenario(spaces=[make_space("hall"), make_space("half", parent="hall")])
    plan = make_plan(place())
    (site,) = site_weeks(scenario, plan, occupancy(scenario, plan))
    through = {week.space.id: [block.through for block in week.days[0].blocks] for week in site.spaces}
    assert through == {"hall": [None], "half": [scenario.space_by_id["hall"]]}


def test_one_offs_are_listed_by_date() -> None:
    """A one-off stands under the week, not in it, and its hours count."""
    scenario = make_scenario(
        make_need("yoga"), make_need("fair", recurrence=Once()), make_need("gala", recurrence=Once())
    )
    plan = make_plan(
        place(), place("gala", dates=MONDAYS[3:]), place("fair", start="10:00", end="11:00", dates=MONDAYS[1:2])
    )
    (site,) = site_weeks(scenario, plan, occupancy(scenario, plan))
    (week,) = site.spaces
    assert [block.need for block in week.days[0].blocks] == ["yoga"]
    assert [block.need for block in week.events] == ["fair", "gala"]
    assert week.hours == 4 * 2 + 1 + 2


def test_sites_stand_from_the_busiest_on() -> None:
    """The site with more hours comes first, and one without any offer or stay is not drawn."""
    scenario = make_scenario(
        sites=[make_site("a"), make_site("b"), make_site("c")],
        spaces=[make_space(f"{site}-room", site=site) for site in "abc"],
        availability=[make_hours("a"), make_hours("b")],
    )
    plan = make_plan(place(space="b-room"))
    found = site_weeks(scenario, plan, occupancy(scenario, plan))
    assert [(week.site.id, week.hours) for week in found] == [("b", 8.0), ("a", 0.0)]


def test_a_part_of_the_season_is_marked() -> None:
    """A need that ends four weeks before the season does is marked; one that ends a day later is not."""
    scenario = make_scenario(season=make_season(FIRST, date(2026, 10, 26)))
    marks = [
        mark_of(scenario, make_need("yoga", last=last), place()).part_season
        for last in (date(2026, 9, 28), date(2026, 9, 29))
    ]
    assert marks == [True, False]


# Where values come from


def test_origins_are_counted_by_kind() -> None:
    """Of a room's six given values one is assumed, one derived and four read from a page; ids are no values."""
    origins = {
        "*": Origin(kind="fact", url="https://example.org/rooms"),
        "capacity": Origin(kind="assumed", basis="prior"),
        "kind": Origin(kind="derived", basis="from its name"),
    }
    space = make_space(prices={"*": 0}, origins=origins)
    scenario = make_scenario(spaces=[space])
    (row,) = (row for row in origin_rows(scenario) if row.record == "spaces")
    assert (row.fact, row.derived, row.assumed, row.unstated) == (4, 1, 1, 0)
    assert sources(scenario) == [("https://example.org/rooms", 4)]
