"""What was decided on every need of a round, as it was published."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from psycopg.types.json import Jsonb

from api.store.database import Tx
from models.result import Reason


def add(tx: Tx, tenant: UUID, round_id: UUID, needs: Mapping[str, UUID], reasons: Iterable[Reason]) -> None:
    """Keep the decisions on needs, named by their ids in the scenario."""
    rows = [(tenant, round_id, needs[one.need], one.outcome, Jsonb(one.model_dump(mode="json"))) for one in reasons]
    with tx.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO decisions (tenant, round, need, outcome, reason) VALUES (%s, %s, %s, %s, %s)", rows
        )


def of_round(tx: Tx, tenant: UUID, round_id: UUID, organisation: str | None = None) -> dict[str, Reason]:
    """Return the decisions by need, in the order in which needs were handed in; of one organisation where named."""
    rows = tx.execute(
        "SELECT e.name, d.reason FROM decisions d JOIN entries e ON (e.tenant, e.id) = (d.tenant, d.need)"
        " WHERE (d.tenant, d.round) = (%(tenant)s, %(round)s)"
        " AND (%(holder)s::text IS NULL OR e.holder = %(holder)s) ORDER BY e.id",
        {"tenant": tenant, "round": round_id, "holder": organisation},
    )
    return {row["name"]: Reason.model_validate(row["reason"]) for row in rows}
