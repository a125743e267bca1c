"""The one door to files: scenarios, plans and results are read and written here."""

from typing import Any

from models.plan import Plan
from models.result import Result
from models.scenario import Scenario
from scenarios.layout import PLAN_FILE, RESULT_FILE, library_names, library_path
from scenarios.plans import read_plan, read_result, write_plan, write_result
from scenarios.reading import read_links, read_needs, read_policy, read_scenario, read_with_issues
from scenarios.writing import write_links, write_scenario

__all__ = [
    "PLAN_FILE",
    "RESULT_FILE",
    "json_schema",
    "library_names",
    "library_path",
    "read_links",
    "read_needs",
    "read_plan",
    "read_policy",
    "read_result",
    "read_scenario",
    "read_with_issues",
    "write_links",
    "write_plan",
    "write_result",
    "write_scenario",
]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of what the product reads and writes: Scenario, Plan and Result."""
    return {model.__name__: model.model_json_schema() for model in (Scenario, Plan, Result)}
