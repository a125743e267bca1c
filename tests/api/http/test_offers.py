"""Answers through HTTP: confirming, declining, other places, swaps, release and the waiting list."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from api.jobs.settling import settle_rounds
from api.store import actors, bookings, people
from tests.api.season import CHOIR, THREE, Season, base, first, need_of, place
from tests.api.service import Town
from tests.builders import dates_from
from tests.builders import place as stay

CHOIR_ITSELF, CHESS, DANCE = ("association", "choir"), ("association", "chess"), ("association", "dance")


@pytest.fixture
def season(http: TestClient, tenant: Town) -> Season:
    """Give a round that is open."""
    return Season.opened(http, tenant)


def two_places(season: Season) -> dict[str, str]:
    """Publish the choir in the hall and chess in the attic; dance waits."""
    return season.published(place("song"), place("chess-1", "attic", 1), needs=THREE)


def answer(season: Season, offer: str, who: Any, **order: Any) -> Any:
    """Answer to an offer, and return what became of it."""
    return season.ok("POST", f"/offers/{offer}/answers", order, as_=who)


def work(season: Season, *, days: float = 0) -> int:
    """Do what the worker does every so often, so many days from now."""
    return settle_rounds(season.town.database, datetime.now(UTC) + timedelta(days=days))


def states(season: Season) -> set[tuple[str, str, str, str]]:
    """Return need, space, origin and state of all that was given."""
    return {(one["need"], one["placement"]["space"], one["origin"], one["state"]) for one in season.offers()}


def mails(season: Season, kind: str) -> list[Any]:
    """Return what the outbox tells of a kind."""
    with season.town.database.transaction() as tx:
        return [row["tells"] for row in tx.execute("SELECT tells FROM mails WHERE kind = %s ORDER BY id", (kind,))]


def member_of(town: Town, organisation: str) -> None:
    """Let somebody with an address act for an organisation."""
    with town.database.transaction() as tx:
        person = people.person_of(tx, f"{organisation}@example.org", "fi")
        actors.add_membership(tx, town.tenant, "association", person=person, organisation=organisation)


def test_an_accepted_session_stays_and_can_still_be_returned(season: Season) -> None:
    """To accept twice changes nothing; what is returned goes, and is not answered again."""
    offers = two_places(season)
    assert answer(season, offers["song"], CHOIR_ITSELF, answer="accept")["offer"]["state"] == "accepted"
    assert answer(season, offers["song"], CHOIR_ITSELF, answer="accept")["granted"]
    assert answer(season, offers["song"], CHOIR_ITSELF, answer="decline")["offer"]["state"] == "declined"
    assert season.booked() == {("chess-1", "attic", first(1))}
    gone = season.refused(409, "POST", f"/offers/{offers['song']}/answers", {"answer": "accept"}, as_=CHOIR_ITSELF)
    assert "declined" in gone["detail"]


def test_what_is_declined_is_offered_to_who_waits(season: Season) -> None:
    """By the worker, once, with a mail and a time of its own to confirm; who declined is not asked again."""
    for name in ("choir", "chess", "dance"):
        member_of(season.town, name)
    offers = two_places(season)
    assert [one["confirm_by"] is not None for one in mails(season, "decision")] == [True, True, False]
    answer(season, offers["song"], CHOIR_ITSELF, answer="decline")
    assert (work(season), work(season)) == (1, 0)
    assert ("dance-1", "hall", "waiting", "open") in states(season)
    assert ("dance-1", "hall", first()) in season.booked()
    (told,) = mails(season, "released")
    assert (told["organisation"], told["outcomes"][0]["stays"][0]["weekday"]) == ("Dance", "mon")
    dance = season.offers(as_=DANCE)[0]
    days = datetime.fromisoformat(dance["confirm_by"]) - datetime.now(UTC)
    assert timedelta(days=6.9) < days < timedelta(days=7)
    answer(season, dance["id"], DANCE, answer="decline")
    assert work(season) == 0
    assert season.ok("GET", "ROUND/waiting")["items"] == []


def test_a_date_that_was_called_off_stays_so(season: Season) -> None:
    """Though another session of the same need is declined, and its bookings are made anew."""
    twice = {**CHOIR, "sessions": 2}
    season.published(place("song"), place("song", "attic", 1), needs=(twice,))
    with season.town.database.transaction() as tx:
        row = tx.execute("SELECT id FROM bookings WHERE day = %s", (first(),)).fetchone()
        assert row is not None
        bookings.cancel(tx, season.town.tenant, row["id"], "A concert", "association")
    tuesday = next(one for one in season.offers() if one["placement"]["space"] == "attic")
    answer(season, tuesday["id"], CHOIR_ITSELF, answer="decline")
    assert season.booked() == {("song", "hall", first() + timedelta(days=7))}


def test_in_a_season_that_runs_only_what_is_to_come_is_passed_on(http: TestClient, tenant: Town) -> None:
    """What has been held stays booked for who held it; who waits is offered the dates from today on."""
    today = datetime.now(UTC).astimezone(base().season.zone).date()
    begun = today - timedelta(days=14 + today.weekday())
    season = Season.opened(http, tenant, base(begun, begun + timedelta(days=34)))
    mondays = dates_from(begun, begun + timedelta(days=34))
    monday = need_of("dance", wishes=[{"weekdays": ["mon"], "start": "18:00", "end": "20:00"}])
    offers = season.published(stay("song", dates=mondays), needs=(CHOIR, monday))
    answer(season, offers["song"], CHOIR_ITSELF, answer="decline")
    assert work(season) == 1
    (dance,) = (one for one in season.offers() if one["need"] == "dance-1")
    later = [str(day) for day in mondays if day >= today]
    assert dance["placement"]["dates"] == later
    with tenant.database.transaction() as tx:
        rows = tx.execute("SELECT need, day FROM bookings WHERE state = 'booked' ORDER BY day").fetchall()
    assert [(row["need"], str(row["day"])) for row in rows] == [
        *(("song", str(day)) for day in mondays if day < today),
        *(("dance-1", day) for day in later),
    ]


def test_what_nobody_confirms_in_time_is_released_once(season: Season) -> None:
    """An answer after the time is refused even before the worker comes; then the places go to who waits."""
    offers = two_places(season)
    answer(season, offers["chess-1"], CHESS, answer="accept")
    assert work(season, days=9) == 0
    assert work(season, days=11) == 2
    assert work(season, days=11) == 0
    assert states(season) == {
        ("song", "hall", "plan", "released"),
        ("chess-1", "attic", "plan", "accepted"),
        ("dance-1", "hall", "waiting", "open"),
    }
    assert season.booked() == {("chess-1", "attic", first(1)), ("dance-1", "hall", first())}


def test_those_who_have_not_confirmed_are_reminded_once(season: Season) -> None:
    """A few days before, each of their people, of all that is open."""
    member_of(season.town, "choir")
    member_of(season.town, "chess")
    offers = two_places(season)
    answer(season, offers["chess-1"], CHESS, answer="accept")
    work(season, days=6)
    assert mails(season, "confirm_reminder") == []
    work(season, days=8)
    work(season, days=9)
    assert [one["organisation"] for one in mails(season, "confirm_reminder")] == ["Choir"]


def test_a_counter_offer_is_granted_where_the_place_is_free(season: Season) -> None:
    """The session moves with its bookings, counts as accepted, and leaves its place to who waits."""
    offers = season.published(place("song"), needs=(CHOIR, need_of("dance")))
    moved = answer(season, offers["song"], CHOIR_ITSELF, answer="counter", to={"space": "attic"})
    assert moved["granted"]
    assert (moved["offer"]["state"], moved["becomes"]["state"]) == ("replaced", "accepted")
    assert moved["becomes"]["replaces"] == offers["song"]
    assert season.booked() == {("song", "attic", first(1))}
    assert work(season) == 1
    assert season.booked() == {("song", "attic", first(1)), ("dance-1", "hall", first())}


def test_a_counter_offer_moves_nobody_else(season: Season) -> None:
    """Where others hold the place, or the rules have none there, the session stays open as it was."""
    offers = two_places(season)
    held = answer(season, offers["song"], CHOIR_ITSELF, answer="counter", to={"space": "attic"})
    assert (held["granted"], held["offer"]["state"]) == (False, "open")
    assert "Others hold the place" in held["why"]
    closed = answer(season, offers["song"], CHOIR_ITSELF, answer="counter", to={"weekday": "fri"})
    assert "No place there" in closed["why"]
    nowhere = {"answer": "counter", "to": {"space": "atic"}}
    told = season.refused(422, "POST", f"/offers/{offers['song']}/answers", nowhere, as_=CHOIR_ITSELF)
    assert (told["errors"][0]["path"], "attic" in told["errors"][0]["mend"]) == ("/to/space", True)
    assert states(season) == {("song", "hall", "plan", "open"), ("chess-1", "attic", "plan", "open")}


def test_a_swap_is_made_when_both_have_offered_it(season: Season) -> None:
    """The first offer changes nothing and is told to the other side; the second swaps the bookings at once."""
    member_of(season.town, "chess")
    offers = two_places(season)
    asked = answer(season, offers["song"], CHOIR_ITSELF, answer="swap", other="chess-1")
    assert (asked["granted"], asked["why"]) == (False, "chess-1 has not offered it yet.")
    assert [one["by"] for one in mails(season, "swap_asked")] == ["Choir"]
    theirs = season.ok("GET", f"/offers/{offers['chess-1']}", as_=CHESS)
    assert [one["need"] for one in theirs["swaps_asked"]] == ["song"]
    made = answer(season, offers["chess-1"], CHESS, answer="swap", other="song")
    assert (made["granted"], made["becomes"]["placement"]["space"]) == (True, "hall")
    assert season.booked() == {("song", "attic", first(1)), ("chess-1", "hall", first())}
    assert states(season) == {
        ("song", "hall", "plan", "replaced"),
        ("chess-1", "attic", "plan", "replaced"),
        ("song", "attic", "swap", "accepted"),
        ("chess-1", "hall", "swap", "accepted"),
    }


def test_a_swap_that_was_taken_back_is_not_made(season: Season) -> None:
    """The last word about a session counts: who accepts it after all has offered no swap."""
    offers = two_places(season)
    answer(season, offers["song"], CHOIR_ITSELF, answer="swap", other="chess-1")
    answer(season, offers["song"], CHOIR_ITSELF, answer="accept")
    assert not answer(season, offers["chess-1"], CHESS, answer="swap", other="song")["granted"]
    assert season.ok("GET", f"/offers/{offers['chess-1']}", as_=CHESS)["swaps_asked"] == []


def test_a_swap_that_breaks_a_rule_is_refused(season: Season) -> None:
    """Thirty people do not fit the attic, whoever agrees."""
    large = need_of("chess", size=30)
    offers = season.published(place("song", "attic", 1), place("chess-1"), needs=(CHOIR, large))
    for who, need, other in ((CHOIR_ITSELF, "song", "chess-1"), (CHESS, "chess-1", "song")):
        told = answer(season, offers[need], who, answer="swap", other=other)
        assert (told["granted"], told["why"]) == (False, "The two cannot take each other's places.")
    wrong = season.refused(
        422, "POST", f"/offers/{offers['song']}/answers", {"answer": "swap", "other": "dance-1"}, as_=CHOIR_ITSELF
    )
    assert wrong["errors"][0]["path"] == "/other"


def test_associations_answer_for_themselves_and_clerks_for_them(season: Season) -> None:
    """Another's session is not there for them; an answer names the version that it answers to."""
    offers = two_places(season)
    path = f"/offers/{offers['song']}"
    season.refused(404, "GET", path, as_=CHESS)
    season.refused(404, "POST", f"{path}/answers", {"answer": "decline"}, as_=CHESS)
    season.refused(403, "POST", f"{path}/answers", {"answer": "decline"}, as_="viewer")
    season.refused(428, "POST", f"{path}/answers", {"answer": "accept"}, as_=CHOIR_ITSELF, match=None)
    season.refused(412, "POST", f"{path}/answers", {"answer": "accept"}, as_=CHOIR_ITSELF, match='"7"')
    season.refused(422, "POST", f"{path}/answers", {"answer": "counter"}, as_=CHOIR_ITSELF)
    assert [one["need"] for one in season.offers(as_=CHESS)] == ["chess-1"]
    assert answer(season, offers["song"], "clerk", answer="accept")["granted"]
    with season.town.database.transaction() as tx:
        row = tx.execute("SELECT data FROM audit WHERE kind = 'offer' AND action = 'accept'").fetchone()
    assert row is not None
    assert row["data"] == {"granted": True, "on_behalf": True}


