"""Read and write plans and results as JSON that a person can read and git compares line by line."""

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from models.base import BadInput, Issue
from models.plan import Plan
from models.result import Result
from models.scenario import Scenario
from scenarios.layout import PLAN_FILE, RESULT_FILE
from scenarios.parsing import one_issue, parse_json, read_text
from scenarios.problems import path_text
from scenarios.records import build

Document = TypeVar("Document", bound=BaseModel)
_MARK: dict[type[BaseModel], str] = {Plan: "placements", Result: "status", Scenario: "season"}
"""A field that each kind of document has and the others have not."""


def read_plan(path: str | Path) -> Plan:
    """Read a plan from its file, or from the folder of a run.

    Raises
    ------
    BadInput
        With every problem of the file, each with its place in it.
    """
    return read_document(Plan, path, PLAN_FILE)


def read_result(path: str | Path) -> Result:
    """Read a result from its file, or from the folder of a run.

    Raises
    ------
    BadInput
        With every problem of the file, each with its place in it.
    """
    return read_document(Result, path, RESULT_FILE)


def write_plan(plan: Plan, path: str | Path) -> None:
    """Write a plan, one placement a line."""
    _write(plan, path)


def write_result(result: Result, path: str | Path) -> None:
    """Write a result, one entry of each list a line."""
    _write(result, path)


def read_document(model: type[Document], source: str | Path, name: str) -> Document:
    """Read a record of a JSON file, or of the file of that name in a folder.

    Raises
    ------
    BadInput
        With every problem of the file, each with its place in it.
    """
    path, kind = Path(source), model.__name__.lower()
    mend = f"Name a folder that solve or import wrote, or a {kind} file."
    try:
        if path.is_dir():
            path = path / name
        found = path.exists()
    except (OSError, ValueError):
        raise one_issue(str(source)[:200], "this is no path.", mend) from None
    if not found:
        problem = "there is no such file or folder." if path == Path(source) else f"the folder has no {name}."
        raise one_issue(str(source), problem, mend)
    data = parse_json(read_text(path), str(path))
    if not isinstance(data, dict):
        raise one_issue(str(path), "the file does not hold named fields.", f"Write a {kind} as JSON.")
    if _MARK[model] not in data and (other := next((one for one, mark in _MARK.items() if mark in data), None)):
        problem = f"the file holds a {other.__name__.lower()} and no {kind}."
        raise one_issue(str(path), problem, f"Name the {name} of the same folder, or the folder.")
    document, faults = build(model, data)
    if document is None:
        raise BadInput(
            [
                Issue(
                    where=": ".join(filter(None, (str(path), path_text(fault.path)))),
                    problem=fault.problem,
                    mend=fault.mend,
                )
                for fault in faults
            ]
        )
    return document


def _write(document: BaseModel, path: str | Path) -> None:
    Path(path).write_bytes(readable(document.model_dump(mode="json")).encode())


def readable(data: dict[str, Any]) -> str:
    """Write JSON with a line for each field, and in lists a line for each item."""
    fields = []
    for name, value in data.items():
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list) and value:
            items = ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in value)
            text = f"[\n  {items}\n ]"
        fields.append(f" {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(fields) + "\n}\n"
