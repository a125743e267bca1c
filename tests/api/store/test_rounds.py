"""Rounds in the database: what its guards refuse whoever writes, and what happens when two do so at once."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg.errors import CheckViolation, ForeignKeyViolation, RestrictViolation
from starlette.testclient import TestClient

from api.jobs.settling import settle_rounds
from api.store import actors, entries, offers, rounds
from api.store.actors import Role
from api.store.entries import Hand
from api.store.waiting import settle
from tests.api.season import CHOIR, THREE, Season, need_of, place
from tests.api.service import Town


@pytest.fixture
def season(http: TestClient, tenant: Town) -> Season:
    """Give a round that is open."""
    return Season.opened(http, tenant)


def sql(season: Season, statement: str, *values: Any) -> None:
    """Write with SQL alone, as any program might."""
    with season.town.database.transaction() as tx:
        tx.execute(statement.encode(), values)


def at_once(*does: Callable[[], Any]) -> list[Any]:
    """Do things at once, each in a thread of its own, and return what came of each."""
    with ThreadPoolExecutor(len(does)) as pool:
        return [one.result() for one in [pool.submit(do) for do in does]]


def is_waiting(season: Season) -> bool:
    """Tell whether a connection waits for a lock."""
    with season.town.database.transaction() as tx:
        row = tx.execute(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    return row is not None


def while_waiting(season: Season, going_on: Future[Any]) -> None:
    """Come back when a request waits for what another one holds."""
    while not is_waiting(season):
        assert not going_on.done(), going_on.result()


def test_entries_are_guarded_whoever_writes(season: Season) -> None:
    """No version is left out, changed or removed; nothing moves to another round or holder."""
    (need,) = season.hand_in(CHOIR)
    for statement in (
        "UPDATE entries SET version = version + 2",
        "UPDATE entries SET version = version + 1, holder = 'chess'",
        "DELETE FROM entries",
        "UPDATE entry_versions SET body = '{}'",
        "DELETE FROM entry_versions",
    ):
        with pytest.raises(RestrictViolation):
            sql(season, statement)
    assert len(season.ok("GET", f"/needs/{need}/versions")["items"]) == 1


def test_a_round_goes_forward_whoever_writes(season: Season) -> None:
    """It is not published without a proposal, nor proposed while it is open, nor changed after it was published."""
    with pytest.raises(CheckViolation):
        sql(season, "UPDATE rounds SET published_at = now()")
    season.published(place("song"), needs=(CHOIR,))
    for statement in (
        "UPDATE rounds SET published_at = NULL",
        "UPDATE rounds SET proposal = NULL, published_at = NULL",
        "UPDATE rounds SET closes_at = now() + interval '1 day', confirm_by = now() + interval '2 days'",
        "UPDATE rounds SET slug = 'other'",
        "UPDATE entries SET version = version + 1, reason = 'late'",
        "UPDATE decisions SET outcome = 'unplaced'",
        "DELETE FROM offers",
        "UPDATE offers SET state = 'accepted', version = version + 2",
        "UPDATE offers SET placement = '{}', state = 'accepted', version = version + 1",
    ):
        with pytest.raises(RestrictViolation):
            sql(season, statement)
    sql(season, "UPDATE offers SET state = 'declined', version = version + 1")
    with pytest.raises(RestrictViolation, match="declined does not become accepted"):
        sql(season, "UPDATE offers SET state = 'accepted', version = version + 1")


def test_nothing_of_one_tenant_is_in_a_round_of_another(season: Season) -> None:
    """The keys name the tenant, so that no row can refer to another's."""
    other = Town.founded(season.town.database, "elsewhere")
    with season.town.database.transaction() as tx:
        planner = actors.add_membership(tx, other.tenant, "planner")
    hand, need = Hand(planner, reason="late"), ("need", "choir", "song", "draft")
    with season.town.database.transaction() as tx, pytest.raises(ForeignKeyViolation), tx.transaction():
        entries.add(tx, other.tenant, UUID(season.id), *need, {}, hand)  # type: ignore[arg-type]


