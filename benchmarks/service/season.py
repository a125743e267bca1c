"""A season that is published: the requests that make one, in their order, for whoever sends them."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

Request = tuple[str, str, Any]
"""Method, path below ``/api/v1``, and body."""
_TODAY = datetime.now(UTC).date()
FIRST = _TODAY + timedelta(days=63 - _TODAY.weekday())
"""A Monday that is still to come: what has been is not booked."""
WEEK = ["mon", "tue", "wed", "thu", "fri"]


def publication(name: str, rooms: int, weeks: int = 4) -> Generator[Request, dict[str, Any], str]:
    """Yield the requests that publish a round in which each of so many needs has a room of its own, an evening a week.

    Each is sent the record that it was answered with.

    Returns
    -------
    str
        Id of the round.
    """
    base = f"{name}-base"  # the round's own scenario has the round's name
    yield "POST", "/scenarios", town(base, rooms, weeks)
    at = f"/rounds/{(yield 'POST', '/rounds', call(name, base))['id']}"
    for n in range(rooms):
        yield "POST", f"{at}/needs?submit=true", need(f"asked-{n}", f"club-{n}")
    yield "PATCH", at, {"closes_at": soon(seconds=-1)}
    yield "POST", f"{at}/scenario", None
    dates = [(FIRST + timedelta(weeks=week)).isoformat() for week in range(weeks)]
    placements = [
        {"need": f"asked-{n}", "space": f"room-{n}", "start": "18:00", "end": "20:00", "dates": dates}
        for n in range(rooms)
    ]
    yield "POST", f"{at}/proposal", {"plan": {"placements": placements}}
    yield "POST", f"{at}/publication", None
    return at.rpartition("/")[2]


def call(name: str, base: str) -> dict[str, Any]:
    """Return the order of a round over a scenario that is open for some hours."""
    return {
        "slug": name, "title": name, "base": base, "opens_at": soon(hours=-1), "closes_at": soon(hours=5),
        "confirm_by": soon(days=10),
    }  # fmt: skip


def town(name: str, rooms: int, weeks: int = 4) -> dict[str, Any]:
    """Return a scenario: a hall that everybody wants, a room for each of so many associations, and their needs."""
    spaces = ["hall", *(f"room-{n}" for n in range(rooms))]
    room = {"site": "centre", "kind": "meeting_room", "owner": "city", "capacity": 40}
    return {
        "id": name, "title": name,
        "season": {"first": FIRST.isoformat(), "last": (FIRST + timedelta(days=7 * weeks - 1)).isoformat()},
        "policy": {"id": "trial", "title": "Trial", "version": "1"},
        "sites": [{"id": "centre", "name": "Centre"}],
        "spaces": [{"id": one, "name": one, **room} for one in spaces],
        "availability": [{"place": one, "weekdays": WEEK, "start": "16:00", "end": "21:00"} for one in spaces],
        "organisations": [
            {"id": one, "name": one, "applicant_class": "association"}
            for one in ("choir", *(f"club-{n}" for n in range(rooms)))
        ],
        "needs": [need(f"need-of-{n}", f"club-{n}") | {"spaces": ["hall", f"room-{n}"]} for n in range(rooms)],
    }  # fmt: skip


def need(name: str, organisation: str) -> dict[str, Any]:
    """Return a need for one or two hours on an evening."""
    return {
        "id": name, "organisation": organisation, "title": name, "size": 20, "min_minutes": 60, "max_minutes": 120,
        "wishes": [{"weekdays": WEEK, "start": "16:00", "end": "21:00"}],
    }  # fmt: skip


def soon(**delta: float) -> str:
    """Return a time from now on, as JSON has it."""
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()
