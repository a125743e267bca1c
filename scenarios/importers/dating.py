"""Work out on which dates a weekly slot is held: as its row and its need say, where its space is open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from models.calendar import clock_defect, local_instant
from models.needs import Biweekly, DateList, Monthly, Need, Once
from models.places import Space
from models.scenario import Scenario
from scenarios.importers.slots import Slot
from solver.verify.offers import Offers

ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Dates:
    """The dates of one slot; ``held`` is empty where it has none in the season."""

    held: tuple[date, ...]
    lost: tuple[date, ...] = ()
    """Dates of the series on which the space is closed or keeps other hours, or the clocks change."""
    guessed: bool = False
    """Whether other dates would fit the row as well, as with a slot of every other week that does not say which."""
    never_open: bool = False
    """Whether no date is within the hours offered: then all are kept, for the judge of plans to tell."""
    beyond: bool = False
    """Whether the row runs beyond the season."""


class Dating:
    """Works out dates in one scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._offers = Offers(scenario)

    def dates(self, slot: Slot, need: Need, space: Space) -> Dates:
        """Return the dates of a slot: of the series that fit its row, the one held most often, the first of equals."""
        season = self.scenario.season
        beyond = (slot.first or season.first) < season.first or (slot.last or season.last) > season.last
        series = ([day for day in days if day not in need.off_dates] for days in self._series(slot, need))
        options = [self._opened(days, slot, need, space) for days in series if days]
        if not options:
            return Dates((), beyond=beyond)
        best = max(options, key=lambda one: (not one.never_open) * len(one.held))
        guessed = any(one.held != best.held for one in options)
        return Dates(best.held, best.lost, guessed, best.never_open, beyond)

    def _opened(self, days: list[date], slot: Slot, need: Need, space: Space) -> Dates:
        """Take the dates off a series on which the slot cannot be held: its hours are not offered, or do not last."""
        applicant = self.scenario.organisation_by_id[need.organisation].applicant_class
        opening = self._offers.opening(space, applicant)
        closed = set(opening.closed_dates(days, slot.start, slot.ends_at))
        if len(closed) == len(days):
            return Dates(tuple(days), never_open=True)
        lost = closed | {day for day in days if self._clocks_change(day, slot, need)}
        if len(lost) == len(days):
            lost = closed  # a slot of that one night is the town's will, and the judge's to tell of
        return Dates(tuple(day for day in days if day not in lost), tuple(sorted(lost)))

    def _clocks_change(self, day: date, slot: Slot, need: Need) -> bool:
        """Tell whether a change of clocks makes the slot too short or long for the need, or takes its start or end."""
        zone = self.scenario.season.zone
        if clock_defect(day, slot.start, zone) or clock_defect(day, slot.ends_at, zone):
            return True
        elapsed = local_instant(day, slot.ends_at, zone) - local_instant(day, slot.start, zone)
        minutes = elapsed // timedelta(minutes=1)
        return minutes != slot.ends_at - slot.start and not need.min_minutes <= minutes <= need.max_minutes

    def _series(self, slot: Slot, need: Need) -> Iterator[list[date]]:
        """List the series that a row may mean, by its own words first and by its need's where it says nothing."""
        days = self._weekdays(slot, need)
        match need.recurrence:
            case DateList(dates=listed) if slot.every is None:
                yield [day for day in days if day in listed]
            case Once() if slot.every is None:
                yield from ([day] for day in (days[:1] if slot.first else days))
            case Monthly(nth=nths) if slot.every is None:
                yield from _ends_fitting([[day for day in days if _is_nth(day, nth)] for nth in nths], slot)
            case Biweekly(phase=phase) if slot.every is None:
                yield from self._stepped(days, slot, 2, phase)
            case _:
                yield from self._stepped(days, slot, slot.every or 1, None)

    def _weekdays(self, slot: Slot, need: Need) -> list[date]:
        """Return the dates on the slot's weekday from its first to its last, within the season."""
        season = self.scenario.season
        first = max(season.first, slot.first or need.first or season.first)
        last = min(season.last, slot.last or need.last or season.last)
        day = first + timedelta(days=(slot.weekday - first.weekday()) % 7)
        return [day + n * ONE_WEEK for n in range((last - day).days // 7 + 1)] if day <= last else []

    def _stepped(self, days: list[date], slot: Slot, weeks: int, phase: int | None) -> Iterator[list[date]]:
        """Take every so manieth week: from the row's first date, or in each phase that the need would have."""
        if slot.first is not None:
            yield days[::weeks]
            return
        anchor = self.scenario.season.anchor
        for turn in range(weeks) if phase is None else (phase,):
            yield [day for day in days if (day - anchor).days // 7 % weeks == turn]


def _ends_fitting(series: list[list[date]], slot: Slot) -> list[list[date]]:
    """Keep the series that begin, then those that end, within a week of what the row says; all where none does."""
    if slot.first is not None:
        series = [days for days in series if days and days[0] - slot.first < ONE_WEEK] or series
    if slot.last is not None:
        series = [days for days in series if days and slot.last - days[-1] < ONE_WEEK] or series
    return series


def _is_nth(day: date, n: int) -> bool:
    """Tell whether a day is the nth of its weekday in its month; -1 is the last."""
    if n == -1:
        return (day + ONE_WEEK).month != day.month
    return (day.day - 1) // 7 + 1 == n
