"""Paths of overlays: from ``spaces/site=alava/status`` to the values that it names in a scenario.

A path is read from left to right. A field of a record is named. An item of a list is named by its id (or title), by
its position from 1, by values of its fields (``place=hall,weekdays=mon``), or all are by ``*``. An entry of a mapping,
such as of prices, is named by its name, which may be ``*`` too.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

from models.base import BadInput, Issue
from models.nearest import did_you_mean, nearest
from scenarios.cells import plain
from scenarios.records import annotations

Document = dict[str, Any]
"""A scenario, or a part of it, as its file says it."""
NAMES = ("id", "title", "name")
"""Fields by which an item of a list is named, the first one that it has."""
SHOWN = 8
"""Of the names that there are, that a message lists."""


class Gone:
    """Stands in a list where an item was removed, so that the positions of the others stay."""


GONE = Gone()


class Target(NamedTuple):
    """A value that a path names."""

    holder: Any
    """The record, mapping or list that has it."""
    key: str | int
    """Its name or position there."""
    annotation: Any
    """What it is to be."""
    path: tuple[str, ...]
    """With the id or position of each item."""
    is_field: bool = False
    """Of a record, which always has it."""

    @property
    def value(self) -> Any:
        """What is there now; None where nothing is said."""
        if isinstance(self.holder, dict):
            return self.holder.get(str(self.key))
        return self.holder[self.key]


def find(root: Document, model: type[BaseModel], path: str, where: str) -> list[Target]:
    """Return every value that a path names, at least one.

    Parameters
    ----------
    model
        What the root is.
    where
        Names the overlay in messages.

    Raises
    ------
    BadInput
        When the path names nothing; with the nearest name where there is one.
    """
    targets = [Target({"": root}, "", model, ())]
    for depth, part in enumerate(path.split("/")):
        so_far = "/".join(path.split("/")[:depth]) or "a scenario"
        found = [inner for target in targets for inner in _inside(target, part)]
        if not found:
            problem = f"{so_far} has no {part!r}." if part else "the path has an empty part."
            raise BadInput([Issue(where=f"{where}, {path}", problem=problem, mend=_advice(targets, part))])
        targets = found
    return targets


def default(annotation: Any, holder: type[BaseModel], name: str) -> Any:
    """Return what a field of a record is where its file says nothing, as a file would say it."""
    value = holder.model_fields[name].get_default(call_default_factory=True)
    return TypeAdapter(annotation).dump_python(value, mode="json")


def name_of(item: Any, position: int) -> str:
    """Return by what an item of a list is named in paths: its id or title, or else its position from 1."""
    named = (str(item[name]) for name in NAMES if isinstance(item, dict) and item.get(name))
    text = next(named, str(position + 1))
    return text if "/" not in text else str(position + 1)


def record_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model of a record, also of one that may be left out; None where it is none, or one of several."""
    kind = plain(annotation)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def item_of(annotation: Any) -> Any:
    """Return what the items of a list, or the entries of a mapping, are to be; None where it is neither."""
    kind = plain(annotation)
    arguments = get_args(kind)
    if get_origin(kind) is tuple and arguments[-1:] == (...,):
        return arguments[0]
    return arguments[1] if get_origin(kind) is dict else None


def _inside(target: Target, part: str) -> Iterator[Target]:
    """Yield what a part of a path names inside a value."""
    value, model, item = target.value, record_of(target.annotation), item_of(target.annotation)
    if model is not None and isinstance(value, dict):
        if part in model.model_fields:
            hint = annotations(model)[part]
            if part not in value:
                value[part] = default(hint, model, part)
            yield Target(value, part, hint, (*target.path, part), is_field=True)
    elif isinstance(value, dict) and part:
        yield Target(value, part, item, (*target.path, part))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            if not isinstance(one, Gone) and _is_named(one, at, part):
                yield Target(value, at, item, (*target.path, name_of(one, at)))


def _is_named(item: Any, position: int, part: str) -> bool:
    """Tell whether a part of a path names an item of a list."""
    if part in ("*", name_of(item, position)):
        return True
    if "=" not in part or not isinstance(item, dict):
        return part == str(position + 1) and not any(isinstance(item, dict) and item.get(name) for name in NAMES)
    asked = (one.partition("=") for one in part.split(","))
    return all(_has(item.get(name.strip()), value.strip()) for name, _, value in asked)


def _has(value: Any, text: str) -> bool:
    """Tell whether a value is written so, or a list has an item that is."""
    if isinstance(value, list):
        return any(_has(one, text) for one in value)
    if value is None or isinstance(value, bool):
        return text == {True: "yes", False: "no", None: ""}[value]
    return str(value) == text


def _names(target: Target) -> Iterator[str]:
    """Yield what could be named inside a value."""
    value, model = target.value, record_of(target.annotation)
    if model is not None and isinstance(value, dict):
        yield from model.model_fields
    elif isinstance(value, dict):
        yield from value
    elif isinstance(value, list):
        yield from (name_of(one, at) for at, one in enumerate(value) if not isinstance(one, Gone))


def _advice(targets: Sequence[Target], part: str) -> str:
    """Say what could stand for a part of a path: values of the field that it asks for, or else names."""
    field, _, value = part.partition("=")
    items = [item for target in targets if isinstance(target.value, list) for item in target.value]
    values = dict.fromkeys(str(item[field]) for item in items if isinstance(item, dict) and item.get(field))
    if value and values:
        close = nearest(value, values)
        return f"Did you mean {field}={close}?" if close else _all_of([f"{field}={one}" for one in values])
    known = dict.fromkeys(name for target in targets for name in _names(target))
    return did_you_mean(part, known, _all_of(known))


def _all_of(known: Collection[str]) -> str:
    """List names that there are, and of many the first ones."""
    if not known:
        return "Nothing inside it can be named."
    more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
    return f"There are {', '.join([*known][:SHOWN])}{more}."
