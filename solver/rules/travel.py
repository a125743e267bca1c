"""Travel: how long the people of a need are on the way from where they live to each site, and what that costs."""

import numpy as np

from solver.frame import Frame, Ints
from solver.rules.worth import Stays


class TravelValues:
    """Values stays by the ways of those who come."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.points = frame.scenario.policy.worth.travel_hour
        self.ways = _person_ways(frame) if self.points else np.zeros((0, 0), dtype=np.int64)
        """(N, sites) percent of a minute that all of a need's people are on the way, one way"""

    def __call__(self, stays: Stays) -> dict[str, Ints]:
        """Return the points of some stays by rule travel.way, none above zero."""
        if not self.points:
            return {"travel.way": np.zeros(len(stays.need), dtype=np.int64)}
        both_ways = 2 * stays.held * self.ways[stays.need, self.frame.site[stays.space]]
        return {"travel.way": -(self.points * both_ways // 600_000)}


def _person_ways(frame: Frame) -> Ints:
    """Return how long all of a need's people are on the way to each site, (N, sites), percent of a minute."""
    scenario = frame.scenario
    index = {area.id: a for a, area in enumerate(scenario.areas)}
    minutes = np.array(
        [[scenario.policy.travel.way(area, site) for site in scenario.sites] for area in scenario.areas],
        dtype=np.int64,
    ).reshape(len(index), len(scenario.sites))
    persons = np.zeros((len(scenario.needs), len(index)), dtype=np.int64)
    for n, need in enumerate(scenario.needs):
        for area, percent in scenario.comes_from(need).items():
            persons[n, index[area]] = percent * need.size
    ways: Ints = persons @ minutes
    return ways
