"""Scenarios, by the client."""

from collections.abc import Iterator

from api.client.group import Group
from api.client.transport import path
from api.wire.base import ScenarioView


class Scenarios(Group):
    """What plans are made from."""

    def list(self) -> Iterator[ScenarioView]:
        """List scenarios by name, each with its latest version."""
        return self._api.pages(path("scenarios"), ScenarioView)

    def get(self, name: str) -> ScenarioView:
        """Tell of one scenario."""
        return self._api.get(path("scenarios", name), ScenarioView)
