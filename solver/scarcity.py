"""Read prices as the worth of one more hour of a space: the scarcest hours of the season."""

import numpy as np

from models.result import ScarceHour
from solver.arrays import Floats
from solver.compile import Compiled

LEAST_POINTS = 1.0
"""Hours worth less than this over the season are left out."""


def scarce_hours(compiled: Compiled, price: Floats) -> tuple[ScarceHour, ...]:
    """Return the hours of spaces that have a price, dearest first.

    Parameters
    ----------
    price
        (C, T) of each column and cell. A day class stands for all its dates, so the sum over the columns of a
        weekday is what one more hour on every date of the season would be worth.
    """
    frame, tracks, atoms = compiled.frame, compiled.tracks, compiled.atoms
    hour = np.arange(price.shape[1]) * compiled.cell_minutes // 60
    weekday = (frame.weekday[0] + tracks.column_day) % 7
    found: list[ScarceHour] = []
    for s, space in enumerate(frame.spaces):
        if len(atoms.of_space[s]) == 0 or not space.in_use or any(other.parent == space.id for other in frame.spaces):
            continue
        mine = tracks.column_resource == atoms.of_space[s][0]
        by_day = np.zeros((7, 24))
        np.add.at(by_day, (weekday[mine][:, None], hour[None, :]), price[mine])
        found.extend(
            ScarceHour(space=space.id, weekday=int(day), hour=int(at), points=round(float(by_day[day, at]), 1))
            for day, at in zip(*np.nonzero(by_day >= LEAST_POINTS), strict=True)
        )
    return tuple(sorted(found, key=lambda hour: -hour.points))
