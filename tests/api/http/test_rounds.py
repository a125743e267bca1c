"""Rounds through HTTP: from the call to the publication."""

import pytest
from starlette.testclient import TestClient

from api.store import scenarios
from tests.api.running import put_in, wait_until_finished, working
from tests.api.season import CHOIR, THREE, Season, base, need_of, place, soon
from tests.api.service import Town


@pytest.fixture
def season(http: TestClient, tenant: Town) -> Season:
    """Give a round that is open."""
    return Season.opened(http, tenant)


def test_a_round_goes_from_its_call_to_its_publication(season: Season) -> None:
    """Each status follows from what was done, and the sessions are booked and offered at the end."""
    assert season.ok("GET", "ROUND")["status"] == "open"
    season.hand_in(*THREE)
    season.close()
    assert season.ok("GET", "ROUND")["status"] == "closed"
    made = season.ok("POST", "ROUND/scenario", status=201)
    assert (made["needs"], made["round"]["scenario"], made["round"]["scenario_version"]) == (3, "next", 1)
    plan = {"placements": [place("song").model_dump(mode="json")]}
    season.ok("POST", "ROUND/proposal", {"plan": plan}, status=201)
    assert season.ok("GET", "ROUND")["status"] == "proposed"
    assert season.ok("POST", "ROUND/publication", status=201)["status"] == "published"
    assert [(need, space) for need, space, _ in season.booked()] == [("song", "hall")]
    assert [(one["need"], one["state"]) for one in season.offers()] == [("song", "open")]
    assert season.ok("POST", "ROUND/end")["status"] == "ended"
    assert "has ended" in season.refused(409, "PATCH", "ROUND", {"title": "Again"})["detail"]


def test_what_cannot_be_a_round_is_refused(season: Season) -> None:
    """Times out of order, a name that is taken, and a base that is not there, each with what to do."""
    order = {"slug": "other", "title": "T", "base": "base", "opens_at": soon(hours=1), "closes_at": soon(hours=2)}
    wrong = season.refused(422, "POST", "/rounds", {**order, "confirm_by": soon(hours=1)})
    assert "Put the three times in this order" in wrong["errors"][0]["mend"]
    far = season.refused(422, "POST", "/rounds", {**order, "confirm_by": "9999-12-31T23:59:59Z"})
    assert far["errors"][0]["path"] == "/confirm_by"
    order["confirm_by"] = soon(hours=3)
    season.refused(422, "POST", "/rounds", {**order, "title": "a\0b"})
    for slug in ("next", "base"):
        assert "take another slug" in season.refused(409, "POST", "/rounds", {**order, "slug": slug})["detail"]
    assert "There is no scenario" in season.refused(409, "POST", "/rounds", {**order, "base": "nowhere"})["detail"]
    assert "of version 9" in season.refused(409, "POST", "/rounds", {**order, "base_version": 9})["detail"]
    later = season.ok("POST", "/rounds", order, status=201)
    assert later["status"] == "draft"
    assert [one["slug"] for one in season.ok("GET", "/rounds")["items"]] == ["other", "next"]


def test_a_change_names_the_version_that_it_changes(season: Season) -> None:
    """Without If-Match it is 428, with that of an older version 412; the present one's is in the ETag."""
    tag = season.ask("GET", "ROUND").headers["ETag"]
    season.refused(428, "PATCH", "ROUND", {"title": "New"}, match=None)
    assert season.ask("PATCH", "ROUND", {"title": "New"}, match=tag).headers["ETag"] != tag
    season.refused(412, "PATCH", "ROUND", {"title": "Newer"}, match=tag)
    assert season.ok("GET", "ROUND")["title"] == "New"
    wrong = season.refused(422, "PATCH", "ROUND", {"closes_at": soon(days=30)})
    assert "three times in this order" in wrong["detail"]


def test_only_planners_make_and_change_rounds(season: Season) -> None:
    """Everybody in the tenant reads of it; nobody sees another tenant's."""
    for who in ("clerk", "viewer", ("association", "choir"), ("owner", "parish")):
        assert season.ok("GET", "ROUND", as_=who)["slug"] == "next"
        season.refused(403, "PATCH", "ROUND", {"title": "Mine"}, as_=who)
        season.refused(403, "POST", "ROUND/publication", as_=who)
    other = Season(season.http, Town.founded(season.town.database, "elsewhere"), season.id)
    for path in ("ROUND", "ROUND/needs", "ROUND/slots", "ROUND/offers", "ROUND/waiting", "ROUND/proposal"):
        other.refused(404, "GET", path)
    other.refused(404, "PATCH", "ROUND", {"title": "Mine"})


