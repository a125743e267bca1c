"""What there is to run: sets of instances, and peers. Everything is imported when asked for."""

from collections.abc import Callable, Collection, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from models.nearest import did_you_mean

if TYPE_CHECKING:
    from benchmarks.case import Case
    from benchmarks.peers.base import Peer
    from models.scenario import Scenario

Build = Callable[[], "Scenario | Case"]
"""Makes an instance: a scenario, still to be compiled, or a family's Case."""

FAMILIES = ("cbctt", "osa", "offices")
"""Sets read from files that are not part of the project."""
SETS = ("kuopio", "small", "town", "city", "metropolis", "sizes", *FAMILIES)


class UnknownName(ValueError):
    """A set, instance or peer that is not there."""


def known(kind: str, name: str, names: Collection[str]) -> str:
    """Return the name if it is known.

    Raises
    ------
    UnknownName
        With the nearest known name.
    """
    if name not in names:
        advice = did_you_mean(name, names, f"Known: {', '.join(names)}.")
        raise UnknownName(f"There is no {kind} {name}. {advice}")
    return name


def instances(set_name: str, path: Path | None = None) -> Mapping[str, Build]:
    """Return how to make each instance of a set, by name.

    Raises
    ------
    UnknownName
        When there is no such set.
    FileNotFoundError
        When the folder of the open instances is not there, or has none of the family.
    """
    known("set", set_name, SETS)
    if set_name in FAMILIES:
        cases: Mapping[str, Build] = import_module("benchmarks.families").cases(path)
        mine = {name: case for name, case in cases.items() if name.startswith(f"{set_name}-")}
        if not mine:
            raise FileNotFoundError(f"There are no instances in the folder {set_name} of the open instances.")
        return mine
    registry = import_module("benchmarks.instances").INSTANCES
    return {name: entry.build for name, entry in registry.items() if entry.set == set_name}


def about(set_name: str) -> dict[str, str]:
    """Return a sentence on each generated instance of a set."""
    if set_name in FAMILIES:
        return {}
    registry = import_module("benchmarks.instances").INSTANCES
    return {name: entry.about for name, entry in registry.items() if entry.set == set_name}


def peers() -> Mapping[str, "Peer"]:
    """Return every peer by name."""
    return cast("Mapping[str, Peer]", import_module("benchmarks.peers").PEERS)


def chosen(kind: str, asked: Iterable[str], names: Collection[str]) -> list[str]:
    """Return the asked names, all where none is asked.

    Raises
    ------
    UnknownName
        When one is not known.
    """
    return [known(kind, name, names) for name in asked] or list(names)