def test_the_waiting_list_tells_the_place_in_line_and_why(season: Season) -> None:
    """Those with more weight come first; an association sees its own place among all."""
    heavy = {**need_of("dance"), "weight": 200}
    season.ok("POST", "ROUND/needs?submit=true", heavy, as_="clerk", status=201)
    season.published(place("song"), needs=THREE[:2])
    told = season.ok("GET", "ROUND/waiting?lang=en")["items"]
    assert [(one["need"], one["position"], one["of"], one["weight"]) for one in told] == [
        ("dance-1", 1, 2, 200),
        ("chess-1", 2, 2, 100),
    ]
    (mine,) = season.ok("GET", "ROUND/waiting?lang=en", as_=CHESS)["items"]
    assert (mine["position"], mine["lacks"]) == (2, 1)
    assert "not granted" in mine["reason"]
    made = season.ok("POST", "ROUND/offers", status=201)["offers"]
    assert [(one["need"], one["placement"]["space"]) for one in made] == [("dance-1", "attic")]
    season.refused(403, "POST", "ROUND/offers", as_="clerk")


def test_before_the_publication_there_is_nothing_to_answer_or_wait_for(season: Season) -> None:
    """What is not there yet is missing; to offer it contradicts where the round is."""
    season.hand_in(CHOIR)
    assert season.offers() == []
    for path in ("ROUND/waiting", "ROUND/decisions?organisation=choir"):
        assert "nothing has been given yet" in season.refused(404, "GET", path)["detail"]
    season.refused(409, "POST", "ROUND/offers")


