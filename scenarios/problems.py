"""From what a model refuses to what a planner reads: the place, what is wrong, how to mend it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from models.nearest import did_you_mean
from scenarios.notation import short, split_message

Path = tuple[str | int, ...]
"""Names and positions (from 0) that lead to a value inside a record."""


@dataclass(frozen=True)
class Fault:
    """One value that is wrong: where it is inside its record, what is wrong and how to mend it."""

    path: Path
    problem: str
    mend: str
    missing: bool = False
    """The value is not there at all."""


_SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("the value is missing.", "Fill it in."),
    "greater_than_equal": ("{input} is below {ge}.", "Write {ge} or more."),
    "greater_than": ("{input} is not above {gt}.", "Write more than {gt}."),
    "less_than_equal": ("{input} is above {le}.", "Write {le} or less."),
    "string_pattern_mismatch": (
        "{input!r} is not an id.",
        "Use letters a-z, digits and _ . : - only, with a letter or a digit first, such as puijo-hall.",
    ),
    "string_too_short": ("the text is empty.", "Write at least {min_length} character."),
    "string_too_long": ("the text is too long.", "Write at most {max_length} characters."),
    "too_short": ("nothing is listed.", "List at least {min_length}."),
    "literal_error": ("{input!r} is not a choice.", "Write {expected}."),
    "union_tag_invalid": ("{tag!r} is not a kind.", "Write one of {expected_tags}."),
    "union_tag_not_found": ("the kind is missing.", "Write for example weekly, or kind: weekly."),
    "bool_parsing": ("{input!r} is neither yes nor no.", "Write yes or no."),
    "int_from_float": ("{input} is not a whole number.", "Round it."),
    "string_type": ("{input!r} is not a text.", "Write it in quotes."),
    "json_invalid": ("the file is not JSON: {error}.", "Mend it there, or write the file anew."),
    "finite_number": ("{input} is not a number.", "Write digits."),
}
_SENTENCES_BY_START: dict[str, tuple[str, str]] = {
    "int_": ("{input!r} is not a whole number.", "Write digits, for example 30."),
    "float_": ("{input!r} is not a number.", "Write digits, for example 8.5."),
    "bool_": ("{input!r} is neither yes nor no.", "Write yes or no."),
    "date_": ("{input!r} is not a date.", "Write it as 2026-08-31."),
    "tuple_": ("{input!r} is not a list.", "Write a list, also of one item."),
    "model_": ("{input!r} is not a record.", "Write its fields by name."),
    "dict_": ("{input!r} is not a mapping.", "Write names with values."),
}


def faults_of(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """List what a model refused, in words; a list is not too short for its items being refused."""
    return [fault_of(details, model) for details in error.errors(include_url=False) if not _long_enough(details)]


def _long_enough(details: ErrorDetails) -> bool:
    """Tell whether a list is said to be too short only because what is wrong with its items leaves fewer."""
    items = details["input"]
    return (
        details["type"] == "too_short"
        and isinstance(items, list | tuple)
        and len(items) >= details["ctx"]["min_length"]
    )


def fault_of(details: ErrorDetails, model: type[BaseModel]) -> Fault:
    """Put one refusal into words."""
    path = tuple(details["loc"])
    kind = details["type"]
    if kind == "value_error":
        return Fault(path, *split_message(details["msg"].removeprefix("Value error, ")))
    if kind == "extra_forbidden":
        known = _fields_at(model, path[:-1])
        return Fault(path, f"there is no field {path[-1]!r}.", did_you_mean(str(path[-1]), known, "Remove it."))
    if kind == "too_short" and details["input"]:
        return Fault(path, f"only {len(details['input'])} listed.", f"List at least {details['ctx']['min_length']}.")
    start = kind.partition("_")[0] + "_"
    sentences = _SENTENCES.get(kind) or _SENTENCES_BY_START.get(start)
    if sentences is None:
        return Fault(path, f"{details['msg'].lower()}: {short(details['input'])!r}.", "Correct it.")
    said: dict[str, Any] = {**details.get("ctx", {}), "input": _shown(details["input"])}
    return Fault(path, sentences[0].format(**said), sentences[1].format(**said), missing=kind == "missing")


def _fields_at(model: type[BaseModel], path: Path) -> Iterable[str]:
    """Return the fields of the record at a path inside a model, or none where it is no record of one kind."""
    for name in path:
        if isinstance(name, str):
            kind = model.model_fields[name].annotation if name in model.model_fields else None
            inner = [one for one in (kind, *get_args(kind)) if isinstance(one, type) and issubclass(one, BaseModel)]
            if len(inner) != 1:
                return ()
            model = inner[0]
    return model.model_fields


def _shown(value: object) -> object:
    """Return what a message repeats: a number as it is, anything else as a short text."""
    return value if isinstance(value, int | float) else short(str(value))


def pointer(path: Path) -> str:
    """Write a path as a JSON pointer (RFC 6901), such as ``/holidays/0/first``; that of a whole document is empty."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def pointer_into(raw: Any, fault: Fault) -> str:
    """Write where a fault is in what was read: kinds of records that a model tells apart are no part of the place."""
    path: list[str | int] = []
    for part in fault.path:
        there = part in raw if isinstance(raw, Mapping) else isinstance(raw, list) and part in range(len(raw))
        if there or (fault.missing and part == fault.path[-1]):
            path.append(part)
            raw = raw[part] if there else None
    return pointer(tuple(path))


def pointer_of_text(text: str) -> str:
    """Turn a path as ``path_text`` writes it into a JSON pointer."""
    return pointer(tuple(re.findall(r"[^.\[\]]+", text)))


def path_text(path: Path) -> str:
    """Write a path as ``holidays[0].first``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
