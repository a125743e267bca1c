"""space.double: holds of one space, of a whole and its parts, of spaces in conflict, and shared use."""

from datetime import date
from typing import Any

import pytest

from models.places import Conflict
from models.scenario import Scenario
from tests.builders import EVERY_DAY, FIRST, changed, dates_from, make_need, make_scenario, make_space, make_wish, place
from tests.verify.judging import broken, judge, only_violation

TWO = (make_need("yoga"), make_need("choir", min_minutes=30, max_minutes=240))


def world(*conflicts: Conflict, **hall: Any) -> Scenario:
    """Return a hall with two parts, one of them with a part of its own, and a quiet and a loud room."""
    return make_scenario(
        *TWO,
        spaces=(
            make_space("hall", **hall),
            make_space("west", parent="hall"),
            make_space("east", parent="hall"),
            make_space("corner", parent="east"),
            make_space("quiet"),
            make_space("loud"),
        ),
        conflicts=conflicts,
    )


def edge(a: str, b: str) -> Conflict:
    """Return a conflict for noise."""
    return Conflict(a=a, b=b, why="noise")


def test_meeting_stays_do_not_clash() -> None:
    """One ends at 20:00 as the other starts: just inside."""
    assert broken(world(), place("yoga"), place("choir", start="20:00", end="21:00")) == []


@pytest.mark.parametrize(("room", "clash"), [("hall", True), ("west", True), ("quiet", False)])
@pytest.mark.parametrize(("minutes", "enough"), [(30, True), (35, False)])
def test_setup_and_takedown_hold_the_room_beside_its_buffers(
    minutes: int, enough: bool, room: str, clash: bool
) -> None:
    """Of 60 minutes between two stays, the hall's buffer needs 15, take-down 15, and set-up what is left: 30."""
    town = world(buffer_after=15)
    yoga, choir = changed(TWO[0], takedown_minutes=15), changed(TWO[1], setup_minutes=minutes)
    town = changed(town, needs=(yoga, choir))
    found = broken(town, place("yoga"), place("choir", room, "21:00", "22:00"))
    assert (found == ["space.double"]) == (clash and not enough)


def test_setup_holds_from_the_evening_before() -> None:
    """Three hours of setting up for a Tuesday's half past midnight begin on Monday at 21:30, buffer or not."""
    yoga = changed(TWO[0], setup_minutes=180)
    town = changed(world(), needs=(yoga, TWO[1]))
    night = place("yoga", "hall", "00:30", "02:30", dates_from(date(2026, 9, 1)))
    assert "space.double" not in broken(town, night, place("choir", start="20:30", end="21:30"))
    assert "space.double" in broken(town, night, place("choir", start="20:30", end="22:00"))


def test_overlap_by_half_an_hour_names_all() -> None:
    """18:00-20:00 and 19:30-21:00 overlap on every one of the four Mondays: one violation names everything."""
    found = only_violation(world(), place("yoga"), place("choir", start="19:30", end="21:00"))
    assert (found.rule, set(found.needs), found.space) == ("space.double", {"yoga", "choir"}, "hall")
    assert (found.day, found.dates) == (FIRST, 4)
    for part in (
        "'Yoga' (yoga)",
        "'Choir' (choir)",
        "'Hall' (hall)",
        "Monday 2026-08-31",
        "18:00-20:00",
        "19:30-21:00",
    ):
        assert part in found.message
    assert "on 3 more dates" in found.message


def test_only_common_dates_clash() -> None:
    """Mondays from 31.8. (4) and from 7.9. (3): three dates clash, the first is 7.9."""
    found = only_violation(world(), place("yoga"), place("choir", dates=dates_from(date(2026, 9, 7))))
    assert (found.day, found.dates) == (date(2026, 9, 7), 3)


@pytest.mark.parametrize("part", ["west", "east", "corner"])
def test_whole_and_its_parts_clash(part: str) -> None:
    """A part, or a part of a part, cannot be held with the whole."""
    found = only_violation(world(), place("yoga", "hall"), place("choir", part))
    assert found.rule == "space.double"
    assert f"({part}) is a part of 'Hall' (hall)" in found.message


@pytest.mark.parametrize(("a", "b"), [("west", "east"), ("west", "corner"), ("quiet", "loud"), ("hall", "loud")])
def test_siblings_and_strangers_do_not_clash(a: str, b: str) -> None:
    """Two parts of one hall are held together, and so are rooms with nothing in common."""
    assert broken(world(), place("yoga", a), place("choir", b)) == []


