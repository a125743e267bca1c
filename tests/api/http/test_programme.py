"""The published programme, bookings and their use, as each role may see and change them."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from fastapi import APIRouter, Response
from starlette.testclient import TestClient

from api.http.app import API
from api.http.guard import MEMBERS, may
from api.http.unit import Write
from api.store import actors, bookings, occupancy, outbox
from api.store.actors import Actor
from api.store.bookings import Asked
from api.store.database import Database
from api.store.ids import new_id
from api.store.people import person_of
from models.scenario import Scenario
from tests.api.service import Town
from tests.builders import (
    dates_from,
    make_need,
    make_organisation,
    make_plan,
    make_scenario,
    make_season,
    make_site,
    make_space,
    place,
)

PAST = dates_from(date(2020, 9, 7), date(2020, 9, 28))
FUTURE = dates_from(date(2090, 9, 4), date(2090, 9, 25))
ROUND = new_id()
PUBLIC = f"{API}/public/town/programme"


def town() -> Scenario:
    """Return two associations with a need each, and a school's hall and a parish's room."""
    return make_scenario(
        make_need("yoga", organisation="club"),
        make_need("choir", organisation="singers"),
        organisations=(make_organisation("club"), make_organisation("singers")),
        sites=(make_site("school", district="North"), make_site("church", district="South")),
        spaces=(make_space("hall", site="school"), make_space("room", site="church", owner="parish")),
        season=make_season(PAST[0], PAST[-1]),
    )


@pytest.fixture
def published(tenant: Town, database: Database) -> Town:
    """Publish eight dates of yoga in the hall, and of choir in the room, half of them over."""
    plan = make_plan(
        place("yoga", "hall", "18:00", "20:00", (*PAST, *FUTURE)),
        place("choir", "room", "19:00", "21:00", (*PAST, *FUTURE)),
    )
    with database.transaction() as tx:
        assert occupancy.publish(tx, tenant.tenant, ROUND, town(), plan) == 16
    return tenant


def booking(town: Town, need: str, day: date) -> UUID:
    """Return the id of a booking."""
    with town.database.transaction() as tx:
        asked = Asked(first=day, last=day, need=need, state=None)
        return bookings.listed(tx, Actor(town.tenant, "town", "planner"), asked, 1)[0].id


def items(http: TestClient, path: str, **headers: str) -> list[dict[str, Any]]:
    """Return every item of a list, part by part."""
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next": None}
    while not found or page["next"] is not None:
        more = f"&cursor={page['next']}" if page["next"] else ""
        answer = http.get(f"{path}{'&' if '?' in path else '?'}limit=3{more}", headers=headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if not page["items"]:
            break
    return found


def test_everybody_reads_what_is_on(http: TestClient, published: Town) -> None:
    """From today on, by date and time, without a token; title, organisation, place and hours, and nothing else."""
    found = items(http, PUBLIC)
    assert [(one["day"], one["title"]) for one in found] == [
        (day.isoformat(), title) for day in FUTURE for title in ("Yoga", "Choir")
    ]
    assert found[0] == {
        "id": str(booking(published, "yoga", FUTURE[0])),
        "title": "Yoga",
        "organisation_name": "Club",
        "space": "hall",
        "space_name": "Hall",
        "site": "school",
        "site_name": "School",
        "district": "North",
        "day": "2090-09-04",
        "start": "18:00",
        "end": "20:00",
        "starts_at": "2090-09-04T15:00:00Z",
        "ends_at": "2090-09-04T17:00:00Z",
    }


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("from=2020-01-01", 16),
        ("from=2020-01-01&to=2020-09-14", 4),
        ("space=hall", 4),
        ("district=South&from=2020-01-01", 8),
        ("space=hall&district=South", 0),
    ],
)
def test_the_programme_by_date_and_place(http: TestClient, published: Town, query: str, count: int) -> None:
    """Each filter leaves what it names; the last date is one of them."""
    assert published.tenant
    assert len(items(http, f"{PUBLIC}?{query}")) == count


def test_an_unchanged_programme_is_not_sent_again(http: TestClient, published: Town) -> None:
    """With its ETag the answer is 304 while nothing changes; a cancelled date is gone, and the ETag another."""
    first = http.get(PUBLIC)
    assert "max-age" in first.headers["Cache-Control"]
    known = {"If-None-Match": f'"x", W/{first.headers["ETag"]}'}
    assert (http.get(PUBLIC, headers=known).status_code, http.get(PUBLIC, headers=known).content) == (304, b"")
    cancel(http, published, booking(published, "yoga", FUTURE[0]))
    after = http.get(PUBLIC, headers=known)
    assert (after.status_code, len(after.json()["items"])) == (200, 7)


def test_a_strange_programme_is_missing(http: TestClient, published: Town) -> None:
    """An unknown tenant is 404; a bad date, name or cursor is told with its parameter."""
    assert published.tenant
    assert http.get(f"{API}/public/nowhere/programme").status_code == 404
    for query in ("from=yesterday", "cursor=YWJj", "cursor=MjAyMC0wMS0wMS94L3k=", "space="):
        answer = http.get(f"{PUBLIC}?{query}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == f"query {query.partition('=')[0]}"


def cancel(http: TestClient, town: Town, identity: UUID, **headers: str) -> Any:
    """Cancel as the clerk, or as whoever the headers say."""
    headers = {"If-Match": "*", **(headers or town.headers("clerk"))}
    return http.post(f"{API}/bookings/{identity}/cancel", json={"reason": "the floor is wet"}, headers=headers)


def use(http: TestClient, identity: UUID, headers: dict[str, str], **body: Any) -> Any:
    """Record use."""
    return http.post(f"{API}/bookings/{identity}/use", json=body, headers={"If-Match": "*", **headers})


@pytest.mark.parametrize(
    ("role", "bound", "status"),
    [
        ("planner", {}, 200),
        ("clerk", {}, 200),
        ("association", {"organisation": "club"}, 200),
        ("association", {"organisation": "singers"}, 403),
        ("owner", {"owner": "city"}, 200),
        ("owner", {"owner": "parish"}, 403),
        ("stakeholder", {"stakeholder": "firms"}, 403),
        ("viewer", {}, 403),
    ],
)
def test_who_may_cancel(http: TestClient, published: Town, role: Any, bound: dict[str, str], status: int) -> None:
    """Staff, the organisation itself and the owner of its space call off a date; nobody else does."""
    identity = booking(published, "yoga", FUTURE[0])
    answer = cancel(http, published, identity, **published.headers(role, **bound))
    assert answer.status_code == status
    state = http.get(f"{API}/bookings/{identity}", headers=published.headers()).json()["state"]
    assert state == ("cancelled" if status == 200 else "booked")


def test_a_cancelled_date_is_free_at_once(http: TestClient, published: Town) -> None:
    """Another need can be booked there in the next moment, on that date only; why is kept, and who in the log."""
    identity = booking(published, "yoga", FUTURE[0])
    view = cancel(http, published, identity, **published.headers("association", organisation="club")).json()
    assert (view["state"], view["record"]["reason"], view["record"]["state_by"]) == (
        "cancelled",
        "the floor is wet",
        "association",
    )
    with published.database.transaction() as tx:
        plan = make_plan(place("choir", "hall", "18:00", "20:00", FUTURE[:1]))
        assert occupancy.publish(tx, published.tenant, ROUND, town(), plan) == 1
        noted = tx.execute("SELECT action, data FROM audit WHERE thing = %s", (str(identity),)).fetchall()
    assert noted == [{"action": "cancelled", "data": {}}]


def test_an_organisation_is_told_of_what_is_cancelled(http: TestClient, published: Town, database: Database) -> None:
    """By mail, to each of its people but who did it; nobody else is, and a refused attempt tells nobody."""
    with database.transaction() as tx:
        people = {name: person_of(tx, f"{name}@example.org", "fi") for name in ("ann", "bo", "singer")}
        for name, organisation in (("ann", "club"), ("bo", "club"), ("singer", "singers")):
            actors.add_membership(tx, published.tenant, "association", person=people[name], organisation=organisation)
        ann = tx.execute("SELECT id FROM memberships WHERE person = %s", (people["ann"],)).fetchone()
        assert ann is not None
        token = actors.add_token(tx, published.tenant, ann["id"], "ann")[1]
    assert cancel(http, published, booking(published, "yoga", PAST[0])).status_code == 409
    assert cancel(http, published, booking(published, "yoga", FUTURE[0])).status_code == 200
    by_ann = {"Authorization": f"Bearer {token}"}
    assert cancel(http, published, booking(published, "yoga", FUTURE[1]), **by_ann).status_code == 200
    with database.transaction() as tx:
        mails = outbox.listed(tx, published.tenant, 10)
        told = outbox.found(tx, published.tenant, mails[0].id)
    assert sorted((mail.kind, mail.to) for mail in mails) == [
        ("cancelled", "ann@example.org"),
        ("cancelled", "bo@example.org"),
        ("cancelled", "bo@example.org"),
    ]
    assert told is not None
    assert told.tells is not None
    stay = told.tells["stays"][0]
    assert (told.tells["reason"], stay["place"], stay["start"]) == ("the floor is wet", "School, Hall", "18:00")


def test_what_cannot_be_cancelled(http: TestClient, published: Town, database: Database) -> None:
    """Twice, when it is over, without a reason, without a version, another tenant's: each has its answer."""
    coming, over = booking(published, "yoga", FUTURE[0]), booking(published, "yoga", PAST[0])
    assert cancel(http, published, over).status_code == 409
    path, headers = f"{API}/bookings/{coming}/cancel", published.headers("clerk")
    assert http.post(path, json={"reason": "x"}, headers=headers).status_code == 428
    assert http.post(path, json={"reason": "x"}, headers=headers | {"If-Match": '"7"'}).status_code == 412
    for body in ({}, {"reason": " "}):
        answer = http.post(path, json=body, headers=headers | {"If-Match": "*"})
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "/reason")
    elsewhere = Town.founded(database, "elsewhere").headers()
    assert cancel(http, published, coming, **elsewhere).status_code == 404
    version = http.get(f"{API}/bookings/{coming}", headers=headers).headers["ETag"]
    first = http.post(path, json={"reason": "x"}, headers=headers | {"If-Match": version})
    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    assert cancel(http, published, coming).status_code == 409


