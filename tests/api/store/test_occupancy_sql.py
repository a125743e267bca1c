"""The database itself keeps bookings apart: tried by direct SQL, as any other program could write."""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import CheckViolation, ExclusionViolation, RestrictViolation, SerializationFailure

from api.store.database import Database
from api.store.ids import new_id
from tests.api.service import Town

DAY = datetime(2030, 9, 2, tzinfo=UTC)
"""A day to come: what is over is let be when spaces become related."""
Sql = psycopg.Connection[Any]
COLUMNS = (
    'tenant, id, round, need, title, organisation, organisation_name, space, day, start, "end", starts_at, ends_at,'
    " held_from, held_to, persons, may_share"
)


@contextmanager
def connected(database: Database) -> Iterator[Sql]:
    """Open a connection that knows nothing of the program's own."""
    with psycopg.connect(database.url) as connection:
        yield connection


@pytest.fixture
def sql(database: Database) -> Iterator[Sql]:
    """One such connection."""
    with connected(database) as connection:
        yield connection


def add_space(sql: Sql, tenant: Town, space: str, *, capacity: int = 40, shareable: bool = False) -> None:
    """Add a space."""
    sql.execute(
        "INSERT INTO published_spaces (tenant, id, name, site, site_name, owner, capacity, shareable)"
        " VALUES (%s, %s, %s, 'school', 'School', 'city', %s, %s)",
        (tenant.tenant, space, space, capacity, shareable),
    )


def relate(sql: Sql, tenant: Town, a: str, b: str) -> None:
    """Have two spaces never held together."""
    sql.execute(
        "INSERT INTO related_spaces (tenant, a, b, why) VALUES (%s, %s, %s, 'noise')", (tenant.tenant, *sorted((a, b)))
    )


def row(
    tenant: Town, space: str, start: float, end: float, persons: int = 20, may_share: bool = False, buffer: float = 0
) -> tuple[Any, ...]:
    """Return a booking's columns; hours run from the day's midnight, the buffer is behind the stay."""
    starts_at, ends_at = DAY + timedelta(hours=start), DAY + timedelta(hours=end)
    what = (tenant.tenant, new_id(), new_id(), "yoga", "Yoga", "club", "Club", space, DAY.date(), 600, 720)
    return (*what, starts_at, ends_at, starts_at, ends_at + timedelta(hours=buffer), persons, may_share)


def insert(sql: Sql, *rows: tuple[Any, ...]) -> UUID:
    """Insert bookings in one statement; return the first one's id."""
    values = ", ".join(f"({', '.join(['%s'] * len(one))})" for one in rows)
    sql.execute(f"INSERT INTO bookings ({COLUMNS}) VALUES {values}".encode(), [value for one in rows for value in one])
    identity: UUID = rows[0][1]
    return identity


def refused(sql: Sql, constraint: str, *rows: tuple[Any, ...]) -> Any:
    """Check that bookings are refused by a constraint, and that the others stay; return what is told."""
    with pytest.raises((ExclusionViolation, CheckViolation)) as caught, sql.transaction():
        insert(sql, *rows)
    assert caught.value.diag.constraint_name == constraint
    return json.loads(caught.value.diag.message_detail or "")


def test_overlap_is_refused_and_meeting_is_not(sql: Sql, tenant: Town) -> None:
    """18-20 and 20-21 stand; 19:59-20:01 is in both ones' way, and both are named."""
    add_space(sql, tenant, "hall")
    first = insert(sql, row(tenant, "hall", 18, 20))
    insert(sql, row(tenant, "hall", 20, 21))
    told = refused(sql, "holds_apart", row(tenant, "hall", 19.99, 20.01))
    assert len(told) == 2
    assert told[0]["bookings"][1]["id"] == str(first)


