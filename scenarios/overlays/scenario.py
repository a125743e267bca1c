"""A scenario with overlays: what they change is made, read again and checked together with all that stays."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, NamedTuple

from pydantic import ValidationError

from models.base import BadInput, Frozen, Issue
from models.checks.view import Flaw
from models.consistency import find_flaws, issue_of
from models.overlay import Edit, Overlay
from models.scenario import Scenario
from scenarios.layout import RECORDS
from scenarios.overlays.paths import Document
from scenarios.overlays.stack import stack, undo
from scenarios.problems import faults_of, path_text
from scenarios.records import build


class Overlaid(NamedTuple):
    """A scenario with overlays."""

    scenario: Scenario
    overlays: tuple[Overlay, ...]
    edits: tuple[Edit, ...]
    """Every value that they changed, from what to what."""
    warnings: tuple[Issue, ...]


def overlaid(scenario: Scenario, overlays: Sequence[Overlay]) -> Overlaid:
    """Return a scenario that ``find_issues`` found no error in with overlays, in an order that their ``after`` allows.

    Raises
    ------
    BadInput
        When overlays name what is not there or contradict each other, or what they give is no sound scenario.
    """
    if not overlays:
        return Overlaid(scenario, (), (), ())
    document, edits, warnings = stack(document_of(scenario), overlays)
    changed = _read(scenario, document, edits)
    told = [issue_of(changed, flaw) for flaw in new_flaws(scenario, changed)]
    names = ", ".join(one.id for one in overlays)
    issues = [one.model_copy(update={"where": f"{one.where} (with {names})"}) for one in told]
    if any(issue.severity == "error" for issue in issues):
        raise BadInput(sorted(issues, key=lambda issue: issue.severity == "warning"))
    return Overlaid(changed, tuple(overlays), edits, (*warnings, *issues))


def restored(scenario: Scenario, edits: Sequence[Edit]) -> Scenario:
    """Return the scenario as it was before edits were made that gave this one."""
    document = document_of(scenario)
    return _read(scenario, undo(document, edits), edits)


def new_flaws(before: Scenario, changed: Scenario) -> list[Flaw]:
    """Return the flaws of a changed scenario that the same record did not have before, softened."""
    known = {_stands(before, flaw) for flaw in find_flaws(before, {})}
    return [softened(flaw, changed) for flaw in find_flaws(changed, {}) if _stands(changed, flaw) not in known]


def _stands(scenario: Scenario, flaw: Flaw) -> tuple[str, str, str]:
    """Return what a flaw is and where it stands; positions move when records come and go, and are left out."""
    record = None if flaw.index is None else getattr(scenario, flaw.part)[flaw.index]
    return flaw.part, getattr(record, "id", ""), flaw.problem


def softened(flaw: Flaw, changed: Scenario) -> Flaw:
    """Return a flaw that a what-if makes: a need that nothing is left for is without, which is no error."""
    unpinned = flaw.index is not None and flaw.without and not changed.needs[flaw.index].pins
    return replace(flaw, severity="warning") if unpinned else flaw


def document_of(scenario: Scenario) -> Document:
    """Return a scenario as one file would say it."""
    return scenario.model_dump(mode="json")


def _read(scenario: Scenario, document: Document, edits: Iterable[Edit]) -> Scenario:
    """Read the parts of a document that edits changed; records that are as they were stay the same.

    Raises
    ------
    BadInput
        With every value that is refused, and the overlays that speak of its record.
    """
    touched = dict.fromkeys(edit.path.partition("/")[0] for edit in edits)
    issues: list[Issue] = []
    parts = {part: _part(scenario, part, document[part], edits, issues) for part in touched}
    if issues:
        raise BadInput(issues)
    try:
        return Scenario.model_validate({**_fields(scenario), **parts})
    except ValidationError as error:
        names = ", ".join(dict.fromkeys(edit.overlay for edit in edits))
        raise BadInput(
            [
                Issue(where=", ".join(filter(None, (names, path_text(one.path)))), problem=one.problem, mend=one.mend)
                for one in faults_of(error, Scenario)
            ]
        ) from error


def _fields(scenario: Scenario) -> dict[str, Any]:
    return {name: getattr(scenario, name) for name in Scenario.model_fields}


def _part(scenario: Scenario, part: str, value: Any, edits: Iterable[Edit], issues: list[Issue]) -> Any:
    now = getattr(scenario, part)
    if part in RECORDS:
        kept = {_key(one.model_dump(mode="json")): one for one in now}
        return tuple(kept.get(_key(raw)) or _record(RECORDS[part], raw, part, edits, issues) for raw in value)
    if isinstance(now, Frozen):
        return _record(type(now), value, part, edits, issues)
    return value


def _key(raw: Any) -> str:
    return repr(raw)


def _record(model: type[Frozen], raw: Document, part: str, edits: Iterable[Edit], issues: list[Issue]) -> Frozen | None:
    record, faults = build(model, deepcopy(raw))
    path = f"{part}/{raw['id']}" if part in RECORDS and "id" in raw else part
    if not faults:  # Who speaks of a record is asked only where it is refused: an overlay may add thousands.
        return record
    names = dict.fromkeys(edit.overlay for edit in edits if f"{edit.path}/".startswith(f"{path}/"))
    for fault in faults:
        where = ", ".join(filter(None, (f"overlay {' and '.join(names)}", path, path_text(fault.path))))
        issues.append(Issue(where=where, problem=fault.problem, mend=fault.mend))
    return record
