"""Needs through HTTP: drafts, submitting, changes, copies, and on whose behalf."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.season import CHOIR, FIRST, Season, need_of, place, soon
from tests.api.service import Town

CHOIR_ITSELF, CHESS = ("association", "choir"), ("association", "chess")


@pytest.fixture
def season(http: TestClient, tenant: Town) -> Season:
    """Give a round that is open."""
    return Season.opened(http, tenant)


def test_a_draft_may_be_incomplete_and_says_what_is_missing(season: Season) -> None:
    """It is kept as it is; submitted it is refused until it is whole."""
    draft = season.ok("POST", "ROUND/needs", {"title": "Song", "size": 0}, as_=CHOIR_ITSELF, status=201)
    assert (draft["state"], draft["organisation"], draft["need"]) == ("draft", "choir", "choir-1")
    assert {one["path"] for one in draft["issues"]} == {"/size", "/min_minutes", "/max_minutes", "/wishes"}
    path = f"/needs/{draft['id']}"
    wrong = season.refused(422, "POST", f"{path}/submission", as_=CHOIR_ITSELF)
    assert {one["path"] for one in wrong["errors"]} == {one["path"] for one in draft["issues"]}
    whole = {name: value for name, value in CHOIR.items() if name != "id"}
    assert season.ok("PUT", path, whole, as_=CHOIR_ITSELF)["issues"] == []
    assert season.ok("POST", f"{path}/submission", as_=CHOIR_ITSELF)["state"] == "submitted"
    season.refused(422, "PUT", path, {**whole, "size": 0}, as_=CHOIR_ITSELF)
    assert season.ok("GET", path, as_=CHOIR_ITSELF)["body"]["size"] == 20


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"spaces": ["hall", "atic"]}, "/spaces"),
        ({"recurrence": {"kind": "biweekly", "phase": 3}}, "/recurrence/phase"),
        ({"wishes": [{"weekdays": ["mon"], "start": "18:00", "end": "19:00"}]}, "/wishes"),
        ({"first": "1999-01-01"}, "/first"),
        ({"organisation": "chess"}, "/organisation"),
        ({"id": "no id"}, "/id"),
        ({"weight": 1000}, "/weight"),
        ({"pins": [{"weekday": "mon"}]}, "/pins"),
        ({"extra": 1}, "/extra"),
    ],
)
def test_a_need_that_is_wrong_is_refused_with_the_place(season: Season, change: dict[str, Any], path: str) -> None:
    """Alone, beside the round's places and season, and in what only staff set."""
    wrong = season.refused(422, "POST", "ROUND/needs?submit=true", {**CHOIR, **change}, as_=CHOIR_ITSELF)
    assert path in [one["path"] for one in wrong["errors"]]
    assert all(one["mend"] for one in wrong["errors"])
    assert season.ok("GET", "ROUND/needs")["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b"[]",
        b'{"title": NaN}',
        b'{"title": "a\\u0000b"}',
        b'{"title": "\\ud800"}',
        b'{"a": 1, "a": 2}',
        b'{"size": 1e999}',
        b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_bodies_that_no_database_can_keep_are_refused(season: Season, body: bytes) -> None:
    """Also as drafts, which may hold anything else."""
    headers = {**season.town.headers("association", organisation="choir"), "Content-Type": "application/json"}
    answer = season.http.post(f"/api/v1/rounds/{season.id}/needs", headers=headers, content=body)
    assert answer.status_code == 422, answer.text
    assert all(one["path"].startswith("/") for one in answer.json()["errors"])
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_associations_see_and_change_their_own_needs_only(season: Season) -> None:
    """Another's are not there for them, and do not take their ids away."""
    (mine,) = season.hand_in(CHOIR)
    (theirs,) = season.hand_in(need_of("chess"))
    assert [one["id"] for one in season.ok("GET", "ROUND/needs", as_=CHESS)["items"]] == [theirs]
    assert len(season.ok("GET", "ROUND/needs", as_="clerk")["items"]) == 2
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/submission"), ("GET", "/versions")):
        season.refused(404, method, f"/needs/{mine}{path}", CHOIR if method == "PUT" else None, as_=CHESS)
    taken = season.refused(409, "POST", "ROUND/needs", {**need_of("chess"), "id": "song"}, as_=CHESS)
    assert "leave id out" in taken["detail"]
    season.refused(403, "GET", "ROUND/needs", as_=("owner", "parish"))


def test_a_clerk_hands_in_on_behalf_and_that_is_told(season: Season) -> None:
    """In the need, in its versions and in the audit log; a clerk says for whom, and may set what staff set."""
    assert season.refused(422, "POST", "ROUND/needs", {"title": "Song"}, as_="clerk")["errors"][0]["path"] == (
        "/organisation"
    )
    need = season.ok("POST", "ROUND/needs?submit=true", {**CHOIR, "weight": 150}, as_="clerk", status=201)
    assert need["on_behalf"]
    path = f"/needs/{need['id']}"
    season.ok("PUT", path, {**CHOIR, "weight": 150, "size": 25}, as_=CHOIR_ITSELF)
    told = season.ok("GET", f"{path}/versions", as_=CHOIR_ITSELF)["items"]
    assert [(one["body"]["size"], one["on_behalf"]) for one in told] == [(20, True), (25, False)]
    with season.town.database.transaction() as tx:
        rows = tx.execute("SELECT action, data FROM audit WHERE kind = 'need' ORDER BY id").fetchall()
    assert [(row["action"], row["data"]["on_behalf"]) for row in rows] == [("added", True), ("changed", False)]


def test_who_is_not_in_the_scenario_is_told_so(season: Season) -> None:
    """An association that the base does not have can draft, and not submit."""
    ghost = need_of("ghost")
    draft = season.ok("POST", "ROUND/needs", ghost, as_=("association", "ghost"), status=201)
    assert [one["path"] for one in draft["issues"]] == ["/organisation"]
    wrong = season.refused(422, "POST", f"/needs/{draft['id']}/submission", as_=("association", "ghost"))
    assert [one["path"] for one in wrong["errors"]] == ["/organisation"]


def test_after_the_closing_only_staff_hand_in_and_say_why(season: Season) -> None:
    """An association's change is refused, whatever it says; a clerk's needs a reason, which is kept."""
    (need,) = season.hand_in(CHOIR)
    season.close()
    path = f"/needs/{need}"
    for how in ({"as_": CHOIR_ITSELF}, {"as_": "clerk"}):
        assert "not open" in season.refused(409, "PUT", path, CHOIR, **how)["detail"]
    season.refused(409, "PUT", f"{path}?reason=please", CHOIR, as_=CHOIR_ITSELF)
    season.refused(409, "DELETE", path, as_=CHOIR_ITSELF)
    changed = season.ok("PUT", f"{path}?reason=A+slip+of+ours", {**CHOIR, "size": 22}, as_="clerk")
    assert changed["reason"] == "A slip of ours"
    season.refused(409, "PUT", path, CHOIR, as_="clerk")  # the reason of before is none for this


def test_last_seasons_needs_are_copied_as_drafts(season: Season) -> None:
    """From a scenario, and from a round with the places that were accepted; what is there already is left."""
    copied = season.ok("POST", "ROUND/needs/copies", {"scenario": "base"}, as_=CHOIR_ITSELF, status=201)
    assert [(one["need"], one["state"]) for one in copied["needs"]] == [("old-song", "draft")]
    again = season.ok("POST", "ROUND/needs/copies", {"scenario": "base"}, as_=CHOIR_ITSELF, status=201)
    assert (again["needs"], again["already"]) == ([], ["old-song"])
    assert season.ok("POST", "ROUND/needs/copies", {"scenario": "base"}, as_=CHESS, status=201)["needs"] == []
    season.refused(403, "POST", "ROUND/needs/copies", {"scenario": "base", "organisation": "choir"}, as_=CHESS)
    season.refused(404, "POST", "ROUND/needs/copies", {"scenario": "nowhere"}, as_=CHOIR_ITSELF)
    offers = season.published(place("song"), needs=({**CHOIR, "first": str(FIRST)},))
    season.ok("POST", f"/offers/{offers['song']}/answers", {"answer": "accept"}, as_=CHOIR_ITSELF)
    following = Season(season.http, season.town)
    order = {"slug": "after", "title": "After", "base": "base", "opens_at": soon(hours=-1), "closes_at": soon(hours=1)}
    following.id = following.ok("POST", "/rounds", {**order, "confirm_by": soon(days=9)}, status=201)["id"]
    (song,) = following.ok("POST", "ROUND/needs/copies", {"round": season.id}, as_=CHOIR_ITSELF, status=201)["needs"]
    assert song["body"]["last_season"] == [{"space": "hall", "weekday": "mon", "start": "18:00"}]
    assert "first" not in song["body"]
    # What was copied is the staff's word; the association keeps it when it submits.
    assert following.ok("POST", f"/needs/{song['id']}/submission", as_=CHOIR_ITSELF)["state"] == "submitted"
    following.refused(422, "PUT", f"/needs/{song['id']}", {**song["body"], "last_season": []}, as_=CHOIR_ITSELF)


def test_a_key_that_was_used_with_another_query_is_refused(season: Season) -> None:
    """To submit is another request than to keep a draft: it is not answered as that was; the same one again is."""
    headers = {**season.town.headers("association", organisation="choir"), "Idempotency-Key": "k1"}
    path = f"/api/v1/rounds/{season.id}/needs"
    draft = season.http.post(path, headers=headers, json=CHOIR)
    assert season.http.post(path, headers=headers, json=CHOIR).json() == draft.json()
    other = season.http.post(f"{path}?submit=true", headers=headers, json=CHOIR)
    assert (other.status_code, len(season.ok("GET", "ROUND/needs")["items"])) == (422, 1)
    assert "was used for another request" in other.json()["detail"]
