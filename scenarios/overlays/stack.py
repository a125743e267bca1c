"""Several overlays over one scenario: in which order they are made, where they contradict each other, what they change.

What an overlay changes is read against the scenario with those overlays made that it comes after, directly or not. Two
of which neither comes after the other change different values, or one value alike, and so their order does not matter;
else the stack is refused.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from models.base import BadInput, Issue
from models.overlay import Edit, Overlay
from scenarios.overlays.edits import KINDS, UNNAMED, Step, make, steps_of, unmake, without_gone
from scenarios.overlays.paths import Document


class Stacked(NamedTuple):
    """A document with overlays made in it."""

    document: Document
    edits: tuple[Edit, ...]
    """In the order in which they were made."""
    warnings: tuple[Issue, ...]


def stack(document: Document, overlays: Sequence[Overlay]) -> Stacked:
    """Make overlays in a document of a scenario, which is changed.

    Raises
    ------
    BadInput
        With every path that names nothing, every two overlays that contradict each other, and every one that is stated
        before what it comes after.
    """
    _refuse([*_stated_twice(overlays), *_stated_early(overlays)])
    before = _closure(overlays)
    edits: list[Edit] = []
    steps: list[Step] = []
    issues: list[Issue] = []
    for level in _levels(overlays, before):
        mine = []
        for overlay in level:
            try:
                mine += steps_of(overlay, document)
            except BadInput as bad:
                issues += bad.issues
        _refuse(issues)
        steps += mine
        _refuse(list(_contradictions(steps, before)))
        edits += _made(document, mine)
        document = without_gone(document)
    _refuse(list(_missed(document, overlays, steps, before)))
    idle = [one for one in overlays if not any(edit.overlay == one.id for edit in edits)]
    warnings = tuple(_idle(one) for one in idle)
    return Stacked(document, tuple(edits), warnings)


def _made(document: Document, steps: Sequence[Step]) -> Iterator[Edit]:
    """Make the steps of a level; what two overlays remove is removed once."""
    removed: set[tuple[str, ...]] = set()
    for step in (step for kind in KINDS for step in steps if step.kind == kind):
        if step.path not in removed and (edit := make(document, step)) is not None:
            yield edit
        if step.kind == "remove":
            removed.add(step.path)


def undo(document: Document, edits: Sequence[Edit]) -> Document:
    """Take back edits, in the order in which they were made, in the document that they gave, which is changed."""
    for edit in reversed(edits):
        unmake(document, edit)
    return document


def _refuse(issues: list[Issue]) -> None:
    if issues:
        raise BadInput(issues)


def _stated_twice(overlays: Sequence[Overlay]) -> Iterator[Issue]:
    ids = [one.id for one in overlays]
    for name in dict.fromkeys(one for one in ids if ids.count(one) > 1):
        yield Issue(where=f"overlay {name}", problem="it is stated twice.", mend="State it once.")


def _stated_early(overlays: Sequence[Overlay]) -> Iterator[Issue]:
    ids = [one.id for one in overlays]
    for at, overlay in enumerate(overlays):
        for name in overlay.after:
            if name in ids[at + 1 :]:
                problem = f"it comes after {name}, and is stated before it."
                yield Issue(where=f"overlay {overlay.id}", problem=problem, mend=f"State {name} first.")


def _closure(overlays: Sequence[Overlay]) -> dict[str, frozenset[str]]:
    """Return by overlay all that it comes after, directly or not, of those that are applied."""
    before: dict[str, frozenset[str]] = {}
    for overlay in overlays:
        direct = [name for name in overlay.after if name in before]
        before[overlay.id] = frozenset(direct).union(*(before[name] for name in direct))
    return before


def _levels(overlays: Sequence[Overlay], before: dict[str, frozenset[str]]) -> list[list[Overlay]]:
    """Return overlays level by level, those of one level by id, whatever order they are stated in."""
    depth: dict[str, int] = {}
    for overlay in overlays:
        depth[overlay.id] = max((depth[name] + 1 for name in before[overlay.id]), default=0)
    levels: list[list[Overlay]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for overlay in sorted(overlays, key=lambda one: one.id):
        levels[depth[overlay.id]].append(overlay)
    return levels


def _contradictions(steps: Sequence[Step], before: dict[str, frozenset[str]]) -> Iterator[Issue]:
    """Yield every two steps of which the later would undo the earlier, or change what it is made in."""
    by_path: dict[tuple[str, ...], list[Step]] = {}
    for step in steps:
        by_path.setdefault(step.path, []).append(step)
    for path, here in by_path.items():
        above = [other for at in range(1, len(path)) for other in by_path.get(path[:at], ())]
        met = [*combinations(here, 2), *((one, other) for one in here for other in above)]
        for one, other in met:
            ordered = one.overlay in before[other.overlay] or other.overlay in before[one.overlay]
            if not ordered and not _agree(one, other):
                yield _contradiction(one, other)


def _agree(one: Step, other: Step) -> bool:
    """Tell whether two steps at one path, or one inside the other, do not touch each other."""
    if one.path == other.path and one.path[-1] == UNNAMED:
        return one.overlay == other.overlay or one.new != other.new
    alike = one.kind == other.kind != "add" and one.path == other.path and one.new == other.new
    return alike and one.overlay != other.overlay


_VERBS = {"set": "sets", "add": "adds", "remove": "removes"}


def _contradiction(one: Step, other: Step) -> Issue:
    path = "/".join(one.path if len(one.path) <= len(other.path) else other.path)
    if one.overlay == other.overlay:
        problem = f"it {_VERBS[one.kind]} {'/'.join(one.path)} and {_VERBS[other.kind]} {'/'.join(other.path)}."
        return Issue(where=f"overlay {one.overlay}", problem=problem, mend="Keep one of the two.")
    a, b = sorted((one, other), key=lambda step: step.overlay)
    says = ", ".join(f"{step.overlay} {_VERBS[step.kind]} {'/'.join(step.path)}{_to(step)}" for step in (a, b))
    mend = f"Leave one out, or say in one of them that it comes after the other: after: [{a.overlay}]."
    return Issue(where=f"overlays {a.overlay} and {b.overlay}", problem=f"both change {path}: {says}.", mend=mend)


def _to(step: Step) -> str:
    return f" to {step.new!r}" if step.kind == "set" and not isinstance(step.new, dict | list) else ""


def _missed(
    document: Document, overlays: Sequence[Overlay], steps: Sequence[Step], before: dict[str, frozenset[str]]
) -> Iterator[Issue]:
    """Yield overlays whose path with a choice of items would also name what another one adds."""
    added = {step.path: step.overlay for step in steps if step.kind == "add" and step.path[-1] != UNNAMED}
    if not added:
        return
    known = {(step.overlay, step.path) for step in steps}
    for overlay in overlays:
        wide = {path: value for path, value in overlay.set.items() if any(mark in path for mark in ("*", "="))}
        if not wide:
            continue
        for step in steps_of(overlay.model_copy(update={"set": wide, "add": {}, "remove": ()}), document):
            others = {added[step.path[:at]] for at in range(1, len(step.path) + 1) if step.path[:at] in added}
            for other in sorted(others - {overlay.id} - before[overlay.id]):
                if (overlay.id, step.path) not in known and overlay.id not in before[other]:
                    problem = f"{overlay.id} speaks of {'/'.join(step.path)} too, which {other} adds."
                    mend = f"Say in {overlay.id} that it comes after: [{other}], or in {other} that it comes after it."
                    yield Issue(where=f"overlays {overlay.id} and {other}", problem=problem, mend=mend)


def _idle(overlay: Overlay) -> Issue:
    problem, mend = "all that it sets is so already.", "Check its values, or leave it out."
    return Issue(where=f"overlay {overlay.id}", problem=problem, mend=mend, severity="warning")
