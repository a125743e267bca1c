"""From raw mappings, as a spreadsheet row or a YAML file gives them, to checked records."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ValidationError

from scenarios.cells import TEXT, TEXTS, cell_of, parse_cell, plain
from scenarios.notation import BadCell, date_text
from scenarios.problems import Fault, Path, faults_of

Record = TypeVar("Record", bound=BaseModel)


@cache
def annotations(model: type[BaseModel]) -> dict[str, Any]:
    """Annotations of a model's fields by name, whole: with what pydantic keeps apart as metadata."""
    hints = get_type_hints(model, include_extras=True)
    return {name: hints[name] for name in model.model_fields}


def build(model: type[Record], raw: Mapping[str, Any]) -> tuple[Record | None, list[Fault]]:
    """Make a record of a mapping whose values may be compact cells; say everything that is wrong with it.

    A field that cannot be read hides no other: the rest is checked without it.
    """
    faults: list[Fault] = []
    values = _fields(model, raw, (), faults)
    unread = [fault.path for fault in faults]
    try:
        record = model.model_validate(values)
    except ValidationError as error:
        refused = (replace(fault, path=_as_written(fault.path, values)) for fault in faults_of(error, model))
        faults += [fault for fault in refused if not _follows(fault.path, unread)]
    return (None if faults else record), faults


class _Items(list[Any]):
    """What the cells of a list hold, none or several in each; ``cells`` has the number of each item's cell."""

    cells: list[int]


def _as_written(path: Path, values: Any) -> Path:
    """Return a path inside the values that were read as one inside what is written: items by their cells."""
    written: list[str | int] = []
    for part in path:
        written.append(values.cells[part] if isinstance(values, _Items) and isinstance(part, int) else part)
        with suppress(KeyError, IndexError, TypeError):  # the name of a kind, or of a value that is not there
            values = values[part]
    return tuple(written)


def _follows(path: Path, unread: list[Path]) -> bool:
    """Tell whether a fault at a path may only be there because another value was left out as unreadable."""
    return any(path[: len(one)] == one or one[: len(path)] == path for one in unread)


def _fields(model: type[BaseModel], raw: Mapping[str, Any], path: Path, faults: list[Fault]) -> dict[str, Any]:
    hints = annotations(model)
    values: dict[str, Any] = {}
    for name, value in raw.items():
        here = (*path, name)
        if name not in hints:
            values[name] = value
            continue
        known = len(faults)
        read = decode(hints[name], value, here, faults)
        blank = read is None and plain(hints[name]) is hints[name]  # then the default holds
        if not blank and not any(fault.path == here for fault in faults[known:]):
            values[name] = read
    return values


def decode(annotation: Any, value: Any, path: Path, faults: list[Fault]) -> Any:
    """Turn compact cells anywhere inside a value into what its model takes; None where there is nothing to take."""
    kind = plain(annotation)
    if isinstance(value, str):
        return _decode_text(annotation, value, path, faults)
    if isinstance(value, Mapping):
        return _decode_mapping(kind, value, path, faults)
    if isinstance(value, Sequence):
        return _decode_list(kind, value, path, faults)
    cell = cell_of(annotation)
    if value is not None and cell is not None and cell.parse is date_text:
        faults.append(Fault(path, f"{value!r} is not a date.", f"Write it as {cell.example}."))
        return None
    return value


def _decode_text(annotation: Any, text: str, path: Path, faults: list[Fault]) -> Any:
    cell = cell_of(annotation)
    if cell is TEXT or cell is None:
        return text
    if not text.strip():
        return None
    if get_origin(plain(annotation)) is Literal:
        return {str(choice): choice for choice in get_args(plain(annotation))}.get(text.strip(), text)
    try:
        return parse_cell(annotation, text)
    except BadCell as bad:
        faults += [Fault(path, problem, mend) for problem, mend in bad.problems]
        return None


def _decode_mapping(kind: Any, value: Mapping[Any, Any], path: Path, faults: list[Fault]) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _fields(kind, value, path, faults)
    if get_origin(kind) is dict:
        each = get_args(kind)[1]
        return {name: decode(each, one, (*path, name), faults) for name, one in value.items()}
    for member in get_args(get_args(kind)[0]) if get_args(kind) else ():
        named = member.model_fields["kind"].default if hasattr(member, "model_fields") else None
        if named is not None and named == value.get("kind"):
            return _fields(member, value, (*path, named), faults)
    return value


def _decode_list(kind: Any, value: Sequence[Any], path: Path, faults: list[Fault]) -> Any:
    if get_origin(kind) is not tuple or get_args(kind)[-1] is not Ellipsis:
        return value
    cell, item = cell_of(kind), get_args(kind)[0]
    values = _Items()
    values.cells = []
    for number, one in enumerate(value):
        here = (*path, number)
        if isinstance(one, str) and cell is not None and cell is not TEXTS:
            items = _decode_text(kind, one, here, faults) or []
        else:
            items = [decode(item, one, here, faults)]
        values += items
        values.cells += [number] * len(items)
    return values
