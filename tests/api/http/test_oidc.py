"""Login by an OpenID Connect provider: a real one on this machine, honest and otherwise."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from api.http.app import API
from api.store.database import Database
from tests.api.http.browsers import member
from tests.api.http.provider import CLIENT, SECRET, LittleProvider, made_key, provider
from tests.api.service import Town, http_for


@pytest.fixture
def little() -> Iterator[LittleProvider]:
    """Run a provider that knows one person, a@example.org."""
    with provider() as found:
        yield found


def client(database: Database, little: LittleProvider, **settings: Any) -> TestClient:
    """Return a browser of a service that uses the provider."""
    given = {"oidc_issuer": little.address, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    http = http_for(database, logins_a_minute=1000, **given, **settings)
    http.follow_redirects = False
    return http


def came_back(http: TestClient, little: LittleProvider, **changes: str) -> Any:
    """Go to the provider, log in and come back; some of what the browser comes back with may be changed."""
    begun = http.get(f"{API}/login/oidc")
    assert begun.status_code == 303, begun.text
    assert begun.headers["Location"].startswith(f"{little.address}/authorize?")
    return http.get(f"{API}/login/oidc/callback", params=little.authorize(begun.headers["Location"]) | changes)


def test_who_the_provider_knows_is_logged_in(database: Database, tenant: Town, little: LittleProvider) -> None:
    """By the verified address at first, by the provider's own name for the person afterwards."""
    member(tenant, "a@example.org", "clerk")
    with client(database, little) as http:
        answer = came_back(http, little)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/"), answer.text
        assert http.get(f"{API}/me").json()["role"] == "clerk"
        assert "yhteistila-login" not in http.cookies
        http.cookies.clear()
        little.email, little.verified = "renamed@example.org", False
        assert came_back(http, little).status_code == 303
        assert http.get(f"{API}/me").json()["role"] == "clerk"


def test_the_secret_of_a_login_stays_in_the_browser(database: Database, little: LittleProvider) -> None:
    """What goes to the provider is a challenge, a state and a nonce, none of which is the secret of the cookie."""
    with client(database, little) as http:
        begun = http.get(f"{API}/login/oidc")
    secret = begun.cookies["yhteistila-login"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["Location"]).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert len({secret, asked["state"], asked["nonce"], asked["code_challenge"]}) == 4
    assert secret not in begun.headers["Location"]
    assert {"HttpOnly", "SameSite=lax"} <= set(begun.headers["Set-Cookie"].split("; "))


@pytest.mark.parametrize(
    ("email", "verified"), [("stranger@example.org", True), ("a@example.org", False), ("a@example.org", "true")]
)
def test_a_stranger_gets_no_role(
    database: Database, tenant: Town, little: LittleProvider, email: str, verified: bool
) -> None:
    """An address that has no role here, or that the provider did not verify, lets nobody in."""
    member(tenant, "a@example.org")
    little.email, little.verified = email, verified
    with client(database, little) as http:
        assert came_back(http, little).status_code == 403
        assert http.get(f"{API}/session").status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"aud": None},
        {"iss": "https://another.example.org"},
        {"iss": None},
        {"sub": None},
        {"exp": timedelta(hours=-1)},
        {"exp": None},
        {"iat": timedelta(hours=1)},
        {"nbf": timedelta(hours=1)},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_login_is_refused(
    database: Database, tenant: Town, little: LittleProvider, claims: dict[str, Any]
) -> None:
    """Another nonce, audience, issuer or time, or none, logs nobody in."""
    member(tenant, "a@example.org")
    little.claims = claims
    with client(database, little) as http:
        assert came_back(http, little).status_code == 400
        assert http.get(f"{API}/session").status_code == 401


@pytest.mark.parametrize("forged", ["another key", "HS256", "none"])
def test_a_forged_token_is_refused(database: Database, tenant: Town, little: LittleProvider, forged: str) -> None:
    """A token that the provider's published key did not sign logs nobody in."""
    member(tenant, "a@example.org")
    if forged == "another key":
        little.signed_by = made_key("another")
    else:
        little.algorithm = forged
    with client(database, little) as http:
        assert came_back(http, little).status_code == 400
        assert http.get(f"{API}/session").status_code == 401


@pytest.mark.parametrize("changes", [{"state": "another"}, {"state": "\u00e4"}, {"code": "another"}], ids=str)
def test_an_answer_to_another_login_is_refused(
    database: Database, tenant: Town, little: LittleProvider, changes: dict[str, str]
) -> None:
    """A state or a code that was not given for this one logs nobody in."""
    member(tenant, "a@example.org")
    with client(database, little) as http:
        assert came_back(http, little, **changes).status_code == 400
        assert http.get(f"{API}/session").status_code == 401


def test_an_answer_is_good_in_the_browser_that_began_alone(
    database: Database, tenant: Town, little: LittleProvider
) -> None:
    """Somebody else's answer, sent to a browser that began nothing or its own login, logs nobody in."""
    member(tenant, "a@example.org")
    with client(database, little) as mine, client(database, little) as theirs:
        answer = little.authorize(mine.get(f"{API}/login/oidc").headers["Location"])
        assert theirs.get(f"{API}/login/oidc/callback", params=answer).status_code == 400
        theirs.get(f"{API}/login/oidc")
        assert theirs.get(f"{API}/login/oidc/callback", params=answer).status_code == 400
        assert mine.get(f"{API}/login/oidc/callback", params=answer).status_code == 303
        assert mine.get(f"{API}/login/oidc/callback", params=answer).status_code == 400


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://another.example.org"},
        {"token_endpoint": None},
        {"token_endpoint": "http://another.example.org/token"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
    ids=str,
)
def test_a_provider_that_is_none_is_not_used(
    database: Database, little: LittleProvider, metadata: dict[str, Any]
) -> None:
    """One that calls itself otherwise, or has addresses that others can listen to, is told as unusable."""
    little.metadata = metadata
    with client(database, little) as http:
        assert http.get(f"{API}/login/oidc").status_code == 502


def test_without_a_provider_there_is_no_such_login(
    http: TestClient, database: Database, little: LittleProvider
) -> None:
    """Where none is set it is 404; where it cannot be reached 502."""
    assert http.get(f"{API}/login/oidc", follow_redirects=False).status_code == 404
    little.address = "http://127.0.0.1:9"
    with client(database, little) as cut_off:
        assert cut_off.get(f"{API}/login/oidc").status_code == 502
