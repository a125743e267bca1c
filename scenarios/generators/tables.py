"""Read tables of facts and assumptions, draw from them by seed, and say where a value comes from."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar
from zlib import crc32

import numpy as np
from pydantic import BaseModel

from models.base import BadInput, Issue, Origin
from scenarios.records import build

Row = TypeVar("Row", bound=BaseModel)
Item = TypeVar("Item")


def read_table(path: Path, model: type[Row]) -> list[Row]:
    """Read the rows of a CSV file; columns that the model has no field for are for people.

    Raises
    ------
    BadInput
        When rows do not fit the model.
    """
    rows: list[Row] = []
    issues: list[Issue] = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, cells in enumerate(csv.DictReader(file), 2):
            raw = {name: cell for name, cell in cells.items() if cell and name in model.model_fields}
            row, faults = build(model, raw)
            issues += [Issue(where=f"{path.name} row {number}", problem=f.problem, mend=f.mend) for f in faults]
            rows += [] if row is None else [row]
    if issues:
        raise BadInput(issues)
    return rows


def stream(seed: int, *names: object) -> np.random.Generator:
    """Return the random stream of one named thing, so that a new row changes no other thing's values."""
    return np.random.default_rng([seed, crc32("/".join(map(str, names)).encode())])


def pick(rng: np.random.Generator, items: Sequence[Item], weights: Sequence[float]) -> Item:
    """Draw one item by weight."""
    share = np.asarray(weights, dtype=float)
    return items[int(rng.choice(len(items), p=share / share.sum()))]


def pick_some(rng: np.random.Generator, items: Sequence[Item], weights: Sequence[float], count: int) -> list[Item]:
    """Draw different items by weight, in the order of the list; all of them where the list is short."""
    share = np.asarray(weights, dtype=float)
    drawn = rng.choice(len(items), size=min(count, len(items)), replace=False, p=share / share.sum())
    return [items[i] for i in sorted(drawn.tolist())]


def step_between(rng: np.random.Generator, low: int, high: int, step: int) -> int:
    """Draw a multiple of the step from low to high, both included."""
    first, last = -(-low // step), high // step
    return step * int(rng.integers(first, max(first, last) + 1))


def fact(url: str, basis: str | None = None) -> Origin:
    """Say that a value is stated on a page."""
    return Origin(kind="fact", url=url, basis=basis)


def derived(basis: str) -> Origin:
    """Say that a value follows from facts, and how."""
    return Origin(kind="derived", basis=basis)


def assumed(basis: str) -> Origin:
    """Say that a value is an assumption, and from what."""
    return Origin(kind="assumed", basis=basis)
