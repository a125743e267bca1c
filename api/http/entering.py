"""What is wrong with something that is handed in, as fields of the request tell it."""

from collections.abc import Iterable
from typing import Any

from api.store.actors import Actor
from api.store.handed_in import Counted
from api.wire.base import FieldError
from models.base import BadInput, Issue
from models.scenario import Scenario
from scenarios.rounds.entering import STAFF_FIELDS, is_whole
from scenarios.rounds.making import issues_of


def field_errors(issues: Iterable[Issue]) -> tuple[FieldError, ...]:
    """Tell issues, errors first."""
    return tuple(FieldError.of(one) for one in sorted(issues, key=lambda issue: issue.severity == "warning"))


def refuse_unless_whole(issues: list[Issue]) -> None:
    """Refuse what still has an error.

    Raises
    ------
    BadInput
        With everything that is wrong.
    """
    if not is_whole(issues):
        raise BadInput(sorted(issues, key=lambda issue: issue.severity == "warning"))


def refuse_staff_fields(actor: Actor, body: dict[str, Any], before: dict[str, Any]) -> None:
    """Refuse an association that sets what only staff set; what staff had set before may stay.

    Raises
    ------
    BadInput
        With each such field.
    """
    issues = [
        Issue(
            where=name,
            problem="only the town's staff set it.",
            mend="Leave it out, or leave it as it was." if name in before else "Leave it out.",
            path=f"/{name}",
        )
        for name in STAFF_FIELDS
        if name in body and body[name] != before.get(name)
    ]
    if actor.role == "association" and issues:
        raise BadInput(issues)


def issues_by_entry(scenario: Scenario, given: Counted) -> list[FieldError]:
    """Tell everything that is wrong with a round's scenario, errors first, each with the need that it is about."""
    told = []
    for issue, number in issues_of(scenario):
        error = FieldError.of(issue)
        if number is not None:
            entry = given.needs[number]
            where = f"need {entry.name} of {entry.holder}, {issue.where}"
            error = error.model_copy(update={"path": f"/needs/{entry.id}", "where": where})
        told.append(error)
    return sorted(told, key=lambda error: error.severity == "warning")
