"""A season's round for tests: three associations that want one evening hour of a hall, and an attic for one more."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from starlette.testclient import TestClient

from api.http.app import API
from api.store import scenarios
from api.store.actors import Role
from models.plan import Placement
from models.scenario import Scenario
from tests.api.service import Town
from tests.builders import dates_from, make_hours, make_need, make_organisation, make_scenario, make_season, make_space
from tests.builders import place as stay

_TODAY = datetime.now(UTC).date()
FIRST = _TODAY + timedelta(days=63 - _TODAY.weekday())
"""A Monday that is still to come: what has been is not booked."""
LAST = FIRST + timedelta(days=27)
CHOIR = {
    "organisation": "choir",
    "id": "song",
    "title": "Song",
    "size": 20,
    "min_minutes": 120,
    "max_minutes": 120,
    "wishes": [{"weekdays": ["mon", "tue"], "start": "18:00", "end": "20:00"}],
}
"""The choir's need, as JSON."""


def base(first: date = FIRST, last: date = LAST) -> Scenario:
    """Return last season: its hours are offered on Mondays and Tuesdays, its need was the choir's."""
    spaces = (make_space("hall"), make_space("attic", owner="parish", capacity=25))
    return make_scenario(
        make_need("old-song", organisation="choir"),
        season=make_season(first, last),
        spaces=spaces,
        organisations=[make_organisation(name) for name in ("choir", "chess", "dance")],
        availability=[make_hours("hall", "mon", "18:00", "20:00"), make_hours("attic", "tue", "18:00", "20:00")],
    )


def need_of(organisation: str, **changes: Any) -> dict[str, Any]:
    """Return another association's need, as the choir's but for the name."""
    return {**CHOIR, "organisation": organisation, "id": f"{organisation}-1", "title": organisation.title(), **changes}


def place(need: str, space: str = "hall", weekday: int = 0) -> Placement:
    """Return a session at 18 on a weekday through the season."""
    return stay(need, space, dates=dates_from(FIRST + timedelta(days=weekday), LAST))


def soon(**delta: float) -> str:
    """Return a time from now on, as JSON has it."""
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()


@dataclass
class Season:
    """A round, and requests about it."""

    http: TestClient
    town: Town
    id: str = ""

    @classmethod
    def opened(cls, http: TestClient, town: Town, scenario: Scenario | None = None) -> "Season":
        """Open a round over a scenario, over ``base`` where none is given."""
        with town.database.transaction() as tx:
            scenarios.add_version(tx, town.tenant, None, scenario or base(), "base")
        season = cls(http, town)
        season.id = season.open("next")
        return season

    def open(self, slug: str) -> str:
        """Open a round; return its id."""
        order = {
            "slug": slug,
            "title": "Next season",
            "base": "base",
            "opens_at": soon(hours=-1),
            "closes_at": soon(hours=1),
            "confirm_by": soon(days=10),
        }
        return str(self.ok("POST", "/rounds", order, status=201)["id"])

    def ask(self, method: str, path: str, body: Any = None, *, as_: Any = "planner", match: str | None = "*") -> Any:
        """Make a request by a role, or by a role and what it is bound to, as in ``("owner", "parish")``."""
        role, *bound = (as_,) if isinstance(as_, str) else as_
        names = {"association": "organisation", "owner": "owner"}
        headers = self.town.headers(cast("Role", role), **({names[role]: bound[0]} if bound else {}))
        if match is not None and method != "GET":
            headers["If-Match"] = match
        path = path.replace("ROUND", f"/rounds/{self.id}")
        return self.http.request(method, f"{API}{path}", headers=headers, json=body)

    def ok(self, method: str, path: str, body: Any = None, *, status: int = 200, **how: Any) -> Any:
        """Make a request that is answered as it should be, and return what it says."""
        answer = self.ask(method, path, body, **how)
        assert answer.status_code == status, answer.text
        return answer.json()

    def refused(self, status: int, method: str, path: str, body: Any = None, **how: Any) -> Any:
        """Make a request that is refused, and return the problem."""
        return self.ok(method, path, body, status=status, **how)

    def hand_in(self, *needs: dict[str, Any]) -> list[str]:
        """Submit needs, each by its association; return the ids of what was handed in."""
        return [
            self.ok("POST", "ROUND/needs?submit=true", one, status=201, as_=("association", one["organisation"]))["id"]
            for one in needs
        ]

    def close(self) -> None:
        """Close the round now."""
        self.ok("PATCH", "ROUND", {"closes_at": soon()})

    def proposed(self, *placements: Placement, needs: tuple[dict[str, Any], ...] = ()) -> None:
        """Hand in needs, close the round, make its scenario and propose a plan."""
        self.hand_in(*needs)
        self.close()
        self.ok("POST", "ROUND/scenario", status=201)
        plan = {"placements": [one.model_dump(mode="json") for one in placements]}
        self.ok("POST", "ROUND/proposal", {"plan": plan}, status=201)

    def published(self, *placements: Placement, needs: tuple[dict[str, Any], ...] = ()) -> dict[str, str]:
        """Do that and publish; return the ids of offers by need."""
        self.proposed(*placements, needs=needs)
        self.ok("POST", "ROUND/publication", status=201)
        return {one["need"]: one["id"] for one in self.offers()}

    def offers(self, **how: Any) -> list[dict[str, Any]]:
        """Return what was given."""
        items: list[dict[str, Any]] = self.ok("GET", "ROUND/offers", **how)["items"]
        return items

    def booked(self) -> set[tuple[str, str, date]]:
        """Return need, space and first date of everything that is booked."""
        with self.town.database.transaction() as tx:
            rows = tx.execute(
                "SELECT need, space, min(day) AS first FROM bookings WHERE state = 'booked' GROUP BY need, space,"
                " extract(isodow FROM day)"
            )
            return {(row["need"], row["space"], row["first"]) for row in rows}


def first(weekday: int = 0) -> date:
    """Return the first date of a weekday."""
    return FIRST + timedelta(days=weekday)


THREE = (CHOIR, need_of("chess"), need_of("dance"))
"""Three needs for two places: the hall on Mondays and the attic on Tuesdays."""
