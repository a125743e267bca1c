"""Import a town's present allocation, such as last season's or one made by hand, as a plan to be judged."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from models.base import WEEKDAYS, Frozen, Issue, format_clock
from models.needs import DateList, Need, Tenancy
from models.places import Space
from models.plan import Decisions, Placement, Plan
from models.scenario import Scenario
from scenarios.importers.dating import Dates, Dating
from scenarios.importers.matching import Matcher, Unmatched
from scenarios.importers.slots import Slot, read_slots
from solver.verify import skips_of

Found = TypeVar("Found")
Key = tuple[str, str, int, int, int | None]
"""What rows of one placement have in common: need, space, start, end and, but for date lists and offices, weekday."""


class Account(Frozen):
    """What became of the rows."""

    rows: int
    """Rows that hold anything; each is a part of a placement, without a slot, or unmatched."""
    placements: int
    without_slot: int
    """Rows of what was asked for and not given."""
    unmatched: int
    """Rows left out, each for a reason that ``issues`` tells."""
    lost_dates: int
    """Dates of all series on which the space is closed or keeps other hours, or the clocks change."""
    issues: tuple[Issue, ...]
    """Why rows were left out, as errors; what was guessed, as warnings."""


@dataclass
class _Series:
    """The dates that rows of one placement have given so far."""

    where: str
    dates: set[date] = field(default_factory=set)


def import_allocation(source: Path | str, scenario: Scenario) -> tuple[Plan, Account]:
    """Read a CSV file with a row for each weekly slot, and return the plan it makes and what became of its rows.

    Rows of one need, space, weekday and time make one placement.

    Parameters
    ----------
    source
        With our own columns (``Slot``), or with those of the results that Varaamo exports.

    Raises
    ------
    BadInput
        When the file cannot be read at all, or columns are missing.
    """
    rows = read_slots(Path(source))
    reader = _Reader(scenario)
    reader.issues += rows.issues
    for where, slot in rows.slots:
        reader.take(where, slot)
    placements = reader.placements()
    plan = Plan(
        scenario=scenario.id,
        scenario_hash=scenario.hash,
        policy_version=scenario.policy.version,
        placements=placements,
        decisions=Decisions(skips=skips_of(scenario, placements)),
    )
    account = Account(
        rows=rows.total,
        placements=len(plan.placements),
        without_slot=rows.without_slot,
        unmatched=rows.total - rows.without_slot - reader.taken,
        lost_dates=reader.lost_dates,
        issues=tuple(sorted(reader.issues, key=lambda issue: issue.severity == "warning")),
    )
    return plan, account


class _Reader:
    """Makes placements of slots, one by one."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.matcher, self.dating = Matcher(scenario), Dating(scenario)
        self.series: dict[Key, _Series] = {}
        self.issues: list[Issue] = []
        self.taken = self.lost_dates = 0

    def take(self, where: str, slot: Slot) -> None:
        """Add a slot to the plan, or say why it is left out."""
        need, space = self._match(where, slot, self.matcher.need), self._match(where, slot, self.matcher.space)
        if need is None or space is None:
            return
        if (doubt := _swapped(slot, need)) is not None:
            self.issues.append(Issue(where=where, problem=doubt, mend="Swap the two, or mend the wrong one."))
            return
        dates = self.dating.dates(slot, need, space)
        if not dates.held:
            problem = f"{need.id} has no {WEEKDAYS[slot.weekday]} in that part of the season."
            self.issues.append(Issue(where=where, problem=problem, mend="Mend the weekday, first or last."))
            return
        self.taken += 1
        self.lost_dates += len(dates.lost)
        for problem, mend in _doubts(slot, need, space, dates):
            self._warn(where, problem, mend)
        self._join(where, slot, need, space, dates)

    def placements(self) -> tuple[Placement, ...]:
        """Return what the slots taken so far make."""
        return tuple(
            Placement.from_minutes(need, space, start, end, tuple(sorted(series.dates)))
            for (need, space, start, end, _), series in self.series.items()
        )

    def _match(self, where: str, slot: Slot, of: Callable[[Slot], Found]) -> Found | None:
        try:
            return of(slot)
        except Unmatched as unmatched:
            self.issues.append(unmatched.at(where))
            return None

    def _join(self, where: str, slot: Slot, need: Need, space: Space, dates: Dates) -> None:
        """Add the dates to those that earlier rows gave the same placement."""
        weekday = None if isinstance(need.recurrence, DateList | Tenancy) else slot.weekday
        series = self.series.setdefault((need.id, space.id, slot.start, slot.ends_at, weekday), _Series(where))
        twice = series.dates & set(dates.held)
        if twice:
            problem = f"repeats {len(twice)} of the dates of {series.where}, from {min(twice)} on."
            self._warn(where, problem, "Each is taken once; remove the row, or mend it.")
        series.dates |= set(dates.held)

    def _warn(self, where: str, problem: str, mend: str) -> None:
        self.issues.append(Issue(where=where, problem=problem, mend=mend, severity="warning"))


def _swapped(slot: Slot, need: Need) -> str | None:
    """Say that a slot ends before it starts, where the need is too short for a night and not for the hours between."""
    minutes = slot.ends_at - slot.start
    if minutes <= need.max_minutes or not 0 <= slot.start - slot.end <= need.max_minutes:
        return None
    start, end = format_clock(slot.start), format_clock(slot.end)
    order = f"ends at {end}, before it starts at {start}" if end != start else f"starts and ends at {start}"
    return (
        f"{order}; until the next day it would last {minutes} minutes, and {need.id} lasts {need.max_minutes} at most."
    )


def _doubts(slot: Slot, need: Need, space: Space, dates: Dates) -> Iterator[tuple[str, str]]:
    """Say what of a row's dates was guessed or is not as the scenario has it, and how to mend it."""
    if dates.guessed:
        problem = f"does not say on which of the weeks {need.id} meets; the first is taken to be {dates.held[0]}."
        yield problem, "Write the first date into first."
    if dates.never_open:
        problem = f"{space.id} does not offer these hours on any of its {len(dates.held)} dates; all are kept."
        yield problem, "Mend the row, or the hours that the space offers; verify tells what is broken."
    if dates.beyond:
        problem = f"runs from {slot.first or 'the start'} to {slot.last or 'the end'}, beyond the season."
        yield problem, "Only the season's dates are taken."
