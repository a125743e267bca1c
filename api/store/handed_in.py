"""What counts of all that was handed in to a round."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from api.store import entries
from api.store.database import Tx
from api.store.entries import Entry
from models.needs import Need
from models.places import Availability, DatedException
from scenarios.records import build
from scenarios.rounds.making import HandedIn

Record = TypeVar("Record", Availability, DatedException, Need)


@dataclass(frozen=True)
class Counted:
    """What counts, and where each need of it comes from."""

    counted: HandedIn
    needs: tuple[Entry, ...]
    """In the order of the needs."""


def handed_in(tx: Tx, tenant: UUID, round_id: UUID) -> Counted:
    """Return the slots and needs that are submitted, neither refused nor withdrawn."""
    slots = entries.listed(tx, tenant, round_id, entries.SLOT_KINDS, state="submitted")
    needs = entries.listed(tx, tenant, round_id, ("need",), state="submitted")
    return Counted(
        HandedIn(
            hours=[_whole(Availability, one) for one in slots if one.kind == "hours"],
            exceptions=[_whole(DatedException, one) for one in slots if one.kind == "exception"],
            needs=[_whole(Need, one) for one in needs],
        ),
        tuple(needs),
    )


def _whole(model: type[Record], entry: Entry) -> Record:
    """Return the record of an entry, which was whole when it was submitted."""
    record, faults = build(model, entry.body)
    if record is None:
        raise RuntimeError(f"entry {entry.id} was submitted and is not whole: {faults[0].problem}")
    return record