def test_problems_between_needs_are_told_with_whose_they_are(season: Season) -> None:
    """Two needs that are pinned to one place are each right alone; the scenario is not made, and names them."""
    pins = [{"space": "hall", "weekday": "mon", "start": "18:00", "end": "20:00"}]
    ids = [season.ok("POST", "ROUND/needs?submit=true", {**one, "pins": pins}, status=201)["id"] for one in THREE[:2]]
    season.close()
    wrong = season.refused(422, "POST", "ROUND/scenario")
    assert {one["path"] for one in wrong["errors"] if one["severity"] == "error"} <= {f"/needs/{one}" for one in ids}
    assert "need chess-1 of chess" in str(wrong["errors"])
    assert season.ok("GET", "ROUND")["scenario"] is None
    season.refused(409, "POST", "ROUND/proposal", {"plan": {}})


def test_what_comes_late_makes_the_scenario_and_its_plans_stale(season: Season) -> None:
    """After a late need nothing is proposed or published until the scenario is made anew."""
    season.proposed(place("song"), needs=(CHOIR,))
    late = need_of("chess")
    season.ok("POST", "ROUND/needs?submit=true&reason=Paper+form+came+in+time", late, as_="clerk", status=201)
    assert season.ok("GET", "ROUND")["stale"]
    assert "make it anew" in season.refused(409, "POST", "ROUND/publication")["detail"]
    made = season.ok("POST", "ROUND/scenario", status=201)
    assert (made["needs"], made["round"]["proposal"], made["round"]["stale"]) == (2, None, False)


def test_a_plan_that_breaks_a_rule_needs_an_override_with_a_reason(season: Season) -> None:
    """It is refused with the rule; with the override it is taken, flagged, counted, and signed by the role."""
    season.proposed(place("song"), needs=THREE)
    put = place("chess-1", "attic", weekday=0).model_dump(mode="json")
    order = {"put": [put], "reason": "Their own hall burnt down."}
    wrong = season.refused(422, "POST", "ROUND/proposal/changes", order)
    assert wrong["errors"][0]["where"] == "space.open"
    override = {
        "rule": "space.open",
        "needs": ["chess-1"],
        "reason": "The parish opens for them.",
        "decided_by": "the mayor",
        "decided_on": "2026-11-30",
    }
    taken = season.ok("POST", "ROUND/proposal/changes", {**order, "overrides": [override]}, status=201)
    assert (taken["overridden"], taken["changed"]) == (len(taken["breaches"]), 1)
    assert {one["decided_by"] for one in taken["breaches"]} == {"planner"}
    whole = taken["plan"] | {"decisions": {"overrides": [override]}}
    again = season.ok("POST", "ROUND/proposal", {"plan": whole}, status=201)
    assert {one["decided_by"] for one in again["breaches"]} == {"planner"}
    assert [one["changed"] for one in season.ok("GET", "ROUND/proposals")["items"]] == [0, 1, 0]
    unknown = {"out": [put | {"start": "17:00"}], "reason": "no"}
    assert season.refused(422, "POST", "ROUND/proposal/changes", unknown)["errors"][0]["path"] == "/out/0"


def test_a_proposal_is_put_aside_to_open_the_round_for_longer(season: Season) -> None:
    """With a proposal the round has closed for good; without it, it can be opened again."""
    season.proposed(place("song"), needs=(CHOIR,))
    later = {"closes_at": soon(hours=2)}
    assert "has closed" in season.refused(409, "PATCH", "ROUND", later)["detail"]
    assert season.ok("DELETE", "ROUND/proposal")["status"] == "closed"
    assert season.ok("PATCH", "ROUND", later)["status"] == "open"


def test_a_place_that_is_booked_is_not_published_again(season: Season) -> None:
    """Another round over the same hall is refused with both bookings named, and stays proposed."""
    season.published(place("song"), needs=(CHOIR,))
    second = Season(season.http, season.town)
    order = {"slug": "again", "title": "Again", "base": "base", "opens_at": soon(hours=-1), "closes_at": soon(hours=1)}
    second.id = second.ok("POST", "/rounds", {**order, "confirm_by": soon(days=9)}, status=201)["id"]
    second.proposed(place("chess-1"), needs=(need_of("chess"),))
    wrong = second.refused(409, "POST", "ROUND/publication")
    assert "song" in str(wrong).lower()
    assert "chess" in str(wrong).lower()
    assert second.ok("GET", "ROUND")["status"] == "proposed"
    assert second.offers() == []


