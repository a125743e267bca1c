"""Checks of offices: the floor they take, and relations between needs."""

from collections.abc import Iterator

from models.checks.view import Flaw, View, days_text
from models.places import Space
from models.relations import Relation, RelationKind

_AGAINST: tuple[tuple[RelationKind, RelationKind], ...] = (
    ("same_space", "other_space"),
    ("same_space", "other_floor"),
    ("same_floor", "other_floor"),
)
"""Relations of two needs that never hold both."""


def offices_fit_week(view: View) -> Iterator[Flaw]:
    """Find offices for more weekdays than there are in their wishes."""
    for index, need in enumerate(view.scenario.needs):
        days = {day for wish in need.wishes for day in wish.weekdays}
        if need.recurrence.kind == "office" and (need.recurrence.days or 0) > len(days):
            problem = (
                f"an office for {need.recurrence.days} weekdays is asked, and hours are wished on {len(days)}:"
                f" {days_text(days)}."
            )
            yield Flaw("needs", index, "recurrence", problem, f"Wish more weekdays, or ask for {len(days)}.")


def floor_somewhere(view: View) -> Iterator[Flaw]:
    """Find offices that take more floor than any space in use has, and what is said of floor in vain."""
    areas = [space.whole_m2 for space in view.scenario.spaces if space.in_use and space.whole_m2 is not None]
    asking = [need for need in view.scenario.needs if need.area_m2 is not None]
    for index, need in enumerate(view.scenario.needs):
        if need.area_m2 is not None and areas and need.area_m2 > max(areas):
            problem = f"the office takes {need.area_m2} m2, and the largest space has {max(areas)} m2."
            yield Flaw("needs", index, "area_m2", problem, f"Lower it to {max(areas)}, or add a space.", "warning")
    worth = view.scenario.policy.worth
    if worth.area and not (areas and asking):
        problem = "no office takes floor of a space whose area is known, so it changes nothing."
        mend = "Give offices and spaces their area_m2, or set it to 0."
        yield Flaw("policy", None, "worth.area", problem, mend, "warning")
    if worth.overuse_percent != 200 and not worth.area:
        problem = "it changes nothing: floor earns nothing."
        yield Flaw("policy", None, "worth.overuse_percent", problem, "Set worth.area too, or remove it.", "warning")


def relations_apart(view: View) -> Iterator[Flaw]:
    """Find relations that stand twice, or that can never both hold where both must."""
    seen: dict[frozenset[str], list[Relation]] = {}
    for index, entry in enumerate(view.scenario.relations):
        ends = frozenset((entry.a, entry.b))
        for earlier in seen.setdefault(ends, []):
            kinds = {earlier.kind, entry.kind}
            if len(kinds) == 1:
                problem = f"an earlier row has the same relation of {entry.a} and {entry.b}."
                yield Flaw("relations", index, "kind", problem, "Remove one of the two.")
            elif earlier.must and entry.must and any(kinds == {*pair} for pair in _AGAINST):
                problem = f"{entry.a} and {entry.b} must be {earlier.kind} by an earlier row: never both."
                yield Flaw("relations", index, "kind", problem, "Let one of the two be a wish (must no), or remove it.")
        seen[ends].append(entry)


def relations_of_one(view: View) -> Iterator[Flaw]:
    """Find wished relations of needs with several sessions: what is in several spaces is next to nothing."""
    for index, entry in enumerate(view.scenario.relations):
        for field, name in (("a", entry.a), ("b", entry.b)):
            need = view.scenario.need_by_id.get(name)
            if need is not None and need.sessions > 1 and not entry.must:
                problem = f"{name} asks for {need.sessions} sessions, which may be in several spaces."
                yield Flaw("relations", index, field, problem, "Let it hold in any case (must yes), or remove it.")


def relations_count(view: View) -> Iterator[Flaw]:
    """Find relations that no two spaces have, wished ones that earn nothing, and a worth that none earns."""
    spaces, related = [space for space in view.scenario.spaces if space.in_use], view.scenario.related

    def some(kind: RelationKind) -> bool:
        def apart(one: Space, other: Space) -> bool:
            return one.id != other.id and related(kind, one, other)

        return kind == "same_space" or any(apart(one, other) for one in spaces for other in spaces)

    known = {kind: some(kind) for kind in {entry.kind for entry in view.scenario.relations}}
    for index, entry in enumerate(view.scenario.relations):
        if not known[entry.kind]:
            problem = f"no two spaces in use are {entry.kind.replace('_', ' ')}."
            mend = "Say which spaces are next to each other (next_to) and on which floor, or remove it."
            yield Flaw("relations", index, "kind", problem, mend, "warning")
    worth, wished = view.scenario.policy.worth.relation, [e for e in view.scenario.relations if not e.must]
    if wished and not worth:
        problem = "relations are wished, and none earns anything."
        yield Flaw("policy", None, "worth.relation", problem, "Set it above 0, or remove them.", "warning")
    if worth and not wished:
        problem = "no relation is wished, so it changes nothing."
        yield Flaw("policy", None, "worth.relation", problem, "Add some to relations.csv, or set it to 0.", "warning")
