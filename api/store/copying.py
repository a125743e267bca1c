"""Needs of a season before, copied into a round."""

from collections.abc import Iterable
from uuid import UUID

from api.store import entries, offers, rounds, scenarios
from api.store.conflict import Conflict
from api.store.database import Tx
from api.store.entries import Entry, Hand
from api.store.handed_in import handed_in
from models.needs import Need
from models.plan import Plan
from scenarios.rounds.making import for_new_season, with_last_season


def needs_before(
    tx: Tx, tenant: UUID, organisation: str | None, *, round_id: UUID | None = None, scenario: str | None = None
) -> list[Need] | None:
    """Return needs of an earlier round or of a scenario, of one organisation where it is named.

    Those of a round have the stays that were accepted then as their last season's. None where the tenant has no such
    round or scenario.
    """
    if scenario is not None:
        view = scenarios.found(tx, tenant, scenario)
        read = None if view is None else scenarios.read(tx, tenant, view.hash)
        found = None if read is None else list(read.needs)
    else:
        assert round_id is not None
        found = _of_round(tx, tenant, round_id)
    return None if found is None else [one for one in found if organisation in (None, one.organisation)]


def _of_round(tx: Tx, tenant: UUID, round_id: UUID) -> list[Need] | None:
    if rounds.found(tx, tenant, round_id) is None:
        return None
    held = Plan(placements=tuple(one.placement for one in offers.live(tx, tenant, round_id) if one.state == "accepted"))
    return [with_last_season(need, held) for need in handed_in(tx, tenant, round_id).counted.needs]


def copy(tx: Tx, tenant: UUID, round_id: UUID, needs: Iterable[Need], hand: Hand) -> tuple[list[Entry], list[str]]:
    """Add needs to a round as drafts; return these, and the ids of those that it has already."""
    base = rounds.base_of(tx, tenant, rounds.existing(tx, tenant, round_id))
    made: list[Entry] = []
    already: list[str] = []
    for need in needs:
        body = for_new_season(need, base).model_dump(mode="json", exclude_defaults=True)
        try:
            made.append(entries.add(tx, tenant, round_id, "need", need.organisation, need.id, "draft", body, hand))
        except Conflict:
            already.append(need.id)
    return made, already
