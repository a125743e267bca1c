"""Plans that are proposed for a round; each is kept, and a change makes a new one."""

import zlib
from dataclasses import dataclass
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store.database import Tx
from api.store.ids import new_id
from api.wire.rounds import ProposalDetail, ProposalView
from models.plan import Plan
from models.result import Verdict

_VIEW = "SELECT id, run, before, reason, objective, jsonb_array_length(breaches) AS overridden, changed, created_at"


@dataclass(frozen=True)
class Source:
    """Where a proposed plan comes from."""

    run: UUID | None = None
    before: UUID | None = None
    """Proposal that it is a change of,"""
    reason: str | None = None
    """and why it was changed."""
    changed: int = 0
    """Sessions that people changed since the run."""


def add(
    tx: Tx, tenant: UUID, membership: UUID | None, round_id: UUID, plan: Plan, verdict: Verdict, source: Source
) -> UUID:
    """Keep a plan that is proposed; return its id."""
    proposal = new_id()
    tx.execute(
        "INSERT INTO proposals (tenant, id, round, run, before, reason, plan, objective, breaches, changed, membership)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(tenant, proposal, round_id, source.run, source.before, source.reason),
            *(zlib.compress(plan.model_dump_json().encode(), 3), verdict.objective),
            *(Jsonb([one.model_dump(mode="json") for one in verdict.overridden]), source.changed, membership),
        ),
    )
    return proposal


def found(tx: Tx, tenant: UUID, proposal: UUID) -> ProposalDetail | None:
    """Return a proposal with its plan; None where the tenant has none of that id."""
    row = tx.execute(
        f"{_VIEW}, plan, breaches FROM proposals WHERE (tenant, id) = (%s, %s)", (tenant, proposal)
    ).fetchone()
    if row is None:
        return None
    return ProposalDetail.model_validate({**row, "plan": Plan.model_validate_json(zlib.decompress(row["plan"]))})


def existing(tx: Tx, tenant: UUID, proposal: UUID) -> ProposalDetail:
    """Return a proposal that is there."""
    there = found(tx, tenant, proposal)
    assert there is not None
    return there


def listed(tx: Tx, tenant: UUID, round_id: UUID, limit: int, after: UUID | None = None) -> list[ProposalView]:
    """Return everything that was proposed for a round, the newest first, those before an id."""
    rows = tx.execute(
        f"{_VIEW} FROM proposals WHERE (tenant, round) = (%(tenant)s, %(round)s)"
        " AND (%(after)s::uuid IS NULL OR id < %(after)s) ORDER BY id DESC LIMIT %(limit)s",
        {"tenant": tenant, "round": round_id, "after": after, "limit": limit},
    )
    return [ProposalView.model_validate(row) for row in rows]
