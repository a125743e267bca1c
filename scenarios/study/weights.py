"""The weights of a study: soft rules made worth more or less, as an overlay that says old and new points."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.base import BadInput, Frozen, Issue
from models.nearest import did_you_mean
from models.overlay import Overlay
from models.policy import Policy
from models.rules import RULE_BY_ID, RULES, SOFT_RULES, Rule
from models.weighing import earns, scaled


def weighed(
    name: str, title: str, policy: Policy, weights: Mapping[str, int], after: Sequence[str], where: str
) -> Overlay | None:
    """Return an overlay that gives rules a percentage of their points in a policy; None where that changes nothing.

    Parameters
    ----------
    weights
        Percent by rule, or by family as in ``synergy.*``.
    after
        Overlays that the policy already has.

    Raises
    ------
    BadInput
        When a name is of no soft rule, a rule is named twice, or nothing that is named earns anything.
    """
    factors: dict[str, int] = {}
    for pattern, percent in weights.items():
        rules = [rule for rule in _named(pattern, where) if earns(policy, rule)]
        if not rules:
            problem = f"{pattern} earns nothing in the policy, so no percentage changes it."
            raise BadInput([Issue(where=where, problem=problem, mend="Set points under policy/worth with set first.")])
        for rule in rules:
            if rule.id in factors:
                problem = f"{rule.id} is weighed twice."
                raise BadInput([Issue(where=where, problem=problem, mend="Name it once, or its family alone.")])
            factors[rule.id] = percent
    turned = policy
    for rule_id, percent in factors.items():
        turned = scaled(turned, RULE_BY_ID[rule_id], percent / 100)
    changes = {_path(RULE_BY_ID[one]): new for one in factors if (new := _points(turned, one)) != _points(policy, one)}
    if not changes:
        return None
    return Overlay(id=name, title=title, why="Weights of a study.", after=tuple(after), set=changes)


def _named(pattern: str, where: str) -> list[Rule]:
    family = pattern.removesuffix(".*")
    rules = [rule for rule in RULES if rule.kind == "soft" and pattern in (rule.id, f"{rule.family}.*")]
    if not rules:
        known = [*SOFT_RULES, *dict.fromkeys(f"{RULE_BY_ID[one].family}.*" for one in SOFT_RULES)]
        mend = did_you_mean(pattern, known, "Name a soft rule of `yhteistila rules`, or a family as in synergy.*.")
        raise BadInput([Issue(where=where, problem=f"{family} is no soft rule and no family of them.", mend=mend)])
    return rules


def _path(rule: Rule) -> str:
    return f"policy/{rule.scale.replace('.', '/')}"


def _points(policy: Policy, rule_id: str) -> Any:
    home, _, name = RULE_BY_ID[rule_id].scale.rpartition(".")
    value = getattr(policy.worth if home else policy, name)
    if not isinstance(value, tuple):
        return value
    return [one.model_dump(mode="json") if isinstance(one, Frozen) else one for one in value]
