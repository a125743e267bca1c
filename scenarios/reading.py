"""Read a scenario: every problem in its files is found at once and told with its place and its mending."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.agreements import Switch
from models.base import BadInput, Issue
from models.calendar import Season
from models.checks.view import ANY, Flaw
from models.consistency import find_flaws, issue_of
from models.needs import Need
from models.overlay import Overlay
from models.plan import Plan
from models.policy import Policy
from models.scenario import Scenario
from models.synergy import SynergyLink
from scenarios.documents import read_record
from scenarios.drafts import draft_of, draft_of_table, locate_policy
from scenarios.layout import RECORDS, SNAPSHOT_FILE
from scenarios.overlays import Overlaid, overlaid
from scenarios.overlays.scenario import new_flaws
from scenarios.plans import read_document, read_plan
from scenarios.problems import Fault, pointer_of_text
from scenarios.records import build
from scenarios.rows import MOST_TOLD, PARTS, Draft, Row

_STAND_INS: dict[str, Any] = {
    "season": Season(first=date(2000, 1, 1), last=date(2000, 1, 1)),
    "policy": Policy(id="unread", title="", version=""),
}
"""Stand in for what could not be read while the rest is checked; no check that asks for them is run then."""


_DIGITS = re.compile(r'"[-+]?([0-9]{1,20})(?:\.0*)?"')


def read_scenario(
    source: str | Path,
    policy: str | Path | None = None,
    agreements: Mapping[str, Switch] | None = None,
    overlays: Sequence[Overlay] = (),
) -> Scenario:
    """Read a scenario from a folder, from one YAML or JSON file, or from the library by its name.

    Parameters
    ----------
    policy
        A file, or a name in the library, to be taken for the scenario's own policy.
    agreements
        Which hold and which fall; conditional ones that are not named hold.
    overlays
        What-ifs to be applied to it.

    Raises
    ------
    BadInput
        With every error found in the files and between the records.
    """
    return read_what_if(source, policy, agreements, overlays).scenario


def read_policy(source: str | Path) -> Policy:
    """Read a policy by itself: a file, or a name in the library.

    Raises
    ------
    BadInput
        With everything that is wrong with it alone.
    """
    return read_record(Policy, locate_policy(source))


def read_what_if(
    source: str | Path,
    policy: str | Path | None = None,
    agreements: Mapping[str, Switch] | None = None,
    overlays: Sequence[Overlay] = (),
) -> Overlaid:
    """Read a scenario as ``read_scenario`` does, and tell what overlays changed in it, and every warning.

    Overlays come first: what agreements are switched to is said of the scenario with them.

    Raises
    ------
    BadInput
        With every error found, and the warnings after them.
    """
    return what_if_of(*read_with_issues(source, policy), agreements, overlays)


def read_for_plan(
    source: str | Path,
    plan_source: str | Path,
    policy: str | Path | None = None,
    agreements: Mapping[str, Switch] | None = None,
    overlays: Sequence[Overlay] = (),
) -> tuple[Scenario, Plan]:
    """Read a plan and the scenario that it was made for: with the plan's own overlays, where no others are given.

    Raises
    ------
    BadInput
        With every problem of the scenario, or else of the plan; whether the two go together, whoever judges it tells.
    """
    base, issues = read_with_issues(source, policy)
    plan = read_plan(plan_source)
    known = base.hash == plan.scenario_hash  # the scenario is as it was solved, overlays included
    return what_if_of(base, issues, agreements, overlays or (() if known else plan.overlays)).scenario, plan


def what_if_of(
    base: Scenario, issues: list[Issue], agreements: Mapping[str, Switch] | None, overlays: Sequence[Overlay]
) -> Overlaid:
    """Return a scenario that was read, and its issues, with overlays and then with switched agreements.

    Raises
    ------
    BadInput
        With every error found, and the warnings after them.
    """
    changed = overlaid(base, overlays)
    switched = changed.scenario.with_agreements(agreements or {})
    issues += changed.warnings
    if switched is not changed.scenario:
        issues += [issue_of(switched, flaw) for flaw in new_flaws(changed.scenario, switched)]
    _refuse_errors(issues)
    return Overlaid(switched, tuple(overlays), changed.edits, tuple(issues))


def _refuse_errors(issues: list[Issue]) -> None:
    if any(issue.severity == "error" for issue in issues):
        raise BadInput(sorted(issues, key=lambda issue: issue.severity == "warning"))


def read_with_issues(source: str | Path, policy: str | Path | None = None) -> tuple[Scenario, list[Issue]]:
    """Read a scenario as it is in its files, and its warnings.

    Raises
    ------
    BadInput
        With every error found, and the warnings after them.
    """
    return read_draft(draft_of(source, policy))


def read_draft(draft: Draft) -> tuple[Scenario, list[Issue]]:
    """Read a scenario of raw rows, and its warnings.

    Raises
    ------
    BadInput
        With every error found, and the warnings after them.
    """
    scenario = _whole(draft)
    rows, checked = draft.rows, scenario
    if checked is None:
        values, rows = _records(draft)
        scenario = _together(draft, values)
        checked = scenario or Scenario.model_construct(**{**_STAND_INS, "id": "", "title": "", **values})
    unread = {part: frozenset(ids) for part, ids in draft.unread.items()}
    draft.issues += [_issue_of(flaw, draft, rows) for flaw in find_flaws(checked, unread)]
    _refuse_errors(draft.issues)
    if scenario is None:
        raise BadInput(draft.issues)
    return scenario, draft.issues


def _whole(draft: Draft) -> Scenario | None:
    """Read a draft that is one JSON document without compact cells or mistakes at once, ten times as fast as by rows.

    None where that is not so, and row by row every value is read or told. Here pydantic reads the text alone, and
    strictly, so that it takes nothing that ``records.build`` would take for something else; it would take texts of
    digits for a date, as seconds since 1970, when they make a whole number of days.
    """
    text = draft.json
    if text is None or draft.issues or any(int(digits) % 86_400 == 0 for digits in _DIGITS.findall(text)):
        return None
    try:
        return Scenario.model_validate_json(text, strict=True)
    except ValidationError:
        return None


def _together(draft: Draft, values: Mapping[str, Any]) -> Scenario | None:
    """Build the scenario of what was read of it; note what is wrong with it as a whole."""
    scenario, faults = build(Scenario, values)
    for fault in faults:
        part = str(fault.path[0]) if fault.path else ""
        if part in draft.unread or (part not in PARTS and "head" in draft.unread):
            continue
        place = draft.places.get(part, draft.head)
        draft.issues.append(place.issue(fault if place is draft.head else Fault((), fault.problem, fault.mend)))
        draft.lose(part)
    return scenario


def read_snapshot(source: str | Path) -> Scenario:
    """Read the scenario of a run as it was solved, from the folder of the run or from the file in it.

    Records are checked each alone and not together: that was done when it was solved, and a what-if may leave nothing
    for some needs, which is an error of a scenario by itself.

    Raises
    ------
    BadInput
        With every problem of the file, each with its place in it.
    """
    return read_document(Scenario, source, SNAPSHOT_FILE)


def read_links(path: str | Path) -> tuple[SynergyLink, ...]:
    """Read links from a table that stands by itself, each checked alone.

    Raises
    ------
    BadInput
        With every error found in it.
    """
    draft = draft_of_table("links", Path(path))
    links: tuple[SynergyLink, ...] = _records(draft)[0]["links"]
    if draft.issues:
        raise BadInput(draft.issues)
    return links


def read_needs(path: str | Path) -> tuple[Need, ...]:
    """Read needs from a table that stands by itself, each checked alone.

    Raises
    ------
    BadInput
        With every error found in it.
    """
    draft = draft_of_table("needs", Path(path))
    needs: tuple[Need, ...] = _records(draft)[0]["needs"]
    if draft.issues:
        raise BadInput(draft.issues)
    return needs


def _records(draft: Draft) -> tuple[dict[str, Any], dict[str, list[Row]]]:
    """Build every record that can be built; return the scenario's values, and the row of each record by part."""
    values: dict[str, Any] = dict(draft.head.raw)
    rows: dict[str, list[Row]] = {}
    for part, model in PARTS.items():
        records = []
        rows[part] = []
        for row in draft.rows[part]:
            if draft.is_full:
                draft.lose(part)
                break
            record, faults = build(model, row.raw)
            draft.issues += [row.issue(fault) for fault in faults if not _told(fault, row, draft)]
            if record is None:
                draft.lose(part, str(row.raw.get("id") or row.raw.get("place") or ANY).strip())
            else:
                records.append(record)
                rows[part].append(row)
        if part in RECORDS:
            values[part] = tuple(records)
        elif records:
            values[part] = records[0]
    if draft.is_full:
        problem = f"there are more than {MOST_TOLD} problems, and the rest was not read."
        draft.complain(draft.head, problem, "Mend these first.")
    return values, rows


def _told(fault: Fault, row: Row, draft: Draft) -> bool:
    """Tell whether a value is missing in every row because its column is, which has been said once."""
    if not row.cells or not fault.missing:
        return False
    file = row.where.partition(" row ")[0]
    return any(issue.where == f"{file} row 1, {fault.path[0]}" for issue in draft.issues)


def _issue_of(flaw: Flaw, draft: Draft, rows: dict[str, list[Row]]) -> Issue:
    """Say where a flaw between records stands in the files."""
    row = draft.places.get(flaw.part, draft.head) if flaw.index is None else rows[flaw.part][flaw.index]
    where = ", ".join(filter(None, (row.where, flaw.field)))
    of_all = flaw.index is None and flaw.part in RECORDS  # its field is one of each record
    path = row.path + ("" if of_all else pointer_of_text(flaw.field))
    return Issue(where=where, problem=flaw.problem, mend=flaw.mend, severity=flaw.severity, path=path)
