"""Publishing plans: what the judge calls a double booking is refused by the database, and nothing else is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from api.store import actors, bookings, occupancy
from api.store.actors import Actor
from api.store.bookings import Asked
from api.store.database import Database, Tx
from api.store.ids import new_id
from api.store.occupancy import Occupied
from api.wire.programme import BookingView
from models.base import BadInput
from models.places import Conflict, Space
from models.plan import Placement, Plan
from models.result import Verdict
from models.scenario import Scenario
from solver.verify import verify
from tests.api import service
from tests.api.service import Town
from tests.builders import changed, dates_from, make_need, make_plan, make_scenario, make_season, make_space, place
from tests.verify.rich_town import rich_plan, rich_scenario
from tests.verify.test_properties import disturbed_plans

AUTUMN, SPRING = date(2030, 10, 26), date(2031, 3, 29)
"""Saturdays before the nights on which the clocks change."""
ROUND = new_id()
TWO = (make_need("yoga"), make_need("choir", min_minutes=30, max_minutes=600))


def world(*conflicts: Conflict, spaces: tuple[Space, ...] = ()) -> Scenario:
    """Return a hall, a room and whatever more, for yoga and choir, through one winter."""
    halls = (make_space("hall"), make_space("room"), *spaces)
    return make_scenario(
        *TWO, spaces=halls, conflicts=conflicts, season=make_season(date(2030, 9, 2), date(2031, 5, 31))
    )


FUTURE = dates_from(date(2030, 9, 2), date(2030, 9, 23))


def at(need: str, space: str = "hall", start: str = "18:00", end: str = "20:00", *days: date) -> Placement:
    """Return a placement on four Mondays, or on these dates."""
    return place(need, space, start, end, days or FUTURE)


@pytest.fixture
def tx(database: Database) -> Iterator[Tx]:
    """Give a transaction that is undone afterwards."""
    with database.transaction() as tx, tx.transaction(force_rollback=True):
        yield tx


def publish(tx: Tx, tenant: Town, scenario: Scenario, *placements: Placement, **plan: Any) -> int:
    """Publish a plan of these placements."""
    return occupancy.publish(tx, tenant.tenant, ROUND, scenario, changed(make_plan(*placements), **plan))


def listed(tx: Tx, tenant: Town, **asked: Any) -> list[BookingView]:
    """List bookings as a planner."""
    return bookings.listed(tx, Actor(tenant.tenant, "town", "planner"), Asked(**asked), 200)


def standing(tx: Tx, tenant: Town) -> list[tuple[str, str, int]]:
    """Return need, space and day of the month of what stands."""
    return [(one.need, one.space, one.day.day) for one in listed(tx, tenant)]


def times(tx: Tx, tenant: Town) -> list[tuple[datetime, datetime]]:
    """Return from when to when each booking holds its space."""
    return [(one.record.held_from, one.record.held_to) for one in listed(tx, tenant) if one.record]


def test_every_date_is_booked_with_its_real_times(tx: Tx, tenant: Town) -> None:
    """18:00 in Helsinki is 15:00 UTC in summer; set-up and buffers are part of the hold, and midnight is no wall."""
    yoga = changed(TWO[0], setup_minutes=30, takedown_minutes=15)
    scenario = changed(world(), needs=(yoga, TWO[1]), spaces=(make_space("hall", buffer_before=15, buffer_after=30),))
    assert publish(tx, tenant, scenario, at("yoga"), at("choir", "hall", "22:00", "02:00")) == 8
    yogas, choirs = listed(tx, tenant, need="yoga"), listed(tx, tenant, need="choir")
    assert (yogas[0].starts_at, yogas[0].ends_at) == (utc(2, 15), utc(2, 17))
    assert yogas[0].record is not None
    assert (yogas[0].record.held_from, yogas[0].record.held_to) == (utc(2, 14, 15), utc(2, 17, 45))
    assert (choirs[0].ends_at, choirs[0].day, choirs[0].end) == (utc(2, 23), FUTURE[0], 120)
    with pytest.raises(Occupied):
        publish(tx, tenant, scenario, at("yoga", "hall", "02:00", "04:00", date(2030, 9, 3)))


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant in September 2030."""
    return datetime(2030, 9, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [(AUTUMN, 7), (SPRING, 5), (date(2030, 11, 2), 6)])