def test_one_statement_may_not_overlap_itself(sql: Sql, tenant: Town) -> None:
    """Two bookings of one INSERT clash as those of two do, and neither stands."""
    add_space(sql, tenant, "hall")
    told = refused(sql, "holds_apart", row(tenant, "hall", 18, 20), row(tenant, "hall", 19, 21))
    assert len(told) == 1
    insert(sql, row(tenant, "hall", 18, 21))


def test_a_buffer_is_held(sql: Sql, tenant: Town) -> None:
    """With half an hour behind 18-20 nothing begins before 20:30."""
    add_space(sql, tenant, "hall")
    insert(sql, row(tenant, "hall", 18, 20, buffer=0.5))
    refused(sql, "holds_apart", row(tenant, "hall", 20.25, 21))
    insert(sql, row(tenant, "hall", 20.5, 21))


def test_related_spaces_are_not_held_together(sql: Sql, tenant: Town) -> None:
    """A hall and its west end clash, west and a loud room do, and neither end with the other nor hall with the loud."""
    for space in ("hall", "west", "east", "loud"):
        add_space(sql, tenant, space)
    for pair in (("hall", "west"), ("hall", "east"), ("west", "loud")):
        relate(sql, tenant, *pair)
    insert(sql, row(tenant, "west", 18, 20))
    told = refused(sql, "holds_apart", row(tenant, "hall", 19, 21))
    assert told[0]["why"] == "noise"
    refused(sql, "holds_apart", row(tenant, "loud", 19, 21))
    insert(sql, row(tenant, "east", 18, 20))
    insert(sql, row(tenant, "hall", 20, 21), row(tenant, "loud", 20, 21))


def test_tenants_do_not_meet(sql: Sql, tenant: Town, database: Database) -> None:
    """Halls of one name in two tenants are two halls."""
    other = Town.founded(database, "elsewhere")
    for one in (tenant, other):
        add_space(sql, one, "hall")
        insert(sql, row(one, "hall", 18, 20))


@pytest.mark.parametrize("state", ["cancelled", "released"])
def test_what_no_longer_stands_is_free(sql: Sql, tenant: Town, state: str) -> None:
    """A cancelled or released date is free at once; it cannot stand again while another has it."""
    add_space(sql, tenant, "hall")
    first = insert(sql, row(tenant, "hall", 18, 20))
    sql.execute("UPDATE bookings SET state = %s, state_at = now() WHERE id = %s", (state, first))
    second = insert(sql, row(tenant, "hall", 19, 21))
    with pytest.raises(ExclusionViolation), sql.transaction():
        sql.execute("UPDATE bookings SET state = 'booked', state_at = NULL WHERE id = %s", (first,))
    sql.execute("DELETE FROM bookings WHERE id = %s", (second,))
    sql.execute("UPDATE bookings SET state = 'booked', state_at = NULL WHERE id = %s", (first,))
    refused(sql, "holds_apart", row(tenant, "hall", 19, 21))


def test_a_moved_booking_is_held_where_it_is(sql: Sql, tenant: Town) -> None:
    """An UPDATE of hours or of the space is checked like a new booking, and frees what it leaves."""
    for space in ("hall", "room"):
        add_space(sql, tenant, space)
    first = insert(sql, row(tenant, "hall", 18, 20))
    insert(sql, row(tenant, "hall", 20, 22), row(tenant, "room", 18, 20))
    later = "UPDATE bookings SET ends_at = ends_at + '1 h', held_to = held_to + '1 h' WHERE id = %s"
    with pytest.raises(ExclusionViolation), sql.transaction():
        sql.execute(later, (first,))
    with pytest.raises(ExclusionViolation), sql.transaction():
        sql.execute("UPDATE bookings SET space = 'room' WHERE id = %s", (first,))
    sql.execute("DELETE FROM bookings WHERE space = 'room'")
    sql.execute("UPDATE bookings SET space = 'room' WHERE id = %s", (first,))
    insert(sql, row(tenant, "hall", 18, 20))


