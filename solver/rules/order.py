"""Who comes first: the tier of every stay, and what it earns by it."""

from typing import TYPE_CHECKING

import numpy as np

from models.needs import Need
from models.order import Band
from solver.frame import Frame, Ints

if TYPE_CHECKING:
    from solver.rules.worth import Stays


def tiers_of(frame: Frame, stays: "Stays") -> Ints:
    """Return the tier of every stay in the band of its space, weekday and start, (P,).

    Where no band speaks, it is the best one that the need has in any.
    """
    order = frame.scenario.policy.order
    if order is None:
        return np.zeros(len(stays.need), dtype=np.int64)
    in_band = [_tiers_in(frame, band) for band in order.bands]
    tier: Ints = np.min(in_band, axis=0)[stays.need]
    nobody_spoke = np.ones(len(stays.need), dtype=np.bool_)
    for band, of_need in zip(order.bands, in_band, strict=True):
        places = np.array([band.covers(space) for space in frame.spaces])
        weekdays = np.isin(np.arange(7), band.weekdays)
        mine = nobody_spoke & places[stays.space] & weekdays[stays.weekday]
        mine &= (stays.start >= band.start) & (stays.start < band.end)
        tier[mine] = of_need[stays.need[mine]]
        nobody_spoke &= ~mine
    return tier


def _tiers_in(frame: Frame, band: Band) -> Ints:
    """Return the tier of every need in a band, (N,)."""
    known = frame.scenario.organisation_by_id

    def tier(need: Need) -> int:
        return band.tier_of(need, known[need.organisation])

    return frame.by_need(tier)
