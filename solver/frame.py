"""A scenario's season and places as index arrays: what the rules look things up in.

Time is in *steps* of five minutes from a date's local midnight, over 48 hours, so that a stay past midnight is one
range. Days are indices from the season's first date.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.base import DAY_MINUTES, TIME_STEP
from models.calendar import clock_defect, local_instant
from models.needs import Need
from models.scenario import Scenario
from solver import arrays

if TYPE_CHECKING:
    from solver.rules.change import Kept

Ints = arrays.Ints
Bools = arrays.Bools
Minutes = NDArray[np.int16]
"""Clock times, in minutes or steps of them, where there are many."""

DAY_STEPS = DAY_MINUTES // TIME_STEP
"""Steps in a day."""
SPAN_STEPS = 2 * DAY_STEPS
"""Steps in the 48 hours that a date's stays can reach."""


def run_ends(flags: Bools) -> Minutes:
    """Return for each position how far the run of True from there reaches.

    Parameters
    ----------
    flags
        (..., n) bool.

    Returns
    -------
    Minutes
        (..., n) first False position at or after each; equal to the position itself where it is False.
    """
    n = flags.shape[-1]
    stops = np.where(flags, np.int16(n), np.arange(n, dtype=np.int16))
    backwards = stops[..., ::-1]
    np.minimum.accumulate(backwards, axis=-1, out=backwards)
    return stops


@dataclass(frozen=True)
class ClockChange:
    """How the clocks run on a date whose 48 hours hold a change of clocks."""

    day: int
    """which"""
    defect: Bools
    """(SPAN_STEPS + 1,) the wall time is missing or comes twice."""
    utc: Ints
    """(SPAN_STEPS + 1,) minutes of real time since the date's local midnight."""