def test_nights_when_the_clocks_change(tx: Tx, tenant: Town, day: date, hours: int) -> None:
    """22:00-04:00 is held for 7 hours in autumn and 5 in spring; at 04:00 the next may come, and not before."""
    after = date.fromordinal(day.toordinal() + 1)
    publish(tx, tenant, world(), at("choir", "hall", "22:00", "04:00", day))
    ((held_from, held_to),) = times(tx, tenant)
    assert (held_to - held_from).total_seconds() == hours * 3600
    with pytest.raises(Occupied):
        publish(tx, tenant, world(), at("yoga", "hall", "01:30", "04:30", after))
    assert publish(tx, tenant, world(), at("yoga", "hall", "04:00", "06:00", after)) == 1


def test_a_stay_that_is_over_before_it_begins_is_told(tx: Tx, tenant: Town) -> None:
    """03:30-04:00 does not exist on the night when the clocks go forward; the message says which and why."""
    with pytest.raises(BadInput, match=r"choir on 2031-03-30.*clocks go forward"):
        publish(tx, tenant, world(), at("choir", "hall", "03:30", "04:00", date(2031, 3, 30)))
    assert listed(tx, tenant) == []


def test_both_in_the_clash_are_told_and_nothing_is_booked(tx: Tx, tenant: Town) -> None:
    """Of a plan that clashes on one date with an earlier round, no date is booked."""
    publish(tx, tenant, world(), at("yoga", "hall", "18:00", "20:00", FUTURE[2]))
    with pytest.raises(Occupied) as caught:
        publish(tx, tenant, world(), at("choir", "hall", "19:00", "21:00"))
    (clash,) = caught.value.clashes
    assert sorted((one.need, one.day) for one in clash.bookings) == [("choir", FUTURE[2]), ("yoga", FUTURE[2])]
    assert standing(tx, tenant) == [("yoga", "hall", FUTURE[2].day)]


def test_an_override_does_not_give_a_room_twice(tx: Tx, tenant: Town) -> None:
    """The judge lets a planner's override stand; the database does not."""
    scenario, both = world(), (at("yoga"), at("choir"))
    override = {
        "rule": "space.double",
        "needs": ("yoga", "choir"),
        "reason": "agreed",
        "decided_by": "planner",
        "decided_on": "2030-08-01",
    }
    plan = changed(make_plan(*both), decisions={"overrides": [override]})
    assert "space.double" not in rules(verify(scenario, plan))
    with pytest.raises(Occupied):
        occupancy.publish(tx, tenant.tenant, ROUND, scenario, plan)


def test_a_withdrawn_need_frees_its_dates(tx: Tx, tenant: Town) -> None:
    """From the third Monday on choir is released; what it had before stays, and yoga can have the rest."""
    publish(tx, tenant, world(), at("choir"))
    assert occupancy.replace(tx, tenant.tenant, ROUND, world(), ["choir"], [], FUTURE[2], reason="too few") == 0
    assert publish(tx, tenant, world(), at("yoga", "hall", "18:00", "20:00", *FUTURE[2:])) == 2
    with pytest.raises(Occupied):
        publish(tx, tenant, world(), at("yoga", "hall", "18:00", "20:00", FUTURE[1]))
    released = [one.record for one in listed(tx, tenant, need="choir", state="released")]
    assert [one and (one.reason, one.state_by) for one in released] == [("too few", "planner")] * 2


