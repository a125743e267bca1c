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
        dates = _book(tx, tenant, round_id, scenario, plan.placements)
    tx.execute("ANALYZE bookings")  # a season more at once: the programme is read before the server would look itself
    return dates


def withdraw(
    tx: Tx, tenant: UUID, round_id: UUID, need: str, from_date: date, *, reason: str | None = None, by: str = "planner"
) -> int:
    """Release what a need has in a round from a date on, for others to take; return how many dates.

    Dates of which use is recorded stay.
    """
    return _release(tx, tenant, round_id, [need], from_date, reason, by)


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
    """Move or swap: from a date on, some needs of a round have these placements in place of theirs; return the dates.

    All or nothing; what others have stays as it is.

    Raises
    ------
    Occupied, BadInput
        As in ``publish``.
    """
    moved = tuple(later for one in placements if (later := _from(one, from_date)) is not None)
    refuse_unfit(scenario, Plan(placements=moved))
    _alone(tx, tenant)
    with clashes_told(), tx.transaction():
        _release(tx, tenant, round_id, needs, from_date, reason, by)
        keep_spaces(tx, tenant, scenario)
        return _book(tx, tenant, round_id, scenario, moved)


def _from(placement: Placement, first: date) -> Placement | None:
    dates = tuple(day for day in placement.dates if day >= first)
    return placement.model_copy(update={"dates": dates}) if dates else None


def _alone(tx: Tx, tenant: UUID) -> None:
    """Let one transaction at a time book for a tenant: two that book in other orders would wait for each other.

    A season of a large city takes longer than statements otherwise may.
    """
    tx.execute("SET LOCAL statement_timeout = '10min'")
    tx.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{tenant}/occupancy",))


def _release(
    tx: Tx, tenant: UUID, round_id: UUID, needs: Collection[str], first: date, reason: str | None, by: str
) -> int:
    return tx.execute(
        "UPDATE bookings SET state = 'released', state_at = now(), state_by = %s, reason = %s"
        " WHERE (tenant, round) = (%s, %s) AND need = ANY (%s) AND day >= %s AND state = 'booked' AND used IS NULL",
        (by, reason, tenant, round_id, list(needs), first),
    ).rowcount


_COLUMNS = (
    "tenant, id, round, need, title, organisation, organisation_name, space, persons, may_share, day,"
    ' "start", "end", starts_at, ends_at, held_from, held_to'
)


def _book(tx: Tx, tenant: UUID, round_id: UUID, scenario: Scenario, placements: Iterable[Placement]) -> int:
    sessions = lay_out(scenario, Plan(placements=tuple(placements))).sessions
    _refuse_backwards(sessions)
    with tx.cursor() as cursor:
        with cursor.copy(f"COPY bookings ({_COLUMNS}) FROM STDIN") as copy:
            for session in sessions:
                what = _what(round_id, scenario, session)
                for stay in session.stays:
                    copy.write_row((tenant, new_id(), *what, *_when(session.placement, stay)))
        return cursor.rowcount


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


def _what(round_id: UUID, scenario: Scenario, session: Session) -> tuple[Any, ...]:
    need = session.need
    name = scenario.organisation_by_id[need.organisation].name
    return round_id, need.id, need.title, need.organisation, name, session.space.id, need.size, need.may_share


def _when(placement: Placement, stay: Stay) -> tuple[Any, ...]:
    instants = (stay.starts_at, stay.ends_at, stay.held_from, stay.held_to)
    return (stay.day, placement.start, placement.end, *(datetime.fromtimestamp(one * 60, UTC) for one in instants))
