"""Rounds for trials, over the town that the load of the service has too."""

from typing import Any, Protocol

from benchmarks.service.season import call, need, publication

ROOMS = 20
"""Needs that are granted, each in a room of its own, to be answered during the trial."""
OFFERING = {"place": "hall", "weekdays": ["sat"], "end": "20:00"}
"""Hours that are offered; the start comes to it."""
ASKING = need("", "choir")
"""A need that is handed in; its id comes to it."""
ANY = {"If-Match": "*"}


class Sends(Protocol):
    """What sends requests until they are answered."""

    def sent(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """Send a request; return the answer and its ETag."""


def new_round(api: Sends, base: str) -> str:
    """Open a round that stays open; return its id."""
    number: str = api.sent("POST", "/rounds", call(f"open-{base}", base))["id"]
    return number


def published_round(api: Sends) -> list[str]:
    """Publish a round in which every need is granted its own room; return the ids of what was given."""
    steps = publication("given", ROOMS)
    request = next(steps)
    while True:
        try:
            request = steps.send(api.sent(*request, **ANY))
        except StopIteration as end:
            return [one["id"] for one in api.sent("GET", f"/rounds/{end.value}/offers?limit=200")["items"]]