def test_a_swap_is_one_step(tx: Tx, tenant: Town) -> None:
    """Yoga and choir change rooms from the second Monday on, at one time of the day."""
    publish(tx, tenant, world(), at("yoga", "hall"), at("choir", "room"))
    both = (at("yoga", "room"), at("choir", "hall"))
    assert occupancy.replace(tx, tenant.tenant, ROUND, world(), ["yoga", "choir"], both, FUTURE[1]) == 6
    found = sorted(standing(tx, tenant), key=lambda one: one[2])
    assert found[:2] == [("choir", "room", 2), ("yoga", "hall", 2)] or found[:2] == [
        ("yoga", "hall", 2),
        ("choir", "room", 2),
    ]
    assert {one[:2] for one in found[2:]} == {("yoga", "room"), ("choir", "hall")}


def test_a_move_into_another_is_undone(tx: Tx, tenant: Town) -> None:
    """Where the new place is taken, the old one is kept."""
    publish(tx, tenant, world(), at("yoga", "hall"), at("choir", "room"))
    before = standing(tx, tenant)
    with pytest.raises(Occupied):
        occupancy.replace(tx, tenant.tenant, ROUND, world(), ["yoga"], [at("yoga", "room")], FUTURE[0])
    assert standing(tx, tenant) == before


def test_a_move_leaves_the_rest_as_it_is(tx: Tx, tenant: Town) -> None:
    """Of two sessions one moves: the other's bookings are the same ones, and what was called off stays called off."""
    fridays = tuple(day + timedelta(days=4) for day in FUTURE)
    early, late = at("choir", "hall", "10:00", "12:00"), at("choir", "hall", "18:00", "20:00", *fridays)
    publish(tx, tenant, world(), early, late)
    before = [one.id for one in listed(tx, tenant)]
    for gone in before[:2]:
        bookings.cancel(tx, tenant.tenant, gone, "camp", "clerk")
    moved = at("choir", "room", "18:00", "20:00", *fridays)
    assert occupancy.replace(tx, tenant.tenant, ROUND, world(), ["choir"], [early, moved], FUTURE[0]) == 3
    after = listed(tx, tenant)
    assert {one.id for one in after if one.start == 600} == set(before[2::2])
    assert [(one.day, one.space) for one in after if one.start == 1080] == [(day, "room") for day in fridays[1:]]
    assert len(listed(tx, tenant, state="released")) == 3


def test_a_larger_group_is_booked_anew(tx: Tx, tenant: Town) -> None:
    """Where only the number of persons is another, or the set-up, the place is held as the need now is."""
    publish(tx, tenant, world(), at("choir"))
    larger = changed(world(), needs=(TWO[0], changed(TWO[1], size=35, setup_minutes=30)))
    assert occupancy.replace(tx, tenant.tenant, ROUND, larger, ["choir"], [at("choir")], FUTURE[1]) == 3
    assert [one.record and one.record.persons for one in listed(tx, tenant)] == [20, 35, 35, 35]
    with pytest.raises(Occupied):
        publish(tx, tenant, larger, at("yoga", "hall", "15:45", "17:45", FUTURE[1]))


def test_a_recorded_date_is_not_withdrawn(tx: Tx, tenant: Town) -> None:
    """What was used stays as it was, from whatever date the need gives up."""
    publish(tx, tenant, world(), at("choir"))
    bookings.record_use(tx, tenant.tenant, listed(tx, tenant)[0].id, True, 12)
    assert occupancy.replace(tx, tenant.tenant, ROUND, world(), ["choir"], [], FUTURE[0]) == 0
    assert len(listed(tx, tenant, state="released")) == 3


def test_a_recorded_date_is_not_booked_anew(tx: Tx, tenant: Town) -> None:
    """A group that has grown keeps the date of which use is recorded as it was, and has the others anew."""
    publish(tx, tenant, world(), at("choir"))
    bookings.record_use(tx, tenant.tenant, listed(tx, tenant)[0].id, True, 12)
    larger = changed(world(), needs=(TWO[0], changed(TWO[1], size=35)))
    assert occupancy.replace(tx, tenant.tenant, ROUND, larger, ["choir"], [at("choir")], FUTURE[0]) == 3
    assert [one.record and one.record.persons for one in listed(tx, tenant)] == [20, 35, 35, 35]