def test_members_see_what_is_theirs(http: TestClient, published: Town) -> None:
    """What was cancelled, and the record, is for staff, the organisation and the owner; what is on, for all."""
    identity = booking(published, "yoga", FUTURE[0])
    cancel(http, published, identity)
    path = f"{API}/programme?state=any&from=2090-09-04&to=2090-09-11"
    for role, bound, count, records in (
        ("clerk", {}, 4, 4),
        ("association", {"organisation": "club"}, 4, 2),
        ("association", {"organisation": "singers"}, 3, 2),
        ("owner", {"owner": "city"}, 4, 2),
        ("viewer", {}, 3, 0),
        ("stakeholder", {"stakeholder": "firms"}, 3, 0),
    ):
        headers = published.headers(role, **bound)  # type: ignore[arg-type]
        found = items(http, path, **headers)
        assert (len(found), sum(one["record"] is not None for one in found)) == (count, records)
        seen = http.get(f"{API}/bookings/{identity}", headers=headers).status_code
        assert seen == (200 if count == 4 else 404)


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 15), ("state=cancelled", 1), ("need=choir", 8), ("organisation=club", 7), ("site=church&to=2020-12-31", 4)],
)
def test_the_members_programme_by_what_it_is(http: TestClient, published: Town, query: str, count: int) -> None:
    """Each filter leaves what it names; without any, all dates that are on."""
    cancel(http, published, booking(published, "yoga", FUTURE[0]))
    assert len(items(http, f"{API}/programme?{query}".removesuffix("?"), **published.headers())) == count


