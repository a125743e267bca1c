"""The pages that mails lead to: from a link to the round, answers there, and what is refused, in every language."""

import re
from base64 import b64encode
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.http.app import API
from api.http.pages import TEXTS
from api.store.database import Database
from scenarios.wording import LANGUAGES
from tests.api.http.browsers import mailed_links, member
from tests.api.season import CHOIR, THREE, Season, need_of, place
from tests.api.service import Town

BROWSER = {"Accept": "text/html", "Origin": "http://testserver"}


@pytest.fixture
def season(http: TestClient, tenant: Town) -> Season:
    """Give a round that is open."""
    return Season.opened(http, tenant)


@pytest.fixture
def offers(season: Season, tenant: Town) -> dict[str, str]:
    """Publish the choir in the hall and chess in the attic, each with somebody at a browser; dance waits."""
    for name in ("choir", "chess", "dance"):
        member(tenant, f"{name}@example.org", "association", organisation=name)
    return season.published(place("song"), place("chess-1", "attic", 1), needs=THREE)


def get(http: TestClient, path: str, **headers: str) -> Response:
    """Open an address as a browser does."""
    return http.get(path, headers={**BROWSER, **headers})


def send(http: TestClient, path: str, **fields: str) -> Response:
    """Send a form as a browser does, and go where it leads."""
    return http.post(path, data=fields, headers=BROWSER)


def login(http: TestClient, email: str, path: str) -> Response:
    """Come by the link of a mail, ask for a login, use it, and be led on."""
    asking = get(http, path)
    assert asking.status_code == 401
    assert send(http, "/login/link", **hidden(asking.text), email=email).status_code == 202
    database: Database = http.app.state.database  # type: ignore[attr-defined]
    with database.transaction() as tx:
        row = tx.execute("SELECT tells FROM mails WHERE kind = 'login' ORDER BY created_at DESC LIMIT 1").fetchone()
    assert row is not None
    opened = get(http, row["tells"]["link"])
    return send(http, "/login", **hidden(opened.text))


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's first form."""
    (form, *_) = re.findall(r"<form.*?</form>", page, re.DOTALL)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def answer(http: TestClient, page: Response, offer: str, word: str, **changed: str) -> Response:
    """Press a button of a session."""
    forms = re.findall(r'<form method="post" action="([^"]*)">(.*?)</form>', page.text, re.DOTALL)
    for path, form in forms:
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        if path.startswith(f"/offers/{offer}/answer") and fields["answer"] == word:
            return send(http, path, **{**fields, **changed})
    raise AssertionError(page.text)


def states(season: Season) -> dict[str, str]:
    """Return the state of each need's session."""
    return {one["need"]: one["state"] for one in season.offers()}


def test_from_the_mail_to_the_round_and_an_answer(season: Season, offers: dict[str, str], database: Database) -> None:
    """The link of the decision's mail asks for an address; the login leads back, and the buttons answer there."""
    with database.transaction() as tx:
        told = tx.execute("SELECT tells FROM mails WHERE kind = 'decision'").fetchall()
    (link,) = {row["tells"]["link"] for row in told}
    page = login(season.http, "choir@example.org", link)
    assert (page.status_code, page.url.path) == (200, f"/rounds/{season.id}")
    for part in (
        "<h1>Next season</h1>",
        "<h2>Song</h2>",
        "<caption>Sessions: Song</caption>",
        "Hall",
        "Monday",
        "applicant (Choir)",
    ):
        assert part in page.text
    assert "Dance" not in page.text
    text = season.ok("GET", "ROUND/decisions?lang=en", as_=("association", "choir"))["decisions"][0]["text"]
    assert text in page.text
    page = answer(season.http, page, offers["song"], "accept")
    assert 'role="status"' in page.text
    assert states(season)["song"] == "accepted"
    page = answer(season.http, page, offers["song"], "decline")
    assert ": Declined." in page.text
    assert "<form" not in page.text
    assert states(season) == {"song": "declined", "chess-1": "open"}


def test_an_answer_is_in_the_audit_log(season: Season, offers: dict[str, str], database: Database) -> None:
    """As one that comes as JSON is: by whom, what, and to which session."""
    page = login(season.http, "choir@example.org", f"/rounds/{season.id}")
    answer(season.http, page, offers["song"], "accept")
    with database.transaction() as tx:
        rows = tx.execute("SELECT thing, membership, data FROM audit WHERE action = 'accept'").fetchall()
        who = tx.execute(
            "SELECT m.id FROM memberships m JOIN people p ON p.id = m.person WHERE p.email = 'choir@example.org'"
        ).fetchone()
    assert who is not None
    assert [(one["thing"], one["membership"]) for one in rows] == [(offers["song"], who["id"])]
    assert rows[0]["data"] == {"granted": True, "on_behalf": False}


