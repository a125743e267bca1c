"""Publish plans: bookings that the database itself keeps apart (``migrations/0003_occupancy.sql``).

A booking is one stay: a need in a space on a date, with its real times in UTC as ``solver.verify`` reckons them. What
that judge calls ``space.double`` is refused here, whatever overrides a plan carries: a room cannot be given twice.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.errors import CheckViolation, ExclusionViolation

from api.store.database import Tx
from api.store.ids import new_id
from api.store.spaces import keep_spaces
from api.wire.programme import Clash
from models.base import BadInput, Issue
from models.plan import Placement, Plan
from models.scenario import Scenario
from solver.verify.case import Session, Stay, lay_out
from solver.verify.refusal import refuse_unfit


class Occupied(Exception):
    """What was to be booked is another's; nothing of it was."""

    def __init__(self, clashes: tuple[Clash, ...] = ()) -> None:
        self.clashes = clashes
        """Which bookings cannot stand together, at most 20 of them; none where the others cannot be seen."""
        super().__init__("occupied")


@contextmanager
def clashes_told() -> Iterator[None]:
    """Turn the database's refusal of bookings into ``Occupied``."""
    try:
        yield
    except (ExclusionViolation, CheckViolation) as error:
        if error.diag.constraint_name not in ("holds_apart", "sharing_fits"):
            raise
        raise Occupied(_clashes(error.diag.message_detail)) from error


def _clashes(detail: str | None) -> tuple[Clash, ...]:
    try:
        found = json.loads(detail or "[]")
    except ValueError:  # the database's own words: the bookings in the way cannot be seen in this transaction
        return ()
    return tuple(Clash.model_validate(one) for one in found)


def publish(tx: Tx, tenant: UUID, round_id: UUID, scenario: Scenario, plan: Plan) -> int:
    """Book every date of a plan; return how many.

    Parameters
    ----------
    scenario
        Which the plan was made for, with its overlays and agreements applied.

    Raises
    ------
    Occupied
        When a space would be held twice, by the plan itself or with what is booked already; nothing is booked.
    BadInput
        When the plan does not fit the scenario, or has a stay that is over before it begins, as clock times may on
        the night when the clocks go forward.
    """
    refuse_unfit(scenario, plan)
    _alone(tx, tenant)
    with clashes_told(), tx.transaction():
        keep_spaces(tx, tenant, scenario)
        dates = _book(tx, tenant, round_id, _stays(scenario, plan.placements))
    tx.execute("ANALYZE bookings")  # a season more at once: the programme is read before the server would look itself
    return dates


def replace(
    tx: Tx,
    tenant: UUID,
    round_id: UUID,
    scenario: Scenario,
    needs: Collection[str],
    placements: Iterable[Placement],
    from_date: date,
    *,
    reason: str | None = None,
    by: str = "planner",
) -> int:
    """Move or swap: from a date on, some needs of a round have these placements in place of theirs.

    Bookings that stay as they are are not touched; nor is a need's date that was called off, or whose use is
    recorded, wherever its sessions move. All or nothing.

    Parameters
    ----------
    scenario
        Which the round was published with: what is related is as the latest publication says.

    Returns
    -------
    int
        Dates that were booked.

    Raises
    ------
    Occupied, BadInput
        As in ``publish``.
    """
    moved = tuple(later for one in placements if (later := _from(one, from_date)) is not None)
    refuse_unfit(scenario, Plan(placements=moved))
    _alone(tx, tenant)
    wanted = _stays(scenario, moved)
    with clashes_told(), tx.transaction():
        before = tx.execute(_OF_NEEDS, (tenant, round_id, list(needs), from_date)).fetchall()
        settled = {
            (row["need"], row["day"]) for row in before if row["state"] == "cancelled" or row["used"] is not None
        }
        standing = {_content(row): row["id"] for row in before if row["state"] == "booked"}
        stay = {_content(one) for one in wanted} & standing.keys()
        leaving = [booking for content, booking in standing.items() if content not in stay]
        tx.execute(_RELEASE, (by, reason, tenant, round_id, leaving))
        coming = [one for one in wanted if _content(one) not in stay and (one["need"], one["day"]) not in settled]
        return _book(tx, tenant, round_id, coming)