def test_a_need_that_comes_while_the_round_is_closed_is_in_or_refused(season: Season) -> None:
    """Who closes waits for a need on its way; one that comes while it is being closed is refused after that."""

    def hand_in() -> int:
        who = ("association", "chess")
        return int(season.ask("POST", "ROUND/needs?submit=true", need_of("chess"), as_=who).status_code)

    season.town.token("association", organisation="chess")
    with ThreadPoolExecutor(1) as pool:
        with season.town.database.transaction() as closing:
            rounds.change(closing, season.town.tenant, UUID(season.id), closes_at=datetime.now(UTC))
            late = pool.submit(hand_in)
            while_waiting(season, late)
        assert late.result() == 409
    assert season.ok("GET", "ROUND/needs")["items"] == []


def test_the_scenario_waits_for_a_need_on_its_way(season: Season) -> None:
    """A need whose transaction began before the scenario was asked for is in it."""
    season.hand_in(CHOIR)
    with ThreadPoolExecutor(1) as pool:
        with season.town.database.transaction() as on_its_way:
            body, at = need_of("chess"), (on_its_way, season.town.tenant, UUID(season.id))
            entries.add(*at, "need", "chess", "chess-1", "submitted", body, Hand(None))
            made = pool.submit(season.ok, "POST", "ROUND/scenario", status=201)
            while_waiting(season, made)
        assert made.result()["needs"] == 2


def test_two_planners_publish_once(season: Season) -> None:
    """One of them publishes; the other is told that the round has changed, and nothing is booked twice."""
    season.proposed(place("song"), needs=(CHOIR,))
    tag = season.ask("GET", "ROUND").headers["ETag"]
    codes = at_once(*[lambda: season.ask("POST", "ROUND/publication", match=tag).status_code] * 2)
    assert sorted(codes) == [201, 412]
    assert len(season.offers()) == 1
    assert len(season.booked()) == 1


def test_who_publishes_and_who_changes_a_need_do_not_wait_for_each_other(season: Season) -> None:
    """A change that comes while decisions on that need are written waits for them, and is refused after that."""
    season.proposed(place("song"), needs=(CHOIR,))
    (need,) = season.ok("GET", "ROUND/needs")["items"]
    town, at = season.town, UUID(need["id"])
    planner = actors_of(town, "planner")

    def change() -> None:
        with town.database.transaction() as changing:
            held = entries.found(changing, town.tenant, at, hold=True)
            assert held is not None
            entries.change(changing, town.tenant, held, Hand(planner, reason="late"), state="withdrawn")

    with ThreadPoolExecutor(1) as pool:
        with town.database.transaction() as publishing:
            view = rounds.locked(publishing, town.tenant, UUID(season.id))
            assert view is not None
            late = pool.submit(change)
            while_waiting(season, late)
            until = datetime.now(UTC) + timedelta(days=9)
            given = {"origin": "plan", "state": "open", "confirm_by": until}
            offers.add(publishing, town.tenant, view.id, at, place("song"), **given)  # type: ignore[arg-type]
            rounds.change(publishing, town.tenant, view.id, published_at=datetime.now(UTC))
        with pytest.raises(RestrictViolation, match="published"):
            late.result()


def actors_of(town: Town, role: Role) -> UUID:
    """Give a role to somebody new."""
    with town.database.transaction() as tx:
        return actors.add_membership(tx, town.tenant, role)


def test_two_answers_at_once_are_taken_one_after_the_other(season: Season) -> None:
    """Both name the version that they saw, so one of them is told to look again."""
    offers = season.published(place("song"), needs=(CHOIR,))
    path, who = f"/offers/{offers['song']}/answers", ("association", "choir")
    season.town.token("association", organisation="choir")
    answers = at_once(
        lambda: season.ask("POST", path, {"answer": "accept"}, as_=who, match='"1"'),
        lambda: season.ask("POST", path, {"answer": "decline"}, as_=who, match='"1"'),
    )
    assert sorted(one.status_code for one in answers) == [200, 412]
    taken = next(one.json()["offer"]["state"] for one in answers if one.status_code == 200)
    assert season.offers()[0]["state"] == taken
    assert len(season.booked()) == (taken == "accepted")