def test_after_the_end_nothing_is_answered_or_offered(season: Season) -> None:
    """What was given stays readable."""
    offers = two_places(season)
    season.ok("POST", "ROUND/end")
    order = {"answer": "accept"}
    assert (
        "ended" in season.refused(409, "POST", f"/offers/{offers['song']}/answers", order, as_=CHOIR_ITSELF)["detail"]
    )
    season.refused(409, "POST", "ROUND/offers")
    assert work(season, days=30) == 0
    assert len(season.offers(as_=CHOIR_ITSELF)) == 1


def test_mails_tell_the_time_until_which_a_session_is_kept(season: Season) -> None:
    """A decision, a reminder and an offer end at a time of a day, not with it."""
    for name in ("choir", "chess", "dance"):
        member_of(season.town, name)
    offers = two_places(season)
    answer(season, offers["song"], CHOIR_ITSELF, answer="decline")
    assert work(season, days=8) == 1
    for kind, offer in (("confirm_reminder", offers["chess-1"]), ("released", season.offers(as_=DANCE)[0]["id"])):
        (told,) = mails(season, kind)
        until = datetime.fromisoformat(season.ok("GET", f"/offers/{offer}")["confirm_by"])
        local = until.astimezone(ZoneInfo("Europe/Helsinki"))
        assert (told["confirm_by"], told["confirm_at"][:5]) == (local.date().isoformat(), f"{local:%H:%M}")
    assert [one["confirm_at"] is not None for one in mails(season, "decision")] == [True, True, False]