@pytest.mark.parametrize(
    ("role", "bound", "status"),
    [
        ("planner", {}, 200),
        ("clerk", {}, 200),
        ("owner", {"owner": "city"}, 200),
        ("owner", {"owner": "parish"}, 403),
        ("association", {"organisation": "club"}, 403),
        ("viewer", {}, 403),
    ],
)
def test_who_may_record_use(http: TestClient, published: Town, role: Any, bound: dict[str, str], status: int) -> None:
    """Staff and the owner of the space tell what became of a date; an association does not count for itself."""
    headers = published.headers(role, **bound)
    answer = use(http, booking(published, "yoga", PAST[0]), headers, used=True, counted=17)
    assert answer.status_code == status
    if status == 200:
        assert (answer.json()["record"]["used"], answer.json()["record"]["counted"]) == (True, 17)


def test_use_that_cannot_be(http: TestClient, published: Town) -> None:
    """Not before it begins, not of a cancelled date, nobody counted where nobody came; a wrong word is mended."""
    clerk, past = published.headers("clerk"), booking(published, "yoga", PAST[0])
    assert use(http, booking(published, "yoga", FUTURE[0]), clerk, used=True).status_code == 409
    assert use(http, past, clerk, used=False, counted=3).status_code == 422
    assert use(http, past, clerk, used=True, counted=0).status_code == 422
    assert use(http, past, clerk, used=True, counted=9).status_code == 200
    mended = use(http, past, clerk, used=False).json()["record"]
    assert (mended["used"], mended["counted"]) == (False, None)
    gone = booking(published, "choir", FUTURE[1])
    cancel(http, published, gone)
    assert use(http, gone, clerk, used=True).status_code == 409


