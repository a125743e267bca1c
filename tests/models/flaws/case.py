"""One flaw between records with what is said of it, and small worlds to make it in."""

from typing import Any, Literal, NamedTuple

from models.base import Issue
from models.places import Conflict
from models.scenario import Scenario
from tests.builders import make_need, make_scenario, make_wish


class Case(NamedTuple):
    """A scenario with one flaw, and the issue that tells it."""

    scenario: Scenario
    where: str
    problem: str
    mend: str
    severity: Literal["error", "warning"] = "error"

    @property
    def issue(self) -> Issue:
        """The issue that is to be found."""
        return Issue(where=self.where, problem=self.problem, mend=self.mend, severity=self.severity)


def conflict(a: str, b: str) -> Conflict:
    """Return an edge between two spaces."""
    return Conflict(a=a, b=b, why="noise")


def pinned(pin: dict[str, Any], need_id: str = "yoga", days: str = "mon,tue", **changes: Any) -> Scenario:
    """Return the default world, open 08:00-22:00, with a need pinned that wishes 16:00-23:00 for one or two hours."""
    world: dict[str, Any] = {name: changes.pop(name) for name in tuple(changes) if name in Scenario.model_fields}
    world |= {"spaces": changes.pop("rooms")} if "rooms" in changes else {}
    need = make_need(need_id, make_wish(days, "16:00", "23:00"), **{"min_minutes": 60, "pins": (pin,), **changes})
    return make_scenario(need, **world)
