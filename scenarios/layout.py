"""What a scenario folder is made of: its files, their columns, and the library of ready scenarios."""

from functools import cache
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from models.base import Frozen
from models.scenario import Scenario

SCENARIO_FILE = "scenario.yaml"
POLICY_FILE = "policy.yaml"
PLAN_FILE = "plan.json"
RESULT_FILE = "result.json"
SNAPSHOT_FILE = "scenario.json"
"""The scenario of a run, as it was solved: with its overlays, agreements and policy."""
LIBRARY = Path(__file__).parent / "library"
"""One folder for each scenario that comes with the product."""
POLICIES = LIBRARY / "policies"
"""One file for each policy that comes with it."""

RECORDS: dict[str, type[Frozen]] = {
    name: get_args(field.annotation)[0]
    for name, field in Scenario.model_fields.items()
    if get_args(field.annotation)[-1:] == (...,)
}
"""Model of each list of records in a scenario."""

CSV_KINDS: tuple[str, ...] = tuple(kind for kind in RECORDS if kind != "conflicts")
"""Kinds with a spreadsheet of their own; conflicts are few and stand in the scenario file."""


def csv_file(kind: str) -> str:
    """Name of the file that holds the records of a kind."""
    return f"{kind}.csv"


@cache
def columns(model: type[BaseModel]) -> tuple[str, ...]:
    """Fields in the order they are written: required ones first, a model's own before inherited, origins last."""

    def rank(name: str) -> tuple[bool, bool, bool]:
        return name == "origins", not model.model_fields[name].is_required(), name not in model.__annotations__

    return tuple(sorted(model.model_fields, key=rank))


def library_names() -> list[str]:
    """Names of the scenarios that come with the product."""
    return sorted(path.parent.name for path in LIBRARY.glob(f"*/{SCENARIO_FILE}"))


def library_path(name: str) -> Path:
    """Folder of a library scenario.

    Raises
    ------
    KeyError
        When the library has none of that name.
    """
    if name not in library_names():
        raise KeyError(name)
    return LIBRARY / name


def policy_names() -> list[str]:
    """Names of the policies that come with the product."""
    return sorted(path.stem for path in POLICIES.glob("*.yaml"))
