"""The client: one object, and a part of it for each kind of thing."""

import httpx2

from api.client.people import People, Tokens
from api.client.programme import Mails, Programme
from api.client.rounds import Needs, Offers, Rounds, Slots
from api.client.runs import Runs, Sweeps
from api.client.scenarios import Scenarios
from api.client.studies import Comparisons, Tables
from api.client.transport import Transport, path
from api.wire.people import WhoAmI


class Client:
    """Asks a service by its API; use it as a context manager, or close it.

    Parameters
    ----------
    url
        Where the service is, such as ``http://127.0.0.1:8000``.
    token
        As ``serve`` printed it or a planner made it; without one only what is public can be asked.
    timeout
        Seconds that the service may take to begin an answer.
    tries
        How often a request is sent before its failure is told; only those that cannot do anything twice are repeated.
    http
        What makes the connections, where it is not to be made here, such as Starlette's ``TestClient``; whoever gives
        it closes it.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        token: str | None = None,
        *,
        timeout: float = 30.0,
        tries: int = 5,
        http: httpx2.Client | None = None,
    ) -> None:
        self._owned = http is None
        self._http = http or httpx2.Client(base_url=url, timeout=httpx2.Timeout(timeout, connect=5.0))
        self._api = api = Transport(self._http, token, tries)
        self.scenarios = Scenarios(api)
        self.runs = Runs(api)
        self.sweeps = Sweeps(api)
        self.comparisons = Comparisons(api)
        self.tables = Tables(api)
        self.rounds = Rounds(api)
        self.slots = Slots(api)
        self.needs = Needs(api)
        self.offers = Offers(api)
        self.programme = Programme(api)
        self.mails = Mails(api)
        self.people = People(api)
        self.tokens = Tokens(api)

    def who_am_i(self) -> WhoAmI:
        """Tell which tenant, role and scopes the token stands for."""
        return self._api.get(path("me"), WhoAmI)

    def close(self) -> None:
        """Close the connections that were made here."""
        if self._owned:
            self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