def test_use_by_organisation_and_by_space(http: TestClient, published: Town) -> None:
    """Of eight dates of yoga: two used by 12 and 18, one no-show, one untold, one called off; choir told of none."""
    clerk = published.headers("clerk")
    for day, counted in zip(PAST, (12, 18), strict=False):
        use(http, booking(published, "yoga", day), clerk, used=True, counted=counted)
    use(http, booking(published, "yoga", PAST[2]), clerk, used=False)
    cancel(http, published, booking(published, "yoga", FUTURE[0]))
    expected = {
        "id": "club",
        "name": "Club",
        "booked": 7,
        "cancelled": 1,
        "released": 0,
        "used": 2,
        "no_shows": 1,
        "untold": 1,
        "counted": 30,
        "minutes": 240,
    }
    both = items(http, f"{API}/use?by=organisation", **clerk)
    assert both[0] == expected
    assert (both[1]["id"], both[1]["booked"], both[1]["untold"], both[1]["counted"]) == ("singers", 8, 4, 0)
    assert items(http, f"{API}/use", **clerk)[0] == expected | {"id": "hall", "name": "Hall"}
    (own,) = items(
        http, f"{API}/use?by=organisation&to=2020-12-31", **published.headers("association", organisation="club")
    )
    assert (own["id"], own["booked"]) == ("club", 4)
    (room,) = items(http, f"{API}/use?by=space", **published.headers("owner", owner="parish"))
    assert room["id"] == "room"


def test_a_clash_names_bookings_to_staff_only(http: TestClient, published: Town) -> None:
    """A publication that the database refuses is a 409; staff read both titles, all others that it is occupied."""
    router = APIRouter()

    @router.post("/publish-twice", dependencies=[may(*MEMBERS)])
    def publish_twice(unit: Write) -> Response:
        unit.note("published", "round", ROUND)
        occupancy.publish(unit.tx, unit.actor.tenant, ROUND, town(), make_plan(place("choir", "hall", dates=FUTURE)))
        return unit.answer(None)

    http.app.include_router(router, prefix=API)  # type: ignore[attr-defined]
    told = http.post(f"{API}/publish-twice", headers=published.headers())
    assert told.status_code == 409
    problem = told.json()["errors"][0]["problem"]
    assert "'Yoga' (yoga) in hall on 2090-09-04 18:00-20:00" in problem
    assert "'Choir' (choir)" in problem
    other = http.post(f"{API}/publish-twice", headers=published.headers("association", organisation="singers"))
    assert (other.status_code, other.json()["errors"]) == (409, [])
    assert "Yoga" not in other.text
    with published.database.transaction() as tx:
        assert tx.execute("SELECT count(*) AS n FROM audit").fetchone() == {"n": 0}