def test_a_hall_split_in_a_later_version(tx: Tx, tenant: Town) -> None:
    """A hall published whole keeps its ends, which a later version knows; a version without them changes nothing."""
    split = world(spaces=(make_space("west", parent="hall"), make_space("east", parent="hall")))
    publish(tx, tenant, world(), at("yoga"))
    with pytest.raises(Occupied) as caught:
        publish(tx, tenant, split, at("choir", "west", "19:00", "21:00"))
    assert "is a part of" in (caught.value.clashes[0].why or "")
    publish(tx, tenant, split, at("choir", "west", "20:00", "21:00"), at("choir", "east", "20:00", "21:00"))
    with pytest.raises(Occupied):
        publish(tx, tenant, world(), at("yoga", "hall", "20:00", "22:00"))


def test_a_conflict_lifted_in_a_later_version(tx: Tx, tenant: Town) -> None:
    """Rooms in conflict are not held together until a version says that they may be."""
    noisy = world(Conflict(a="hall", b="room", why="noise"))
    publish(tx, tenant, noisy, at("yoga"))
    with pytest.raises(Occupied):
        publish(tx, tenant, noisy, at("choir", "room"))
    publish(tx, tenant, world(), at("choir", "room"))
    with pytest.raises(Occupied, match="occupied"):
        publish(tx, tenant, noisy)


def test_a_space_keeps_its_number(tx: Tx, tenant: Town) -> None:
    """Whatever the order, the name and the version, a space id is one room of the tenant."""
    publish(tx, tenant, world())
    before = numbers(tx)
    renamed = changed(world(), id="other", spaces=(make_space("room", name="Parlour"), make_space("hall", capacity=9)))
    publish(tx, tenant, renamed)
    assert numbers(tx) == before


def numbers(tx: Tx) -> dict[str, int]:
    """Return the numbers of spaces."""
    return {row["id"]: row["atom"] for row in tx.execute("SELECT id, atom FROM published_spaces")}


def test_a_plan_for_other_data_is_refused(tx: Tx, tenant: Town) -> None:
    """A plan that names what the scenario does not have, or carries another hash, is told so."""
    with pytest.raises(BadInput, match="no need chess"):
        publish(tx, tenant, world(), at("chess"))
    with pytest.raises(BadInput, match="other data"):
        publish(tx, tenant, world(), at("yoga"), scenario_hash="0" * 64)


def rules(verdict: Verdict) -> set[str]:
    """Return the rules that are broken."""
    return {one.rule for one in verdict.violations}


@pytest.fixture(scope="module")
def lasting(postgres: str) -> Iterator[tuple[Database, UUID]]:
    """Give a database for many examples, each undone, and a tenant in it."""
    with service.copied(postgres) as database:
        with database.transaction() as tx:
            tenant = actors.add_tenant(tx, "examples", "Examples")
        yield database, tenant


def refusal(lasting: tuple[Database, UUID], scenario: Scenario, *plans: Plan) -> Occupied | None:
    """Publish plans one after the other, tell whether the database refused one, and undo all of it."""
    database, tenant = lasting
    with database.transaction() as tx, tx.transaction(force_rollback=True):
        try:
            for plan in plans:
                occupancy.publish(tx, tenant, new_id(), scenario, plan)
        except Occupied as error:
            return error
    return None


