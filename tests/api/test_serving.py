"""What ``serve`` is made of."""

import socket

import httpx2
import pytest

from api.http.app import create_app
from api.serving import Api, address_of, listen
from api.settings import read_settings
from api.store.database import Database


def test_answers_do_not_wait_for_receipts() -> None:
    """Connections send at once: else each answer but the first on a connection came 40 ms late."""
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(("proxies", "status"), [("127.0.0.0/8", 404), ("192.0.2.7", 429)])
def test_who_comes_by_a_proxy_counts_as_who_the_proxy_names(database: Database, proxies: str, status: int) -> None:
    """One who asks too much keeps nobody else out; where the proxy is none of ours, what it names is not believed."""
    settings = read_settings(proxies=proxies, requests_a_minute=1)
    listener = listen("127.0.0.1", 0)
    api = Api(create_app(settings, database), listener)
    api.start()
    try:
        found = []
        for who in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
            address = f"{address_of(listener)}/api/v1/public/nowhere/programme"
            found.append(httpx2.get(address, headers={"X-Forwarded-For": who}).status_code)
    finally:
        api.stop()
    assert found[1] == 429
    assert found[2] == status