def test_holds_are_written_by_bookings_only(sql: Sql, tenant: Town) -> None:
    """Nobody frees or takes a space past the bookings."""
    add_space(sql, tenant, "hall")
    insert(sql, row(tenant, "hall", 18, 20))
    for statement in (b"DELETE FROM holds", b"UPDATE holds SET lane_a = 1", b"TRUNCATE holds"):
        with pytest.raises(RestrictViolation), sql.transaction():
            sql.execute(statement)


def test_sharing_up_to_the_capacity(sql: Sql, tenant: Town) -> None:
    """15 + 15 + 15 persons in a room for 40: two share, a third may come when one has left, and overlap in part."""
    add_space(sql, tenant, "room", shareable=True)
    insert(sql, row(tenant, "room", 18, 20, 15, True))
    insert(sql, row(tenant, "room", 19, 21, 15, True))
    (crowd,) = refused(sql, "sharing_fits", row(tenant, "room", 19.5, 22, 15, True))
    assert (crowd["persons"], crowd["capacity"], len(crowd["bookings"])) == (45, 40, 3)
    insert(sql, row(tenant, "room", 20, 22, 15, True))


def test_a_crowd_between_two_others_starts(sql: Sql, tenant: Town) -> None:
    """What comes first and stays longest is counted with those who come later, two at a time or three at once."""
    add_space(sql, tenant, "room", shareable=True)
    insert(sql, row(tenant, "room", 19, 20, 20, True), row(tenant, "room", 20, 21, 20, True))
    insert(sql, row(tenant, "room", 18, 22, 20, True))
    refused(sql, "sharing_fits", row(tenant, "room", 20.5, 23, 1, True))
    insert(sql, row(tenant, "room", 21, 23, 20, True))


def test_a_crowd_long_after_one_came(sql: Sql, tenant: Town) -> None:
    """Who comes at 18 to an empty room is too many there at 20, when a second group joins the first."""
    add_space(sql, tenant, "room", shareable=True)
    insert(sql, row(tenant, "room", 19, 21, 20, True), row(tenant, "room", 20, 22, 20, True))
    refused(sql, "sharing_fits", row(tenant, "room", 18, 23, 5, True))
    insert(sql, row(tenant, "room", 18, 20, 20, True))


def test_sharing_takes_consent_and_a_shareable_room(sql: Sql, tenant: Town) -> None:
    """Who does not consent has the room alone; consent does not count where the room is not shareable."""
    add_space(sql, tenant, "room", shareable=True)
    add_space(sql, tenant, "hall")
    insert(sql, row(tenant, "room", 18, 20, 5, True), row(tenant, "hall", 18, 20, 5, True))
    refused(sql, "holds_apart", row(tenant, "room", 19, 21, 5, False))
    refused(sql, "holds_apart", row(tenant, "hall", 19, 21, 5, True))
    insert(sql, row(tenant, "room", 20, 21, 5, False))
    refused(sql, "holds_apart", row(tenant, "room", 20, 21, 5, True))


def test_one_alone_is_no_crowd(sql: Sql, tenant: Town) -> None:
    """50 persons alone in a room for 40 are a planner's matter; nobody shares with them."""
    add_space(sql, tenant, "room", shareable=True)
    insert(sql, row(tenant, "room", 18, 20, 50, True))
    refused(sql, "sharing_fits", row(tenant, "room", 19, 21, 1, True))


def test_those_who_share_meet_related_spaces_all_the_same(sql: Sql, tenant: Town) -> None:
    """Two share a room, and neither lets the noisy one next door in, though everybody there consents."""
    for space in ("room", "loud"):
        add_space(sql, tenant, space, shareable=True)
    relate(sql, tenant, "room", "loud")
    insert(sql, row(tenant, "room", 18, 20, 5, True), row(tenant, "room", 19, 21, 5, True))
    refused(sql, "holds_apart", row(tenant, "loud", 20.5, 22, 5, True))
    insert(sql, row(tenant, "loud", 21, 23, 5, True), row(tenant, "loud", 21, 23, 5, True))
    refused(sql, "holds_apart", row(tenant, "room", 22, 24, 5, True))


