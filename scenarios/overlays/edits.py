"""The single edits of an overlay: read from it against a scenario's document, made there, and undone."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import cache
from typing import Any, Literal, NamedTuple

from pydantic import TypeAdapter, ValidationError

from models.base import BadInput, Issue
from models.nearest import did_you_mean
from models.overlay import Edit, Overlay
from models.scenario import Scenario
from scenarios.overlays.paths import GONE, NAMES, Document, Gone, Target, find, item_of, name_of, record_of
from scenarios.problems import Fault, faults_of, path_text, pointer
from scenarios.records import decode

Kind = Literal["set", "add", "remove"]
KINDS: tuple[Kind, ...] = ("set", "add", "remove")
"""In the order in which they are made, so that a position means the same for all of them."""

ABOUT = ("place", "a", "b")
"""Fields that say what a record without a name is about."""
UNNAMED = "+"
"""Stands for an added item without a name in its path."""


class Step(NamedTuple):
    """One value to be changed."""

    overlay: str
    kind: Kind
    path: tuple[str, ...]
    """To the value itself, of what is added too."""
    new: Any = None


def steps_of(overlay: Overlay, document: Document) -> list[Step]:
    """Return what an overlay changes in a document, value by value.

    Raises
    ------
    BadInput
        With every path that names nothing, and every value that is not what it should be.
    """
    steps: list[Step] = []
    issues: list[Issue] = []
    told = [("set", path, [value]) for path, value in overlay.set.items()]
    told += [("add", path, [*items]) for path, items in overlay.add.items()]
    told += [("remove", path, []) for path in overlay.remove]
    for kind, path, values in told:
        try:
            for target in find(document, Scenario, path, f"overlay {overlay.id}, {kind}"):
                steps += _steps(overlay.id, kind, target, values, f"overlay {overlay.id}, {kind} {path}")
        except BadInput as bad:
            key = overlay.remove.index(path) if kind == "remove" else path
            issues += [one.model_copy(update={"path": pointer((kind, key))}) for one in bad.issues]
    if issues:
        raise BadInput(issues)
    return steps


def _steps(overlay: str, kind: str, target: Target, values: Sequence[Any], where: str) -> Iterator[Step]:
    if kind == "set":
        yield Step(overlay, "set", target.path, _read(target.annotation, values[0], where))
    elif kind == "remove":
        if target.is_field:
            mend = "Set it to another value; records and items of a list can be removed."
            raise BadInput([Issue(where=where, problem="this is a field of a record, which always has it.", mend=mend)])
        if target.value is None:
            mend = did_you_mean(str(target.key), target.holder, "Leave it out.")
            raise BadInput([Issue(where=where, problem="there is no such entry.", mend=mend)])
        yield Step(overlay, "remove", target.path)
    else:
        item = item_of(target.annotation) if isinstance(target.value, list) else None
        if item is None:
            raise BadInput([Issue(where=where, problem="this is not a list.", mend="Name a list, such as needs.")])
        for one in values:
            new = _read(item, one, where)
            named = name_of(new, -1)
            yield Step(overlay, "add", (*target.path, UNNAMED if named == "0" else named), new)


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def _read(annotation: Any, value: Any, where: str) -> Any:
    """Read a value as a scenario file would have it, compact cells and all.

    Raises
    ------
    BadInput
        With what is wrong with it.
    """
    if annotation is None:  # inside a record of which only the kind tells what it is; it is checked as a whole
        return value
    faults: list[Fault] = []
    read = decode(annotation, value, (), faults)
    if not faults:
        try:
            adapter = _adapter(annotation)
            return adapter.dump_python(adapter.validate_python(read), mode="json")
        except ValidationError as error:
            faults = faults_of(error, record_of(annotation) or record_of(item_of(annotation)) or Scenario)
    raise BadInput(
        [
            Issue(where=", ".join(filter(None, (where, path_text(one.path)))), problem=one.problem, mend=one.mend)
            for one in faults
        ]
    )


def make(document: Document, step: Step) -> Edit | None:
    """Make one change in a document; None where all is so already."""
    path = "/".join(step.path)
    if step.kind == "add":
        holder = find(document, Scenario, "/".join(step.path[:-1]), step.overlay)[0]
        holder.value.append(deepcopy(step.new))
        return Edit(overlay=step.overlay, kind="add", path=path, about=_about(step.new), new=step.new)
    target = find(document, Scenario, path, step.overlay)[0]
    old = deepcopy(target.value)
    if step.kind == "set" and old == step.new:
        return None
    record = find(document, Scenario, "/".join(step.path[:2]), step.overlay)[0].value
    edit = Edit(overlay=step.overlay, kind=step.kind, path=path, about=_about(record), old=old, new=step.new)
    if step.kind == "set":
        target.holder[target.key] = deepcopy(step.new)
    elif isinstance(target.holder, list):
        position = sum(not isinstance(one, Gone) for one in target.holder[: int(target.key)]) + 1
        target.holder[int(target.key)] = GONE
        return edit.model_copy(update={"position": position})
    else:
        del target.holder[target.key]
    return edit


def _about(record: Any) -> str | None:
    """Return what a record without a name is about."""
    if not isinstance(record, dict) or any(record.get(name) for name in NAMES):
        return None
    return " and ".join(str(record[name]) for name in ABOUT if record.get(name)) or None


def unmake(document: Document, edit: Edit) -> None:
    """Undo a change; those that were made after it are undone before."""
    holder_path, _, _ = edit.path.rpartition("/")
    if edit.kind == "set":
        target = find(document, Scenario, edit.path, edit.overlay)[0]
        if edit.old is None and not target.is_field:  # an entry of a mapping that was not there
            del target.holder[target.key]
        else:
            target.holder[target.key] = edit.old
    elif edit.kind == "add":
        items = find(document, Scenario, holder_path, edit.overlay)[0].value
        at = max(at for at, item in enumerate(items) if item == edit.new)
        del items[at]
    elif edit.position is not None:
        find(document, Scenario, holder_path, edit.overlay)[0].value.insert(edit.position - 1, edit.old)
    else:
        target = find(document, Scenario, edit.path, edit.overlay)[0]
        target.holder[target.key] = edit.old


def without_gone(value: Any) -> Any:
    """Return a document in which what was removed from lists is out of them."""
    if isinstance(value, dict):
        return {name: without_gone(one) for name, one in value.items()}
    if isinstance(value, list):
        return [without_gone(one) for one in value if not isinstance(one, Gone)]
    return value
