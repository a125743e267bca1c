"""Bodies that are too large or packed are refused before they are read."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.http.app import API
from api.store.database import Database
from tests.api.service import Town, http_for

MOST = 10_000


@pytest.fixture
def small(database: Database) -> Iterator[TestClient]:
    """Give a client of an application that takes little."""
    with http_for(database, max_body_mb=MOST / 1_000_000) as client:
        yield client


def test_a_large_body_is_refused_by_its_length(small: TestClient, tenant: Town) -> None:
    """What says how long it is, is refused before anybody is asked who sends it; as long as it may be, it is read."""
    answer = small.post(f"{API}/scenarios", content=b" " * (MOST + 1))
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert str(MOST) in answer.json()["detail"]
    headers = tenant.headers() | {"Content-Type": "application/json"}
    assert small.post(f"{API}/scenarios", content=b" " * MOST, headers=headers).status_code == 422


def test_a_large_body_in_chunks_is_refused_while_it_comes(small: TestClient, tenant: Town) -> None:
    """What does not say how long it is, is refused where it becomes too long."""

    def chunks(number: int) -> Iterator[bytes]:
        for _ in range(number):
            yield b" " * 1000

    headers = tenant.headers() | {"Content-Type": "application/json"}
    answers = [small.post(f"{API}/scenarios", content=chunks(number), headers=headers) for number in (10, 11)]
    assert [one.status_code for one in answers] == [422, 413]
    assert answers[1].json()["title"] == "The request is too large"


@pytest.mark.parametrize("path", ["scenarios", "scenarios/validate"])
@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "gzip, identity", "ä".encode()])
def test_a_packed_body_is_refused(small: TestClient, tenant: Town, path: str, packing: str | bytes) -> None:
    """A body under a Content-Encoding is refused with what is taken instead."""
    raw = packing if isinstance(packing, bytes) else packing.encode()
    headers = [(name.encode(), value.encode()) for name, value in tenant.headers().items()]
    answer = small.post(
        f"{API}/{path}",
        content=b"{}",
        headers=[*headers, (b"Content-Type", b"application/json"), (b"Content-Encoding", raw)],
    )
    assert answer.status_code == 415
    assert answer.headers["Accept-Encoding"] == "identity"
    plain = tenant.headers() | {"Content-Type": "application/json", "Content-Encoding": "identity"}
    assert small.post(f"{API}/{path}", content=b"{}", headers=plain).status_code in (200, 422)