@pytest.mark.parametrize("ends", [("east", "loud"), ("loud", "east")])
@pytest.mark.parametrize(("a", "b"), [("east", "loud"), ("corner", "loud"), ("hall", "loud"), ("loud", "east")])
def test_conflict_edge_reaches_the_family(a: str, b: str, ends: tuple[str, str]) -> None:
    """An edge at the east part concerns it, its own part and the whole hall, whichever end is named first."""
    found = only_violation(world(edge(*ends)), place("yoga", a), place("choir", b))
    assert found.rule == "space.double"
    assert "noise" in found.message


def test_conflict_edge_leaves_the_sibling_alone() -> None:
    """An edge at the east part does not concern the west one."""
    assert broken(world(edge("east", "loud")), place("yoga", "west"), place("choir", "loud")) == []


def test_conflict_edges_are_not_transitive() -> None:
    """West-quiet and quiet-loud do not make west-loud."""
    edges = (edge("west", "quiet"), edge("quiet", "loud"))
    assert broken(world(*edges), place("yoga", "west"), place("choir", "loud")) == []


def test_conflict_edge_between_siblings() -> None:
    """Two parts of one hall may disturb each other; said twice, by an edge and its reverse, it is one violation."""
    edges = (edge("west", "east"), edge("east", "west"))
    assert broken(world(*edges), place("yoga", "west"), place("choir", "east")) == ["space.double"]


@pytest.mark.parametrize(
    ("overlap", "start", "expected"),
    [
        # 15 behind yoga and 30 before choir: 20:00 + 45 = 20:45, so 21:00 is free and 20:30 is not.
        (False, "21:00", []),
        (False, "20:30", ["space.double"]),
        # Buffers that overlap: the longer one, 20:00 + 30 = 20:30, is enough.
        (True, "20:30", []),
        (True, "20:00", ["space.double"]),
    ],
)
def test_buffers(overlap: bool, start: str, expected: list[str]) -> None:
    """Buffers add up, or the longer of the two is kept where they may overlap."""
    scenario = world(buffer_before=30, buffer_after=15, buffers_overlap=overlap)
    assert broken(scenario, place("yoga"), place("choir", start=start, end="22:00")) == expected


def test_buffer_clash_says_so() -> None:
    """Where only buffers overlap the message says so."""
    found = only_violation(world(buffer_after=15), place("yoga"), place("choir", start="20:00", end="21:00"))
    assert "with buffers" in found.message


def test_buffers_of_different_spaces_meet() -> None:
    """Each stay has the buffers of its own space: hall until 20:00 + 15, its part west from 20:00 without any."""
    clash = broken(world(buffer_after=15), place("yoga", "hall"), place("choir", "west", "20:00", "21:00"))
    assert clash == ["space.double"]
    assert broken(world(buffer_after=15), place("yoga", "hall"), place("choir", "west", "20:30", "21:00")) == []


def test_buffer_before_midnight_reaches_the_evening() -> None:
    """A stay at 00:00 on Tuesdays with 30 minutes before it meets Monday's until 23:30 and clashes until 24:00."""
    scenario = world(buffer_before=30)
    tuesdays = dates_from(date(2026, 9, 1))
    night = place("yoga", start="00:00", end="02:00", dates=tuesdays)
    assert "space.double" not in broken(scenario, night, place("choir", start="22:00", end="23:30"))
    assert "space.double" in broken(scenario, night, place("choir", start="22:00", end="24:00"))


def test_night_runs_into_the_next_date() -> None:
    """Monday 22:00-02:00 and Tuesday 01:00-03:00 clash on Tuesdays, though they share no date."""
    late = place("choir", start="22:00", end="02:00")
    early = place("yoga", start="01:00", end="03:00", dates=dates_from(date(2026, 9, 1)))
    found = next(v for v in judge(world(), late, early).violations if v.rule == "space.double")
    assert (found.day, found.dates) == (date(2026, 9, 1), 4)
    assert "22:00-02:00 the next day" in found.message