def agree(lasting: tuple[Database, UUID], scenario: Scenario, *plans: Plan) -> None:
    """Check that judge and database say the same of plans: whether they clash, and whose bookings do."""
    verdict = verify(scenario, make_plan(*(placement for plan in plans for placement in plan.placements)))
    doubles = {frozenset(one.needs) for one in verdict.violations if one.rule == "space.double"}
    try:
        error = refusal(lasting, scenario, *plans)
    except BadInput:
        event("over before it begins")
        assert "time.grid" in rules(verdict)
        return
    event("published" if error is None else "a crowd" if error.clashes[0].capacity else "a clash")
    assert (error is not None) == bool(doubles)
    for clash in error.clashes if error else ():
        needs = {one.need for one in clash.bookings}  # of one round, where the judge sees who comes later too
        assert any(needs <= double for double in doubles)
    assert error is None or error.clashes


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=15, deadline=None, suppress_health_check=QUIET)
@given(disturbed_plans())
def test_a_rich_town_is_judged_alike(lasting: tuple[Database, UUID], plan: Plan) -> None:
    """A year of a town with every feature, some of its placements moved, cut short or doubled."""
    agree(lasting, rich_scenario(), plan)


def test_a_clean_plan_publishes(tx: Tx, tenant: Town) -> None:
    """A year without a violation is booked to the last date."""
    plan = rich_plan()
    assert verify(rich_scenario(), plan).violations == ()
    dates = sum(len(placement.dates) for placement in plan.placements)
    assert occupancy.publish(tx, tenant.tenant, ROUND, rich_scenario(), plan) == dates


NAMES = ("hall", "west", "east", "corner", "den", "nook", "quiet", "loud")
PARENTS = {"west": "hall", "east": "hall", "corner": "east", "nook": "den"}
STEPS = st.sampled_from([0, 15, 30, 60])


@st.composite
def towns(draw: st.DrawFn) -> Scenario:
    """Draw what may hold a space: buffers, set-up, parts, conflicts, sharing."""
    shared = draw(st.sets(st.sampled_from(NAMES), min_size=2))
    buffers = {"buffer_before": draw(STEPS), "buffer_after": draw(STEPS), "buffers_overlap": draw(st.booleans())}
    spaces = tuple(
        make_space(
            name, parent=PARENTS.get(name), shareable=name in shared, **(buffers if name in ("hall", "den") else {})
        )
        for name in NAMES
    )
    pairs = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=2))
    needs = tuple(
        make_need(
            name,
            size=draw(st.sampled_from([10, 20, 30])),
            may_share=draw(st.integers(0, 3)) > 0,
            setup_minutes=draw(STEPS),
            takedown_minutes=draw(STEPS),
        )
        for name in ("a", "b", "c")
    )
    conflicts = tuple(Conflict(a=a, b=b, why="noise") for a, b in pairs if a != b)
    return make_scenario(
        *needs, spaces=spaces, conflicts=conflicts, season=make_season(date(2030, 9, 2), date(2031, 5, 31))
    )


NIGHTS = [date(2030, 10, 26), date(2030, 10, 27), date(2030, 10, 28), date(2031, 3, 29), date(2031, 3, 30)]


@st.composite
def placements(draw: st.DrawFn) -> Placement:
    """Draw a stay at any quarter of an hour around the nights when the clocks change, most of them in two rooms."""
    start = draw(st.one_of(st.integers(64, 80), st.integers(0, 95))) * 15
    end = (start + draw(st.sampled_from([15, 30, 60, 90, 120, 300, 1440]))) % 1440
    space = draw(st.one_of(st.sampled_from(["hall", "den"]), st.sampled_from(NAMES)))
    days = draw(st.sets(st.sampled_from(NIGHTS), min_size=1, max_size=3))
    return Placement(need=draw(st.sampled_from("abc")), space=space, start=start, end=end, dates=tuple(sorted(days)))


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(towns(), st.lists(placements(), min_size=2, max_size=5), st.integers(0, 5))
def test_any_placements_are_judged_alike(
    lasting: tuple[Database, UUID], scenario: Scenario, drawn: list[Placement], cut: int
) -> None:
    """Published at once or in two rounds, placements are refused where, and only where, the judge says space.double."""
    rounds = [part for part in (drawn[:cut], drawn[cut:]) if part]
    agree(lasting, scenario, *(make_plan(*part) for part in rounds))