def test_nothing_is_published_that_nobody_could_confirm(season: Season) -> None:
    """Where the time to confirm is over before the publication, it is put off first."""
    season.proposed(place("song"), needs=(CHOIR,))
    with season.town.database.transaction() as tx:
        tx.execute("UPDATE rounds SET opens_at = now() - interval '9 days', closes_at = now() - interval '8 days'")
        tx.execute("UPDATE rounds SET confirm_by = now()")
    assert "put confirm_by off" in season.refused(409, "POST", "ROUND/publication")["detail"]
    season.ok("PATCH", "ROUND", {"confirm_by": soon(days=3)})
    season.ok("POST", "ROUND/publication", status=201)


def test_more_time_to_confirm_is_given_and_never_less(season: Season) -> None:
    """What was told is not taken back; sessions that nobody answered have the new time."""
    season.published(place("song"), needs=(CHOIR,))
    assert "put off" in season.refused(409, "PATCH", "ROUND", {"confirm_by": soon(days=5)})["detail"]
    until = season.ok("PATCH", "ROUND", {"confirm_by": soon(days=20)})["confirm_by"]
    assert [one["confirm_by"] for one in season.offers()] == [until]


def test_decisions_tell_an_organisation_its_own_and_how_to_appeal(season: Season) -> None:
    """Each need with its outcome, its reason in words and the rules; nobody else is named."""
    season.published(place("song"), needs=THREE)
    told = season.ok("GET", "ROUND/decisions?lang=en", as_=("association", "chess"))
    (one,) = told["decisions"]
    assert (one["outcome"], one["need"], one["asked"]["title"]) == ("unplaced", "chess-1", "Chess")
    assert one["reason"]["rules"]
    assert "not granted" in one["text"]
    assert "song" not in str(told).lower()
    assert "choir" not in str(told).lower()
    assert season.ok("GET", "ROUND/decisions?organisation=choir")["decisions"][0]["outcome"] == "placed"
    season.refused(404, "GET", "ROUND/decisions?organisation=nobody")
    season.refused(422, "GET", "ROUND/decisions")


def test_a_run_of_the_rounds_scenario_is_proposed_and_no_other(season: Season) -> None:
    """One that has succeeded, of the version that was made last; else the request says what is wrong with it."""
    season.hand_in(*THREE)
    season.close()
    season.ok("POST", "ROUND/scenario", status=201)
    with season.town.database.transaction() as tx:
        view = scenarios.found(tx, season.town.tenant, "next")
        scenario = None if view is None else scenarios.read(tx, season.town.tenant, view.hash)
    assert scenario is not None
    run, other = put_in(season.town, scenario, seconds=10.0), put_in(season.town, base())
    told = season.refused(409, "POST", "ROUND/proposal", {"run": str(run)})["errors"][0]
    assert "is queued" in told["problem"]
    with working(season.town.database):
        for one in (run, other):
            assert wait_until_finished(season.town, one).status == "succeeded"
    told = season.refused(409, "POST", "ROUND/proposal", {"run": str(other)})["errors"][0]
    assert "not of 1 of next" in told["problem"]
    told = season.refused(409, "POST", "ROUND/proposal", {"run": season.id})["errors"][0]
    assert "no such run" in told["problem"]
    taken = season.ok("POST", "ROUND/proposal", {"run": str(run)}, status=201)
    assert (taken["run"], taken["changed"], len(taken["plan"]["placements"])) == (str(run), 0, 2)
    season.ok("POST", "ROUND/publication", status=201)
    assert len(season.booked()) == 2


def test_a_wrong_name_in_a_proposal_is_told_by_its_pointer(season: Season) -> None:
    """Into the body that was sent: a plan, or a change of one, with its own numbers."""
    season.proposed(place("song"), needs=(CHOIR,))
    stay = place("nobody", "nowhere").model_dump(mode="json")
    said = {"reason": "So.", "decided_by": "planner", "decided_on": "2026-08-20"}
    override = {"rule": "space.hours", "needs": ["nobody"], **said}
    plan = {"placements": [stay], "decisions": {"overrides": [override]}}
    change = {"put": [stay], "overrides": [override], "reason": "So."}
    for path, body, begin in (
        ("ROUND/proposal", {"plan": plan}, ("/plan/placements/0/", "/plan/decisions/overrides/0/")),
        ("ROUND/proposal/changes", change, ("/put/0/", "/overrides/0/")),
    ):
        errors = season.refused(422, "POST", path, body)["errors"]
        found = {one["path"] for one in errors}
        placement, decision = begin
        assert found == {f"{placement}need", f"{placement}space", f"{decision}rule", f"{decision}needs"}
    twice = {"put": [place("song").model_dump(mode="json")], "reason": "Twice."}
    assert {one["path"] for one in season.refused(422, "POST", "ROUND/proposal/changes", twice)["errors"]} == {"/put"}