def test_a_shared_room_that_becomes_related(sql: Sql, tenant: Town) -> None:
    """Two go on sharing a room when a noisy one next door comes to be known, and both keep it silent."""
    for space in ("room", "attic", "loud"):
        add_space(sql, tenant, space, shareable=True)
    insert(sql, row(tenant, "room", 18, 20, 5, True), row(tenant, "room", 19, 21, 5, True))
    relate(sql, tenant, "room", "loud")
    relate(sql, tenant, "room", "attic")
    for space in ("attic", "loud"):
        refused(sql, "holds_apart", row(tenant, space, 18.5, 19, 5, True))
        refused(sql, "holds_apart", row(tenant, space, 20.5, 22, 5, True))


def test_more_persons_are_counted_anew(sql: Sql, tenant: Town) -> None:
    """A group that grows where it shares is checked; what was written of its use is not."""
    add_space(sql, tenant, "room", shareable=True)
    first = insert(sql, row(tenant, "room", 18, 20, 20, True), row(tenant, "room", 18, 20, 20, True))
    with pytest.raises(CheckViolation, match="more persons"), sql.transaction():
        sql.execute("UPDATE bookings SET persons = 21 WHERE id = %s", (first,))
    sql.execute("UPDATE published_spaces SET capacity = 30")
    sql.execute("UPDATE bookings SET used = true, counted = 45 WHERE id = %s", (first,))


def test_a_hall_split_later_is_still_held_whole(sql: Sql, tenant: Town) -> None:
    """What was booked in a hall before its ends were known keeps them from others from then on."""
    add_space(sql, tenant, "hall")
    insert(sql, row(tenant, "hall", 18, 20))
    add_space(sql, tenant, "west")
    relate(sql, tenant, "hall", "west")
    refused(sql, "holds_apart", row(tenant, "west", 19, 21))
    sql.execute("DELETE FROM related_spaces")
    insert(sql, row(tenant, "west", 19, 21))


def test_spaces_do_not_become_related_over_what_is_booked(sql: Sql, tenant: Town) -> None:
    """Two that stand in two spaces at one time keep these from becoming related, and are named."""
    for space in ("hall", "west"):
        add_space(sql, tenant, space)
    insert(sql, row(tenant, "hall", 18, 20), row(tenant, "west", 19, 21))
    with pytest.raises(ExclusionViolation) as caught, sql.transaction():
        relate(sql, tenant, "hall", "west")
    (clash,) = json.loads(caught.value.diag.message_detail or "")
    assert {one["space"] for one in clash["bookings"]} == {"hall", "west"}


def test_what_is_over_does_not_keep_spaces_apart(sql: Sql, tenant: Town) -> None:
    """Last year's stays in two rooms that are one hall today are history."""
    for space in ("hall", "west"):
        add_space(sql, tenant, space)
    insert(
        sql, row(tenant, "hall", 18 - 24 * 3650, 20 - 24 * 3650), row(tenant, "west", 18 - 24 * 3650, 20 - 24 * 3650)
    )
    relate(sql, tenant, "hall", "west")


