"""What stays claim of resources, rule by rule, and all claims as one list of holds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.frame import Ints
from solver.tracks import Holds, Uses


@dataclass(frozen=True)
class Claims:
    """What stays hold of the resources of one rule: one entry for each stay and resource, in any order."""

    rule: str
    """By which stays exclude each other that claim too much of one together."""
    stay: Ints
    """which stay,"""
    uses: Uses
    """of which resource, numbered from 0 within the rule, on which set of dates,"""
    start: Ints
    """from (minutes),"""
    end: Ints
    """to (minutes),"""
    amount: Ints
    """and how much."""
    capacity: Ints
    """(resources,) capacity of each."""


def holds_of(claims: Sequence[Claims], cell_minutes: int) -> Holds:
    """List the claims stay by stay, those of one stay in the order given; resources are numbered claim after claim."""
    resources = np.cumsum([0, *(len(one.capacity) for one in claims)])
    uses = np.cumsum([0, *(len(one.uses.resource) for one in claims)])
    stay = np.concatenate([one.stay for one in claims])
    order = np.argsort(stay, kind="stable")  # fast on the rising runs that they come in
    return Holds(
        stay=stay[order],
        first=np.concatenate([one.start // cell_minutes for one in claims])[order],
        last=np.concatenate([-(-one.end // cell_minutes) for one in claims])[order],
        amount=np.concatenate([one.amount for one in claims])[order],
        uses=Uses(
            resource=np.concatenate([resources[i] + one.uses.resource for i, one in enumerate(claims)]),
            dateset=np.concatenate([one.uses.dateset for one in claims]),
            of=np.concatenate([uses[i] + one.uses.of for i, one in enumerate(claims)])[order],
        ),
        capacity=np.concatenate([one.capacity for one in claims]),
    )


def resource_rules(claims: Sequence[Claims]) -> tuple[str, ...]:
    """Return the rule of each resource, in the order in which ``holds_of`` numbers them."""
    return tuple(one.rule for one in claims for _ in one.capacity)