def test_one_need_clashes_with_itself() -> None:
    """Two sessions of one need in one room at one time are no exception."""
    verdict = judge(make_scenario(make_need("yoga", sessions=2)), place(), place())
    found = {violation.rule: violation for violation in verdict.violations}
    assert set(found) == {"space.double", "need.sessions"}
    assert found["space.double"].needs == ("yoga",)


def test_one_session_clashes_with_itself() -> None:
    """A daily stay of 24 hours meets its next date's; with a buffer of 30 minutes it clashes with it, on 27 dates."""
    for buffer, dates in ((0, 0), (30, 27)):
        need = make_need("vigil", make_wish(EVERY_DAY, "00:00", "48:00"), min_minutes=1440, max_minutes=1440)
        scenario = make_scenario(need, spaces=(make_space(buffer_after=buffer),))
        verdict = judge(scenario, place("vigil", start="12:00", end="12:00", dates=dates_from(FIRST, step=1)))
        assert sum(v.dates for v in verdict.violations if v.rule == "space.double") == dates


def shared(*sizes: int, consents: tuple[bool, ...] = (True, True, True), shareable: bool = True) -> Scenario:
    """Return needs a, b, c of given sizes and consent, and a room for 40."""
    needs = [
        make_need(name, size=size, may_share=consent, min_minutes=30, max_minutes=240)
        for name, size, consent in zip("abc", sizes, consents, strict=False)
    ]
    return make_scenario(*needs, spaces=(make_space(shareable=shareable), make_space("nook", parent="hall")))


def test_shared_up_to_capacity() -> None:
    """15 + 25 = 40 persons fit a room for 40."""
    assert broken(shared(15, 25), place("a"), place("b", start="19:00", end="21:00")) == []


def test_shared_beyond_capacity_names_all() -> None:
    """15 + 26 = 41 persons do not fit a room for 40."""
    found = only_violation(shared(15, 26), place("a"), place("b", start="19:00", end="21:00"))
    assert (found.rule, found.needs, found.space, found.dates) == ("space.double", ("a", "b"), "hall", 4)
    assert "41 persons" in found.message


def test_three_are_counted_at_every_instant() -> None:
    """18-19 a+b = 30, 19-20 a+b+c = 45: too many only where all three meet; c from 20:00 makes it 30 again."""
    scenario = shared(15, 15, 15)
    both = (place("a"), place("b"))
    assert only_violation(scenario, *both, place("c", start="19:00", end="21:00")).needs == ("a", "b", "c")
    assert broken(scenario, *both, place("c", start="20:00", end="21:00")) == []


def test_shared_beyond_capacity_from_one_start() -> None:
    """Three who come at the same minute are one crowd, not two."""
    assert only_violation(shared(15, 15, 15), place("a"), place("b"), place("c")).needs == ("a", "b", "c")


@pytest.mark.parametrize(
    ("consents", "unwilling"),
    [((True, False), "'B' (b)"), ((False, True), "'A' (a)"), ((False, False), "'A' (a) and 'B' (b)")],
)
def test_sharing_takes_the_consent_of_all(consents: tuple[bool, bool], unwilling: str) -> None:
    """One who does not consent is enough; the message names who."""
    found = only_violation(shared(15, 15, consents=consents), place("a"), place("b"))
    assert found.needs == ("a", "b")
    assert f"without the consent of {unwilling} to share" in found.message


def test_consent_counts_only_in_a_shareable_room() -> None:
    """Two who consent still clash in a room that is not shareable: once, whether they would fit or not."""
    assert broken(shared(15, 15, shareable=False), place("a"), place("b")) == ["space.double"]
    assert broken(shared(25, 25, shareable=False), place("a"), place("b")) == ["space.double"]


def test_one_alone_is_no_crowd() -> None:
    """41 persons alone in a shareable room for 40 break its capacity and nothing else."""
    assert broken(shared(41), place("a")) == ["space.capacity"]


def test_consent_does_not_reach_parts() -> None:
    """Sharing is for one space; a whole and its part are two."""
    assert broken(shared(15, 15), place("a", "hall"), place("b", "nook")) == ["space.double"]


def test_the_unwilling_do_not_count_into_a_crowd() -> None:
    """20 + 15 consent and fit; 15 more without consent clash with each of the two, once each."""
    scenario = shared(20, 15, 15, consents=(True, True, False))
    verdict = judge(scenario, place("a"), place("b"), place("c"))
    assert [violation.needs for violation in verdict.violations] == [("a", "c"), ("b", "c")]
