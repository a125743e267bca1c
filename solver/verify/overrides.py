"""Sort what a plan breaks by whether a planner's written decision excuses it."""

from collections.abc import Sequence

from models.base import Issue
from models.plan import Override
from models.result import Overridden, Violation
from solver.verify.case import Finding
from solver.verify.words import DAY_NAMES, listing

Found = tuple[str, Finding]
"""A hard rule and what was found against the plan by it."""


def sort_out(
    overrides: Sequence[Override], found: Sequence[Found]
) -> tuple[tuple[Violation, ...], tuple[Overridden, ...], tuple[Issue, ...]]:
    """Return the violations, what overrides excuse, and a notice for each override that excuses nothing.

    Where several overrides excuse the same, the first one's reason is told.
    """
    violations: list[Violation] = []
    excused: list[Overridden] = []
    left: list[Found] = []
    used: set[int] = set()
    for rule, finding in found:
        covering = [
            idx
            for idx, override in enumerate(overrides)
            if override.covers(rule, finding.needs, finding.space, finding.days)
        ]
        used.update(covering)
        if covering:
            excused.append(_overridden(rule, finding, overrides[covering[0]]))
        else:
            violations.append(_violation(rule, finding))
            left.append((rule, finding))
    idle = (_notice(idx, override, left) for idx, override in enumerate(overrides) if idx not in used)
    return tuple(violations), tuple(excused), tuple(idle)


def _violation(rule: str, finding: Finding) -> Violation:
    return Violation(
        rule=rule,
        needs=finding.needs,
        space=finding.space,
        day=min(finding.days, default=None),
        dates=max(1, len(finding.days)),
        message=finding.message,
    )


def _overridden(rule: str, finding: Finding, override: Override) -> Overridden:
    return Overridden(
        **dict(_violation(rule, finding)),
        reason=override.reason,
        decided_by=override.decided_by,
        decided_on=override.decided_on,
    )


def _notice(idx: int, override: Override, left: Sequence[Found]) -> Issue:
    """Tell of an override that excuses nothing; where a breach that is left nearly fits it, what that one is."""
    at = f" in {override.space}" if override.space else ""
    on = f" on {DAY_NAMES[override.weekday]}s" if override.weekday is not None else ""
    near = next((one for rule, one in left if rule == override.rule and set(one.needs) & set(override.needs)), None)
    mend = "Remove it; the plan needs no leave for that."
    if near is not None:
        space = f" in {near.space}" if near.space else " in no one space"
        days = listing([f"{DAY_NAMES[day]}s" for day in sorted({day.weekday() for day in near.days})])
        mend = f"The breach is of {listing(near.needs)}{space}{f' on {days}' if days else ''}: name all of its needs."
        if override.space or override.weekday is not None:
            mend = f"{mend[:-1]}, and its space and weekday or none."
    return Issue(
        where=f"decisions.overrides[{idx}]",
        problem=f"the override of {override.rule} for {listing(override.needs)}{at}{on} covers nothing.",
        mend=mend,
        severity="warning",
    )
