"""What is handed in to a round, one record at a time: read, and checked beside the round's own places and rules."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeVar

from models.base import Issue
from models.checks.view import Flaw
from models.consistency import find_flaws
from models.needs import Need
from models.places import Availability, DatedException
from models.scenario import Scenario
from scenarios.problems import path_text, pointer_into, pointer_of_text
from scenarios.records import build

Record = TypeVar("Record", Need, Availability, DatedException)
SlotKind = Literal["hours", "exception"]
SLOTS: dict[SlotKind, type[Availability] | type[DatedException]] = {"hours": Availability, "exception": DatedException}
"""What an owner hands in."""
STAFF_FIELDS = ("weight", "pins", "last_season")
"""Fields of a need that decide who comes first, or what it has already: only staff set them."""


def read_need(base: Scenario, raw: Mapping[str, Any]) -> tuple[Need | None, list[Issue]]:
    """Read a need and check it beside a round's places and rules; return everything that is wrong with it.

    Parameters
    ----------
    base
        What the round plans with; its own needs do not count.
    raw
        As JSON has it; values may also be written as in cells of ``needs.csv``.

    Returns
    -------
    Need | None
        The need where the record is whole, whatever does not go together with the round.
    """
    need, issues = _read(Need, raw)
    if need is not None:
        issues = list(_beside(base.with_parts(needs=(need,), links=(), relations=()), "needs"))
    return need, issues


def read_slot(base: Scenario, kind: SlotKind, raw: Mapping[str, Any]) -> list[Issue]:
    """Return everything that is wrong with hours or an exception, alone and beside a round's places."""
    if kind == "hours":
        hours, issues = _read(Availability, raw)
        if hours is None:
            return issues
        return list(_beside(_empty(base).with_parts(availability=(hours,)), "availability"))
    exception, issues = _read(DatedException, raw)
    if exception is None:
        return issues
    return list(_beside(_empty(base).with_parts(exceptions=(exception,)), "exceptions"))


def spaces_at(base: Scenario, place: str) -> list[str]:
    """Return the spaces that hours for a place are for: itself, or all of a site."""
    return [space.id for space in base.spaces if place in (space.id, space.site)]


def owners_of(base: Scenario, place: str) -> set[str]:
    """Return who owns the spaces that hours for a place are for."""
    return {base.space_by_id[name].owner for name in spaces_at(base, place)}


def is_whole(issues: list[Issue]) -> bool:
    """Tell whether nothing is wrong that has to be mended."""
    return all(issue.severity != "error" for issue in issues)


def _empty(base: Scenario) -> Scenario:
    return base.with_parts(needs=(), links=(), relations=(), availability=(), exceptions=())


def _read(model: type[Record], raw: Mapping[str, Any]) -> tuple[Record | None, list[Issue]]:
    record, faults = build(model, raw)
    return record, [
        Issue(where=path_text(one.path), problem=one.problem, mend=one.mend, path=pointer_into(raw, one) or "/")
        for one in faults
    ]


def _beside(scenario: Scenario, part: str) -> Iterator[Issue]:
    """Yield what is wrong with the only record of a part beside the rest of a scenario."""
    for flaw in find_flaws(scenario, {}):
        if flaw.part == part and flaw.index == 0:
            yield issue_in(flaw)


def issue_in(flaw: Flaw) -> Issue:
    """Tell a flaw by its place in the record."""
    path = pointer_of_text(flaw.field) or "/"
    return Issue(where=flaw.field, problem=flaw.problem, mend=flaw.mend, severity=flaw.severity, path=path)