def test_a_stale_version_is_told_and_changes_nothing(season: Season, offers: dict[str, str]) -> None:
    """Who answers on an old page sees what is there now, and why the answer was not kept."""
    old = login(season.http, "choir@example.org", f"/rounds/{season.id}")
    season.ok("POST", f"/offers/{offers['song']}/answers", {"answer": "accept"}, as_=("association", "choir"))
    page = answer(season.http, old, offers["song"], "decline")
    assert page.status_code == 412
    assert "changed after you opened the page" in page.text
    assert "Confirmed" in page.text
    assert states(season)["song"] == "accepted"
    assert ": Declined." in answer(season.http, page, offers["song"], "decline").text


def test_an_answer_that_comes_too_late_is_told(season: Season, offers: dict[str, str]) -> None:
    """A session that does not stand any more is shown as it is, with 409."""
    old = login(season.http, "choir@example.org", f"/rounds/{season.id}")
    season.ok("POST", f"/offers/{offers['song']}/answers", {"answer": "decline"}, as_=("association", "choir"))
    page = answer(season.http, old, offers["song"], "accept", version="2")
    assert page.status_code == 409
    assert "could not be taken" in page.text
    season.ok("POST", "ROUND/end")
    assert "has ended" in get(season.http, f"/rounds/{season.id}").text


def test_without_proof_nothing_is_answered(season: Season, offers: dict[str, str]) -> None:
    """No token, another one, no origin or another site's: 403, in words for people."""
    page = login(season.http, "choir@example.org", f"/rounds/{season.id}")
    good = {"csrf": hidden(page.text)["csrf"], "answer": "accept", "version": "1"}
    path = f"/offers/{offers['song']}/answer"
    for fields, origin in (
        ({**good, "csrf": ""}, BROWSER["Origin"]),
        ({**good, "csrf": "0" * 64}, BROWSER["Origin"]),
        ({"answer": "accept", "version": "1"}, BROWSER["Origin"]),
        (good, "https://evil.example.org"),
        (good, None),
    ):
        headers = {"Accept": "text/html"} | ({} if origin is None else {"Origin": origin})
        refused = season.http.post(path, data=fields, headers=headers)
        assert refused.status_code == 403, fields
        assert "You may not do this" in season.http.post(f"{path}?lang=en", data=fields, headers=headers).text
    assert states(season)["song"] == "open"
    assert send(season.http, "/logout", csrf="x").status_code == 403
    assert send(season.http, path, **good).status_code == 200
    assert states(season)["song"] == "accepted"


def test_another_organisations_session_is_not_there(season: Season, offers: dict[str, str]) -> None:
    """It is neither shown nor answered, and looks like one that is nowhere."""
    page = login(season.http, "chess@example.org", f"/rounds/{season.id}?lang=en")
    assert offers["song"] not in page.text
    good = {"csrf": hidden(page.text)["csrf"], "answer": "accept", "version": "1"}
    answers = [send(season.http, f"/offers/{one}/answer", **good) for one in (offers["song"], str(uuid4()))]
    assert {(one.status_code, one.text) for one in answers} == {(404, answers[0].text)}
    assert states(season)["song"] == "open"


def test_a_swap_that_was_asked_for_is_made_on_the_page(season: Season, offers: dict[str, str]) -> None:
    """The mail says to answer the request, and here it can be."""
    asked = {"answer": "swap", "other": "song"}
    season.ok("POST", f"/offers/{offers['chess-1']}/answers", asked, as_=("association", "chess"))
    page = login(season.http, "choir@example.org", f"/rounds/{season.id}")
    assert "Asked to swap: Chess" in page.text
    page = answer(season.http, page, offers["song"], "swap")
    assert "Replaced by another" in page.text
    placed = {one["need"]: one["placement"]["space"] for one in season.offers() if one["state"] == "accepted"}
    assert placed == {"song": "attic", "chess-1": "hall"}


def test_three_languages(season: Season, offers: dict[str, str], database: Database) -> None:
    """A person's page is in the person's language; the links change it, and the answer stays in it."""
    with database.transaction() as tx:
        tx.execute("UPDATE people SET language = 'sv' WHERE email = 'choir@example.org'")
    page = login(season.http, "choir@example.org", f"/rounds/{season.id}")
    for lang, word in (("sv", "Bekräfta"), ("fi", "Vahvista"), ("en", "Accept")):
        assert f'href="/rounds/{season.id}?lang={lang}"' in page.text
        assert word in (page.text if lang == "sv" else get(season.http, f"/rounds/{season.id}?lang={lang}").text)
    assert '<html lang="sv">' in page.text
    finnish = answer(season.http, get(season.http, f"/rounds/{season.id}?lang=fi"), offers["song"], "accept")
    assert '<html lang="fi">' in finnish.text
    assert ": Vahvistettu." in finnish.text
    assert get(season.http, f"/rounds/{season.id}?lang=de").status_code == 422


