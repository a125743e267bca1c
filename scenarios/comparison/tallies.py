"""Sessions and minutes of two plans by organisation, site, group and hour of the week; each sums to the totals."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from models.base import Frozen, Weekday
from models.needs import Organisation
from models.plan import Placement
from models.scenario import Scenario
from scenarios.comparison.changes import NeedChange, World
from scenarios.fairness import age_group

Pair = tuple[int, int]
"""Before and after."""


class Tally(Frozen):
    """What one organisation, site or group has in each of two plans."""

    key: str
    """Its id, or the word for it in the data; empty where nothing is said."""
    sessions: Pair
    minutes: Pair
    """Wall-clock minutes of the season."""

    @property
    def gain(self) -> int:
        """Minutes of the season that it gains, below zero what it loses."""
        return self.minutes[1] - self.minutes[0]


class GroupTally(Tally):
    """The same of those who ask, with what became of their sessions."""

    moved: int
    won: int
    lost: int


class HourTally(Frozen):
    """Minutes of the season in use in one hour of the week, by the clock on the wall, of all places together."""

    weekday: Weekday
    hour: int
    minutes: Pair


Placed = tuple[Sequence[tuple[Scenario, Placement]], Sequence[tuple[Scenario, Placement]]]


def placed(before: World, after: World) -> Placed:
    """Return the placements of both plans, each with its scenario."""
    one, other = ([(scenario, placement) for placement in plan.placements] for scenario, plan in (before, after))
    return one, other


def total(pair: Placed) -> Tally:
    """Sum up both plans."""
    return _tally("", pair)


def by_site(pair: Placed) -> tuple[Tally, ...]:
    """Sum up by site, the greatest change first."""
    parts = _parts(pair, lambda scenario, placement: scenario.space_by_id[placement.space].site)
    return tuple(sorted((_tally(key, part) for key, part in parts.items()), key=_by_change))


GROUPINGS: dict[str, Callable[[Scenario, str], str]] = {
    "organisation": lambda scenario, need: scenario.need_by_id[need].organisation,
    "class": lambda scenario, need: _asking(scenario, need).applicant_class,
    "theme": lambda scenario, need: _asking(scenario, need).theme or "",
    "age": lambda scenario, need: age_group(scenario.need_by_id[need]),
}
"""Of whom a need is, by the name of the grouping."""


def _asking(scenario: Scenario, need: str) -> Organisation:
    return scenario.organisation_by_id[scenario.need_by_id[need].organisation]


def by_group(grouping: str, before: World, after: World, changes: Iterable[NeedChange]) -> tuple[GroupTally, ...]:
    """Sum up by a grouping of needs, the greatest change first; who asks and has nothing in either is told too."""
    key_of = GROUPINGS[grouping]
    scenarios = (after[0], before[0])
    keys = {need.id: key_of(scenario, need.id) for scenario in scenarios for need in scenario.needs}
    parts = _parts(placed(before, after), lambda _, placement: keys[placement.need])
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for change in changes:
        counts[keys[change.need]].update(moved=change.moved, won=change.won, lost=change.lost)
    tallies = (
        GroupTally(
            **_tally(key, parts.get(key, ([], []))).model_dump(),
            **{kind: counts[key][kind] for kind in ("moved", "won", "lost")},
        )
        for key in dict.fromkeys(keys.values())
    )
    return tuple(sorted(tallies, key=_by_change))


def by_hour(pair: Placed) -> tuple[HourTally, ...]:
    """Sum up by weekday and hour of the clock; hours that neither plan uses are left out."""
    counts: tuple[Counter[tuple[int, int]], ...] = (Counter(), Counter())
    for side, count in zip(pair, counts, strict=True):
        for _, placement in side:
            for weekday, hour, minutes in _hours(placement):
                count[weekday, hour] += minutes
    used = sorted({*counts[0], *counts[1]})
    return tuple(HourTally(weekday=at[0], hour=at[1], minutes=(counts[0][at], counts[1][at])) for at in used)


def _hours(placement: Placement) -> Iterator[tuple[int, int, int]]:
    """Yield weekday, hour of the clock and minutes of the season; past midnight is the next day."""
    on_weekday = Counter(day.weekday() for day in placement.dates)
    for hour in range(placement.start // 60, -(-placement.ends_at // 60)):
        minutes = min(placement.ends_at, 60 * hour + 60) - max(placement.start, 60 * hour)
        for weekday, dates in on_weekday.items():
            yield (weekday + hour // 24) % 7, hour % 24, minutes * dates


def _parts(pair: Placed, key_of: Callable[[Scenario, Placement], str]) -> dict[str, Placed]:
    parts: dict[str, tuple[list[tuple[Scenario, Placement]], list[tuple[Scenario, Placement]]]] = {}
    for idx, side in enumerate(pair):
        for scenario, placement in side:
            parts.setdefault(key_of(scenario, placement), ([], []))[idx].append((scenario, placement))
    return dict(parts)


def _tally(key: str, pair: Placed) -> Tally:
    before, after = (sum(one.minutes * len(one.dates) for _, one in side) for side in pair)
    return Tally(key=key, sessions=(len(pair[0]), len(pair[1])), minutes=(before, after))


def _by_change(tally: Tally) -> tuple[int, int, str]:
    return -abs(tally.gain), -abs(tally.sessions[1] - tally.sessions[0]), tally.key
