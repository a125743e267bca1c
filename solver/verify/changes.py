"""Judge of changes: how a plan differs from one that was published, and what that costs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from models.needs import Need
from models.plan import Placement
from models.replan import KINDS, ChangePrices, Changes, Kind, SessionChange, day_cell
from models.scenario import Scenario


class _Cost(NamedTuple):
    """What a change costs, and how many kinds of change it is; less of the latter is better at equal points."""

    points: int
    kinds: int


def changes(
    scenario: Scenario, before: Iterable[Placement], after: Iterable[Placement], prices: ChangePrices
) -> Changes:
    """Tell how the sessions of a plan differ from those published, and what that costs.

    A need's session on a weekday is the one that was there before. Of its other ones, old and new are paired so that
    the changes cost least.

    Parameters
    ----------
    before
        Of needs that the scenario has, on dates that they still can have (see ``still_asked``).
    """
    old, new = _by_need(before), _by_need(after)
    found: list[SessionChange] = []
    kept = 0
    for need in scenario.needs:
        for change in _of_need(_Judge(scenario, need, prices), old[need.id], new[need.id]):
            if change.kinds:
                found.append(change)
            else:
                kept += 1
    return _summed(scenario, kept, found)


def _by_need(placements: Iterable[Placement]) -> defaultdict[str, list[Placement]]:
    found: defaultdict[str, list[Placement]] = defaultdict(list)
    for one in sorted(placements, key=lambda one: (one.start, one.ends_at, one.space, one.dates)):
        found[one.need].append(one)
    return found


def _summed(scenario: Scenario, kept: int, found: Sequence[SessionChange]) -> Changes:
    count = Counter(kind for change in found for kind in change.kinds)
    concerned = {change.need for change in found if change.before is not None}
    return Changes(
        points=sum(change.points for change in found),
        kept=kept,
        moved=sum(change.before is not None and change.after is not None for change in found),
        lost=count["lost"],
        new=count["new"],
        kinds={kind: count[kind] for kind in KINDS},
        persons=sum(scenario.need_by_id[need].size for need in concerned),
        changes=tuple(found),
    )


class _Judge:
    """Judges the sessions of one need."""

    def __init__(self, scenario: Scenario, need: Need, prices: ChangePrices) -> None:
        self.scenario, self.need, self.prices = scenario, need, prices

    def loss(self, old: Placement) -> int:
        """Return what losing a session costs."""
        return self.need.size * len(old.dates) * self.prices.lost_session // 100

    def kinds(self, old: Placement, new: Placement) -> tuple[Kind, ...]:
        """Return the kinds of change from one session to another."""
        found: set[Kind] = set()
        if old.space != new.space:
            was = self.scenario.space_by_id.get(old.space)
            here = self.scenario.space_by_id[new.space].site
            found.add("room" if was is not None and was.site == here else "site")
        if self._other_day(old, new):
            found.add("day")
        elif old.start != new.start:
            found.add("time")
        if old.minutes != new.minutes:
            found.add("duration")
        if self._held(old, new) < len(old.dates):
            found.add("dates")
        return tuple(kind for kind in KINDS if kind in found)

    def _other_day(self, old: Placement, new: Placement) -> bool:
        same_session = day_cell(self.need, old) == day_cell(self.need, new)
        return not same_session or set(old.dates).isdisjoint(new.dates)

    def _held(self, old: Placement, new: Placement) -> int:
        """Return on how many dates a session goes on."""
        if self._other_day(old, new):
            return min(len(old.dates), len(new.dates))
        return len({*old.dates} & {*new.dates})

    def cost(self, old: Placement, new: Placement) -> _Cost:
        """Return what it costs that one session takes the place of another."""
        kinds, held = self.kinds(old, new), self._held(old, new)
        each_date = 60 * sum(getattr(self.prices, kind) for kind in kinds if kind != "dates")
        if "time" in kinds:
            each_date += self.prices.time_hour * abs(old.start - new.start)
        total = held * each_date + 60 * (len(old.dates) - held) * self.prices.lost_date
        return _Cost(min(self.loss(old), self.need.size * total // 6000), len(kinds))

    def change(self, old: Placement, new: Placement) -> SessionChange:
        """Say what has changed of a session."""
        gone: set[date] = set() if self._other_day(old, new) else {*old.dates} - {*new.dates}
        return SessionChange(
            need=self.need.id,
            before=old,
            after=new,
            kinds=self.kinds(old, new),
            lost_dates=tuple(sorted(gone)),
            persons=self.need.size,
            points=self.cost(old, new).points,
        )


def _of_need(judge: _Judge, old: list[Placement], new: list[Placement]) -> Iterator[SessionChange]:
    """Yield what became of each session of a need, and its new ones."""
    old, new = [*old], [*new]
    for one in [*new]:
        same = [was for was in old if day_cell(judge.need, was) == day_cell(judge.need, one)]
        if same:
            old.remove(same[0])
            new.remove(one)
            yield judge.change(same[0], one)
    pairs = _paired(judge, old, new)
    for was, one in pairs:
        yield judge.change(was, one)
    yield from _unpaired(judge, [was for was in old if was not in [pair[0] for pair in pairs]], "lost")
    yield from _unpaired(judge, [one for one in new if one not in [pair[1] for pair in pairs]], "new")


def _unpaired(judge: _Judge, placements: Iterable[Placement], kind: Kind) -> Iterator[SessionChange]:
    lost = kind == "lost"
    for one in placements:
        yield SessionChange(
            need=judge.need.id,
            before=one if lost else None,
            after=None if lost else one,
            kinds=(kind,),
            persons=judge.need.size,
            points=judge.loss(one) if lost else 0,
        )


def _paired(judge: _Judge, old: Sequence[Placement], new: Sequence[Placement]) -> list[tuple[Placement, Placement]]:
    """Pair as many sessions as there are on both sides, for the least cost: there are seven at most."""

    @cache
    def best(position: int, taken: int) -> tuple[int, int, int, tuple[tuple[int, int], ...]]:
        """Return pairs short of, points, kinds and pairs from a new session on, with some old ones taken."""
        if position == len(new):
            return 0, 0, 0, ()
        short, points, kinds, pairs = best(position + 1, taken)
        options = [(short + 1, points, kinds, pairs)]
        for i, was in enumerate(old):
            if not taken & 1 << i:
                cost = judge.cost(was, new[position])
                short, points, kinds, pairs = best(position + 1, taken | 1 << i)
                # That it is not lost is a gain.
                points += cost.points - judge.loss(was)
                options.append((short, points, kinds + cost.kinds, ((i, position), *pairs)))
        return min(options)

    return [(old[i], new[j]) for i, j in best(0, 0)[3]]


def still_asked(scenario: Scenario, placements: Iterable[Placement]) -> tuple[list[Placement], list[Placement]]:
    """Sort the placements of a plan of another version: what can still be asked of them, and what is gone.

    Returns
    -------
    kept, gone
        Placements on the dates that their need can still have; and those, with their other dates, of needs that are
        not there any more or do not meet then. Both are as short as they need be: a placement may be in both.
    """
    kept: list[Placement] = []
    gone: list[Placement] = []
    for one in placements:
        need = scenario.need_by_id.get(one.need)
        dates = [] if need is None else [day for day in one.dates if _meets(scenario, need, day)]
        left = [day for day in one.dates if day not in dates]
        kept += _on(one, dates)
        gone += _on(one, left)
    return kept, gone


def _on(placement: Placement, dates: Sequence[date]) -> list[Placement]:
    return [placement.model_copy(update={"dates": tuple(dates)})] if dates else []


def _meets(scenario: Scenario, need: Need, day: date) -> bool:
    season = scenario.season
    first, last = max(season.first, need.first or season.first), min(season.last, need.last or season.last)
    return first <= day <= last and day not in need.off_dates