def test_titles_are_text(season: Season, tenant: Town) -> None:
    """Marks in what people wrote stay text, and no program would run."""
    member(tenant, "choir@example.org", "association", organisation="choir")
    season.ok("PATCH", "ROUND", {"title": "<script>alert(1)</script>"})
    season.published(place("song"), needs=({**CHOIR, "title": '"><img src=x>'}, need_of("chess")))
    page = login(season.http, "choir@example.org", f"/rounds/{season.id}")
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert "&lt;script&gt;" in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_the_policy_lets_in_the_style_of_the_page_alone(http: TestClient) -> None:
    """Browsers take it only where its hash is the one that the policy names."""
    page = get(http, "/login")
    (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in page.headers["Content-Security-Policy"]


def test_who_asks_learns_nothing_before_the_login(season: Season, tenant: Town, database: Database) -> None:
    """Rounds that are and are not, and known and unknown addresses, are answered the same."""
    member(tenant, "known@example.org")
    found = [get(season.http, f"/rounds/{one}") for one in (season.id, str(uuid4()))]
    assert found[0].text.replace(season.id, "ID") == re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", found[1].text)
    sent = [send(season.http, "/login/link", email=f"{one}@example.org") for one in ("known", "unknown")]
    assert {(one.status_code, one.text) for one in sent} == {(202, sent[0].text)}
    assert len(mailed_links(database)) == 1
    assert send(season.http, "/login/link", email="nonsense").status_code == 422
    assert get(season.http, "/login").status_code == 200


def test_no_link_leads_elsewhere(http: TestClient, tenant: Town, database: Database) -> None:
    """After the login one comes to a round or to the list, and to no address that a link names."""
    member(tenant, "a@example.org")
    for where in ("https://evil.example.org", "//evil.example.org", "../x"):
        assert send(http, "/login/link", email="a@example.org", round=where).status_code == 422
    assert mailed_links(database) == []
    send(http, "/login/link", email="a@example.org")
    page = send(http, "/login", secret=mailed_links(database)[0])
    assert (page.status_code, page.url.path) == (200, "/")


def test_the_list_of_rounds(season: Season, offers: dict[str, str], database: Database) -> None:
    """An association sees rounds that it may hand in to or has needs in; the button logs out."""
    other = season.open("other")
    page = login(season.http, "choir@example.org", "/")
    assert f"/rounds/{season.id}" in page.text
    assert f"/rounds/{other}" in page.text
    with database.transaction() as tx:
        tx.execute("UPDATE rounds SET closes_at = now() WHERE id = %s", (UUID(other),))
    page = get(season.http, "/")
    assert f"/rounds/{other}" not in page.text
    assert send(season.http, "/logout", **hidden(page.text)).url.path == "/login"
    assert get(season.http, "/").status_code == 401
    assert offers


def test_one_with_several_roles_chooses(http: TestClient, tenant: Town, database: Database) -> None:
    """Without a choice the list offers the roles, and a round says that one is missing."""
    member(tenant, "a@example.org", "viewer")
    member(Town.founded(database, "elsewhere"), "a@example.org", "planner")
    page = login(http, "a@example.org", "/")
    assert "Choose your role" in page.text
    assert get(http, f"/rounds/{uuid4()}").status_code == 403
    page = send(http, "/membership", **hidden(page.text))
    assert "Your role: reader, Town" in page.text
    assert http.get(f"{API}/me", headers={"Accept": "application/json"}).json()["role"] == "viewer"
    assert send(http, "/membership", **{**hidden(page.text), "membership": str(uuid4())}).status_code == 404


@pytest.mark.parametrize(("role", "bound"), [("planner", {}), ("viewer", {}), ("owner", {"owner": "parish"})])
def test_other_roles(season: Season, offers: dict[str, str], tenant: Town, role: str, bound: dict[str, str]) -> None:
    """Staff see how many there are of what; others learn where the round is, and no more."""
    member(tenant, "a@example.org", role, **bound)  # type: ignore[arg-type]
    page = login(season.http, "a@example.org", f"/rounds/{season.id}")
    assert page.status_code == 200
    assert "Sessions are decided." in page.text
    counted = '<th scope="row">Submitted</th><td>3</td>' in page.text
    assert counted == (role == "planner")
    assert ("nothing more to show" in page.text) == (role != "planner")
    assert offers["song"] not in page.text
    assert get(season.http, f"/rounds/{uuid4()}").status_code == 404


def test_before_publication_needs_are_listed(season: Season, tenant: Town) -> None:
    """Each with what became of handing it in; who has none reads so."""
    for name in ("choir", "dance"):
        member(tenant, f"{name}@example.org", "association", organisation=name)
    season.hand_in(CHOIR)
    page = login(season.http, "choir@example.org", f"/rounds/{season.id}")
    assert "<h2>Song</h2>\n<p>Submitted</p>" in page.text
    send(season.http, "/logout", **hidden(get(season.http, "/").text.partition("<main>")[2]))
    assert "no needs in this round" in login(season.http, "dance@example.org", f"/rounds/{season.id}").text


def test_a_program_is_answered_as_everywhere(season: Season) -> None:
    """What does not ask for a page gets a problem, or the page where it sends a token."""
    path = f"/rounds/{season.id}"
    refused = season.http.get(path)
    assert (refused.status_code, refused.headers["Content-Type"]) == (401, "application/problem+json")
    assert season.http.get(path, headers=season.town.headers()).status_code == 200


def test_every_text_is_there_in_every_language() -> None:
    """No page lacks a word in one of them."""
    assert not [key for key, texts in TEXTS.items() if set(texts) != set(LANGUAGES)]