def _from(placement: Placement, first: date) -> Placement | None:
    dates = tuple(day for day in placement.dates if day >= first)
    return placement.model_copy(update={"dates": dates}) if dates else None


def _alone(tx: Tx, tenant: UUID) -> None:
    """Let one transaction at a time book for a tenant: two that book in other orders would wait for each other.

    A season of a large city takes longer than statements otherwise may. To wait for another's turn is not worth that
    long: who waits holds a connection.
    """
    tx.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{tenant}/occupancy",))
    tx.execute("SET LOCAL statement_timeout = '10min'")


_RELEASE = (
    "UPDATE bookings SET state = 'released', state_at = now(), state_by = %s, reason = %s"
    " WHERE (tenant, round) = (%s, %s) AND state = 'booked' AND used IS NULL AND id = ANY (%s)"
)
_CONTENT = (
    "need",
    "space",
    "day",
    "start",
    "end",
    "starts_at",
    "ends_at",
    "held_from",
    "held_to",
    "persons",
    "may_share",
)
_COLUMNS = (*_CONTENT, "title", "organisation", "organisation_name")
_OF_NEEDS = "SELECT * FROM bookings WHERE (tenant, round) = (%s, %s) AND need = ANY (%s) AND day >= %s"


def _content(booking: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(booking[name] for name in _CONTENT)


def _book(tx: Tx, tenant: UUID, round_id: UUID, stays: Iterable[dict[str, Any]]) -> int:
    columns = sql.SQL(", ").join(map(sql.Identifier, ("tenant", "id", "round", *_COLUMNS)))
    with tx.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY bookings ({}) FROM STDIN").format(columns)) as copy:
            for stay in stays:
                copy.write_row((tenant, new_id(), round_id, *(stay[name] for name in _COLUMNS)))
        return cursor.rowcount


def _stays(scenario: Scenario, placements: Iterable[Placement]) -> list[dict[str, Any]]:
    """Return every date of some placements as columns of a booking."""
    sessions = lay_out(scenario, Plan(placements=tuple(placements))).sessions
    _refuse_backwards(sessions)
    stays: list[dict[str, Any]] = []
    for session in sessions:
        what = _what(scenario, session)
        stays += [what | _when(session.placement, stay) for stay in session.stays]
    return stays


def _refuse_backwards(sessions: Iterable[Session]) -> None:
    issues = [
        Issue(
            where=f"{session.need.id} on {stay.day}",
            problem=f"{session.clock} is over before it begins: the clocks go forward that night.",
            mend="Give other clock times, or leave the date out.",
        )
        for session in sessions
        for stay in session.stays
        if stay.starts_at >= stay.ends_at
    ]
    if issues:
        raise BadInput(issues)


def _what(scenario: Scenario, session: Session) -> dict[str, Any]:
    need = session.need
    return {
        "need": need.id,
        "title": need.title,
        "organisation": need.organisation,
        "organisation_name": scenario.organisation_by_id[need.organisation].name,
        "space": session.space.id,
        "persons": need.size,
        "may_share": need.may_share,
    }


def _when(placement: Placement, stay: Stay) -> dict[str, Any]:
    return {
        "day": stay.day,
        "start": placement.start,
        "end": placement.end,
        "starts_at": _instant(stay.starts_at),
        "ends_at": _instant(stay.ends_at),
        "held_from": _instant(stay.held_from),
        "held_to": _instant(stay.held_to),
    }


def _instant(minutes: int) -> datetime:
    return datetime.fromtimestamp(minutes * 60, UTC)
