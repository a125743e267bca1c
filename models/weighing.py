"""How much a soft rule counts in a policy, and the same policy with it turned up or down."""

from collections.abc import Callable
from typing import Any

from models.concern import MOST_POINTS
from models.policy import Policy
from models.rules import Rule


def earns(policy: Policy, rule: Rule) -> bool:
    """Tell whether a soft rule can earn or cost anything under a policy."""
    home, _, name = rule.scale.rpartition(".")
    value = getattr(policy.worth if home else policy, name)
    return any(value) if isinstance(value, tuple) else bool(value)


def scaled(policy: Policy, rule: Rule, factor: float) -> Policy:
    """Return the policy with the points of a soft rule so many times as high, rounded, and 10 000 at most.

    What then earns nothing is left out where it stands in a list of its own.
    """
    home, _, name = rule.scale.rpartition(".")
    value = getattr(policy.worth if home else policy, name)
    turned = _turned(value, lambda points: min(MOST_POINTS, round(factor * points)))
    changes = {"worth": {**_fields(policy.worth), name: turned}} if home else {name: turned}
    return Policy.model_validate({**_fields(policy), **changes})


def _turned(value: Any, times: Callable[[int], int]) -> Any:
    """Turn a number of points, each of several, or those of each record of a list."""
    if isinstance(value, int):
        return times(value)
    if value and isinstance(value[0], int):
        return tuple(times(points) for points in value)
    records = [{**_fields(record), "points": times(record.points)} for record in value]
    return tuple(type(old).model_validate(new) for old, new in zip(value, records, strict=True) if new["points"])


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in type(record).model_fields}