def waiting(one: Sql, other: Sql, *rows: tuple[Any, ...]) -> "tuple[ThreadPoolExecutor, Future[UUID]]":
    """Have the other connection insert while the first one's transaction is open; return once it waits for it."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(insert, other, *rows)
    with psycopg.connect(one.info.dsn, autocommit=True) as watcher:
        while not future.done():
            waits = watcher.execute(
                "SELECT %s = ANY (pg_blocking_pids(%s))", (one.info.backend_pid, other.info.backend_pid)
            )
            if waits.fetchone() == (True,):
                break
    assert not future.done()
    return pool, future


@pytest.mark.parametrize("space", ["hall", "west"])
@pytest.mark.parametrize("ends", ["commit", "rollback"])
def test_two_at_once_do_not_both_get_it(sql: Sql, tenant: Town, database: Database, space: str, ends: str) -> None:
    """The second waits for the first, in the hall and in its end: refused when the first stands, else it has it."""
    add_space(sql, tenant, "hall")
    add_space(sql, tenant, "west")
    relate(sql, tenant, "hall", "west")
    sql.commit()
    with connected(database) as other:
        insert(sql, row(tenant, "hall", 18, 20))
        pool, future = waiting(sql, other, row(tenant, space, 19, 21))
        getattr(sql, ends)()
        with pool:
            if ends == "commit":
                assert isinstance(future.exception(), ExclusionViolation)
            else:
                future.result()


@pytest.mark.parametrize(
    ("level", "error"),
    [
        (psycopg.IsolationLevel.READ_COMMITTED, CheckViolation),
        (psycopg.IsolationLevel.REPEATABLE_READ, SerializationFailure),
        (psycopg.IsolationLevel.SERIALIZABLE, SerializationFailure),
    ],
)
def test_two_at_once_are_no_crowd(
    sql: Sql, tenant: Town, database: Database, level: psycopg.IsolationLevel, error: type[Exception]
) -> None:
    """25 + 25 persons into a room for 40 at the same moment: one of them, in whatever isolation."""
    add_space(sql, tenant, "room", shareable=True)
    sql.commit()
    with connected(database) as other:
        other.isolation_level = level
        other.execute("SELECT count(*) FROM bookings")  # and so sees the present state to its end
        insert(sql, row(tenant, "room", 18, 20, 25, True))
        pool, future = waiting(sql, other, row(tenant, "room", 19, 21, 25, True))
        sql.commit()
        with pool:
            assert isinstance(future.exception(), error)
        other.rollback()
        insert(other, row(tenant, "room", 20, 21, 25, True))


def test_many_at_once_never_exceed(sql: Sql, tenant: Town, database: Database) -> None:
    """Of 12 who want to share a room for 40 as 15 persons each, all at once, two get it."""
    add_space(sql, tenant, "room", shareable=True)
    sql.commit()

    def try_it(_: int) -> bool:
        with connected(database) as connection:
            try:
                insert(connection, row(tenant, "room", 18, 20, 15, True))
            except CheckViolation:
                connection.rollback()
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(try_it, range(12))) == 2


@pytest.mark.parametrize("sees", ["new", "old"])
def test_a_relation_made_meanwhile_is_seen(sql: Sql, tenant: Town, database: Database, sees: str) -> None:
    """Who books while a hall is being split waits, and then holds its end too, or fails for it sees the old state."""
    for space in ("hall", "west"):
        add_space(sql, tenant, space)
    sql.commit()
    with connected(database) as other:
        if sees == "old":
            other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            other.execute("SELECT count(*) FROM bookings")
        relate(sql, tenant, "hall", "west")
        pool, future = waiting(sql, other, row(tenant, "hall", 18, 20))
        sql.commit()
        with pool:
            if sees == "old":
                assert isinstance(future.exception(), SerializationFailure)
                other.rollback()
                insert(other, row(tenant, "hall", 18, 20))
            else:
                future.result()
        other.commit()
    refused(sql, "holds_apart", row(tenant, "west", 19, 21))


def test_odd_bookings_are_refused(sql: Sql, tenant: Town) -> None:
    """No stay ends before it starts or is outside its hold, and nothing is booked where there is no such space."""
    add_space(sql, tenant, "hall")
    backwards = list(row(tenant, "hall", 20, 18))
    unheld = list(row(tenant, "hall", 18, 20))
    unheld[14] = unheld[12] - timedelta(minutes=5)
    for odd in (backwards, unheld):
        with pytest.raises(CheckViolation), sql.transaction():
            insert(sql, tuple(odd))
    with pytest.raises(psycopg.errors.ForeignKeyViolation), sql.transaction():
        insert(sql, row(tenant, "attic", 18, 20))