def test_two_who_offer_the_same_swap_at_once_make_it_once(season: Season) -> None:
    """Whoever comes second sees the first one's offer, and the swap is made."""
    offers = season.published(place("song"), place("chess-1", "attic", 1), needs=THREE)

    def swap(organisation: str, need: str, other: str) -> bool:
        order = {"answer": "swap", "other": other}
        told = season.ok("POST", f"/offers/{offers[need]}/answers", order, as_=("association", organisation))
        return bool(told["granted"])

    for name in ("choir", "chess"):
        season.town.token("association", organisation=name)
    granted = at_once(lambda: swap("choir", "song", "chess-1"), lambda: swap("chess", "chess-1", "song"))
    assert sorted(granted) == [False, True]
    assert {(need, space) for need, space, _ in season.booked()} == {("song", "attic"), ("chess-1", "hall")}


def test_two_who_want_one_free_place_do_not_both_get_it(season: Season) -> None:
    """Two counter-offers at once for the attic: one is granted."""
    hours = {"place": "hall", "weekdays": ["mon", "tue"], "start": "18:00", "end": "20:00"}
    season.ok("POST", "ROUND/hours", hours, as_="clerk", status=201)
    offers = season.published(place("song"), place("chess-1", "hall", 1), needs=THREE[:2])

    def ask(need: str, who: str) -> bool:
        order = {"answer": "counter", "to": {"space": "attic"}}
        told = season.ok("POST", f"/offers/{offers[need]}/answers", order, as_=("association", who))
        return bool(told["granted"])

    for name in ("choir", "chess"):
        season.town.token("association", organisation=name)
    granted = at_once(lambda: ask("song", "choir"), lambda: ask("chess-1", "chess"))
    assert sorted(granted) == [False, True]
    assert len([need for need, space, _ in season.booked() if space == "attic"]) == 1
    assert len(season.booked()) == 2


def test_two_workers_release_once(season: Season) -> None:
    """What was not confirmed is released and offered once, however many workers come."""
    season.published(place("song"), needs=(CHOIR, need_of("dance")))
    now = datetime.now(UTC) + timedelta(days=11)

    def work() -> int:
        return settle_rounds(season.town.database, now)

    assert sorted(at_once(work, work, work)) == [0, 0, 2]
    assert sorted((one["need"], one["state"]) for one in season.offers()) == [("dance-1", "open"), ("song", "released")]


def test_a_worker_and_a_late_answer_do_not_cross(season: Season) -> None:
    """An answer that waits while its session is being released is told so, and changes nothing."""
    offers = season.published(place("song"), needs=(CHOIR, need_of("dance")))
    path = f"/offers/{offers['song']}/answers"
    with ThreadPoolExecutor(1) as pool:
        with season.town.database.transaction() as releasing:
            now = datetime.now(UTC) + timedelta(days=11)
            assert settle(releasing, season.town.tenant, UUID(season.id), now) == 2
            late = pool.submit(season.refused, 409, "POST", path, {"answer": "accept"})
            while_waiting(season, late)
        assert "released" in late.result()["detail"]


def test_ids_of_needs_that_come_at_once_differ(season: Season) -> None:
    """Three drafts without an id, handed in at once, are three needs."""
    season.town.token("association", organisation="choir")

    def draft() -> str:
        answer = season.ok("POST", "ROUND/needs", {"title": "Song"}, as_=("association", "choir"), status=201)
        return str(answer["need"])

    assert sorted(at_once(draft, draft, draft)) == ["choir-1", "choir-2", "choir-3"]