class Frame:
    """Season, spaces and needs of a scenario by index."""

    def __init__(self, scenario: Scenario, kept: "Kept | None" = None) -> None:
        """Look things up; ``kept`` is a published plan that is to be changed little."""
        self.scenario, self.kept = scenario, kept
        self.spaces = scenario.spaces
        self.space_index = {space.id: s for s, space in enumerate(self.spaces)}
        self.days = tuple(scenario.season.days())
        self.num_days = len(self.days)
        season = scenario.season
        self.ordinal: Ints = np.array([day.toordinal() for day in self.days])
        self.weekday: Ints = np.array([day.weekday() for day in self.days])
        self.phase: Ints = np.array([(day - season.anchor).days // 7 % 2 for day in self.days])
        self.nth: Ints = np.array([(day.day - 1) // 7 + 1 for day in self.days])
        self.is_last: Bools = np.array([(day + timedelta(days=7)).month != day.month for day in self.days])
        self.closed_for_all: Bools = np.array([season.closed_for_all(day) for day in self.days])
        self.grid: Ints = np.array([space.grid_minutes for space in self.spaces], dtype=np.int64)
        self.patterns: dict[Hashable, Any] = {}
        """What ``rules.time`` has found already."""
        self.capacity: Ints = np.array([space.capacity for space in self.spaces], dtype=np.int64)
        self.fewest: Ints = np.array([space.fewest for space in self.spaces], dtype=np.int64)

    @cached_property
    def day_keys(self) -> Ints:
        """(num_days,) a random 64-bit key for each date, so that a set of dates is known by its sum, which wraps.

        The keys are fixed, so that equal scenarios compile equally.
        """
        return np.random.default_rng(2026).integers(0, 2**64, self.num_days, dtype=np.uint64).view(np.int64)

    @cached_property
    def site(self) -> Ints:
        """(S,) site of each space."""
        index = {site.id: i for i, site in enumerate(self.scenario.sites)}
        return np.array([index[space.site] for space in self.spaces], dtype=np.int64)

    @cached_property
    def in_use(self) -> Bools:
        """(S,) whether each space can host anything."""
        return np.array([space.in_use for space in self.spaces], dtype=np.bool_)

    @cached_property
    def having(self) -> dict[str, Bools]:
        """(S,) which spaces have each feature that any has."""
        names = dict.fromkeys(name for space in self.spaces for name in space.features)
        return {name: np.array([name in space.features for space in self.spaces]) for name in names}

    @cached_property
    def in_district(self) -> dict[str, Bools]:
        """(S,) which spaces are in each district."""
        district = [site.district for site in self.scenario.sites]
        names = dict.fromkeys(name for name in district if name is not None)
        return {name: np.array([name == mine for mine in district])[self.site] for name in names}

    @cached_property
    def _named(self) -> dict[str, list[int]]:
        """The spaces by each name of a space or a site."""
        named: dict[str, list[int]] = {}
        for s, space in enumerate(self.spaces):
            for name in dict.fromkeys((space.id, space.site)):
                named.setdefault(name, []).append(s)
        return named

    def spaces_named(self, names: Iterable[str]) -> Ints:
        """Return the spaces that have any of some names, their own or their site's."""
        return np.array([s for name in names for s in self._named.get(name, ())], dtype=np.int64)

    def by_need(self, value: Callable[[Need], int]) -> Ints:
        """Return a number for every need, (N,)."""
        return np.array([value(need) for need in self.scenario.needs], dtype=np.int64)

    @cached_property
    def setup(self) -> Ints:
        """(N,) minutes of setting up before each stay of a need."""
        return self.by_need(lambda need: need.setup_minutes)

    @cached_property
    def takedown(self) -> Ints:
        """(N,) minutes of taking down after each stay of a need."""
        return self.by_need(lambda need: need.takedown_minutes)

    @cached_property
    def longest_before(self) -> Ints:
        """(N,) minutes that any space is held at most before a stay of a need."""
        return self.setup + max(-space.hold(0, 0)[0] for space in self.spaces)

    @cached_property
    def _longest_buffer(self) -> int:
        return max(space.hold(0, 0)[1] for space in self.spaces)

    @cached_property
    def travel(self) -> Ints:
        """(sites, sites) minutes between all sites, as far one way as the other."""
        sites, travel = self.scenario.sites, self.scenario.policy.travel
        minutes = np.zeros((len(sites), len(sites)), dtype=np.int64)
        for i, here in enumerate(sites):
            minutes[i, i:] = [travel.minutes(here, there) for there in sites[i:]]
        return np.maximum(minutes, minutes.T)

    @cached_property
    def _longest_travel(self) -> int:
        return int(self.travel.max())

    @cached_property
    def longest_after(self) -> Ints:
        """(N,) minutes that any space, or anybody of the need on the way, is held at most after a stay."""
        travel = self.by_need(lambda need: self._longest_travel if need.leaders or need.audience else 0)
        return np.maximum(self.takedown + self._longest_buffer, travel)

    @cached_property
    def clock_changes(self) -> tuple[ClockChange, ...]:
        """The days whose 48 hours hold a change of the clocks."""
        zone = self.scenario.season.zone
        found: list[ClockChange] = []
        for d, day in enumerate(self.days):
            midnight = local_instant(day, 0, zone)
            if local_instant(day, 2 * DAY_MINUTES, zone) - midnight == timedelta(days=2):
                continue
            minutes = [step * TIME_STEP for step in range(SPAN_STEPS + 1)]
            found.append(
                ClockChange(
                    day=d,
                    defect=np.array([clock_defect(day, m, zone) is not None for m in minutes]),
                    utc=np.array([(local_instant(day, m, zone) - midnight) // timedelta(minutes=1) for m in minutes]),
                )
            )
        return tuple(found)

    @cached_property
    def change_of_day(self) -> Ints:
        """(num_days,) the change of clocks on each day, or -1."""
        change = np.full(self.num_days, -1)
        change[[change.day for change in self.clock_changes]] = np.arange(len(self.clock_changes))
        return change
