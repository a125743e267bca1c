"""The one door to files: scenarios, plans and results are read and written here."""

from typing import Any

from models.overlay import Overlay
from models.plan import Plan
from models.result import Result
from models.scenario import Scenario
from models.study import Study
from scenarios.layout import PLAN_FILE, RESULT_FILE, SNAPSHOT_FILE, library_names, library_path
from scenarios.overlays import read_overlay
from scenarios.plans import read_plan, read_result, write_plan, write_result
from scenarios.reading import (
    read_for_plan,
    read_links,
    read_needs,
    read_policy,
    read_scenario,
    read_snapshot,
    read_what_if,
    read_with_issues,
)
from scenarios.writing import write_links, write_scenario, write_snapshot

__all__ = [
    "PLAN_FILE",
    "RESULT_FILE",
    "SNAPSHOT_FILE",
    "json_schema",
    "library_names",
    "library_path",
    "read_for_plan",
    "read_links",
    "read_needs",
    "read_overlay",
    "read_plan",
    "read_policy",
    "read_result",
    "read_scenario",
    "read_snapshot",
    "read_what_if",
    "read_with_issues",
    "write_links",
    "write_plan",
    "write_result",
    "write_scenario",
    "write_snapshot",
]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of what the product reads and writes: Scenario, Plan, Result, Overlay and Study."""
    return {model.__name__: model.model_json_schema() for model in (Scenario, Plan, Result, Overlay, Study)}
