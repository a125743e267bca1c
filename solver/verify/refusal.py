"""What makes a plan impossible to judge at all."""

from collections.abc import Iterator

from models.agreements import Switch
from models.base import BadInput, Issue
from models.nearest import did_you_mean
from models.plan import Override, Plan
from models.rules import HARD_RULES, RULE_BY_ID
from models.scenario import Scenario

FAR_YEARS = 100
"""Years from the season beyond which a date is a slip of the pen, and clocks cannot be reckoned."""


def refuse_unfit(scenario: Scenario, plan: Plan) -> None:
    """Refuse a plan that was made for other data, or that names what the scenario does not have.

    Raises
    ------
    BadInput
        With every such problem.
    """
    issues = [
        *_stamps(scenario, plan),
        *_names(scenario, plan),
        *_override_names(scenario, plan),
        *_skip_names(scenario, plan),
        *_options(scenario, plan),
    ]
    if issues:
        raise BadInput(issues)


def _stamps(scenario: Scenario, plan: Plan) -> Iterator[Issue]:
    """Compare what the plan says it was made for; overlays stand in the hash of the scenario they give."""
    if plan.scenario not in (None, scenario.id):
        yield Issue(
            where="scenario",
            problem=f"the plan was made for scenario {plan.scenario}, not for {scenario.id}.",
            mend="Judge it with its own scenario, or leave the field out.",
        )
    switched = {name: scenario.conditions.get(name) for name in plan.agreements}
    switched |= {name: switch for name, switch in scenario.conditions.items() if plan.scenario_hash}
    others = [name for name, switch in switched.items() if plan.agreements.get(name) != switch]
    for name in others:
        yield Issue(
            where=f"agreements.{name}",
            problem=f"the plan was made where the agreement {_switch(plan.agreements.get(name))},"
            f" and here it {_switch(switched[name])}.",
            mend="Judge it with the same agreements (--agreement ID=holds or ID=falls), or make a plan for these.",
        )
    if plan.scenario_hash is not None and plan.scenario_hash != scenario.hash and not others:
        overlays = f" with overlays {', '.join(one.id for one in plan.overlays)}" if plan.overlays else ""
        yield Issue(
            where="scenario_hash",
            problem=f"the plan was made for other data{overlays}: its hash is {plan.scenario_hash},"
            f" the scenario's is {scenario.hash}.",
            mend="Judge it with the scenario, policy and overlays it was made for, or leave the hash out.",
        )
    if plan.policy_version not in (None, scenario.policy.version):
        yield Issue(
            where="policy_version",
            problem=f"the plan was made for policy version {plan.policy_version},"
            f" the scenario has {scenario.policy.version}.",
            mend="Judge it with that version, or leave the field out to judge it with this one.",
        )


def _switch(switch: Switch | None) -> str:
    return "is not conditional" if switch is None else switch


def _names(scenario: Scenario, plan: Plan) -> Iterator[Issue]:
    season = scenario.season
    for idx, placement in enumerate(plan.placements):
        if placement.need not in scenario.need_by_id:
            yield _unknown(idx, "need", placement.need)
        if placement.space not in scenario.space_by_id:
            yield _unknown(idx, "space", placement.space)
        first, last = placement.dates[0], placement.dates[-1]
        if first.year < season.first.year - FAR_YEARS or last.year > season.last.year + FAR_YEARS:
            yield Issue(
                where=f"placements[{idx}].dates",
                problem=f"{first} to {last} is more than {FAR_YEARS} years from the season.",
                mend="Mend the year.",
            )


def _options(scenario: Scenario, plan: Plan) -> Iterator[Issue]:
    for idx, name in enumerate(plan.decisions.opened):
        if name not in scenario.centre_by_id:
            mend = did_you_mean(name, scenario.centre_by_id, "Write the id of an option in centres.csv.")
            yield Issue(where=f"decisions.opened[{idx}]", problem=f"the centre has no option {name}.", mend=mend)


def _override_names(scenario: Scenario, plan: Plan) -> Iterator[Issue]:
    for idx, override in enumerate(plan.decisions.overrides):
        where = f"decisions.overrides[{idx}]"
        yield from _override_rule(where, override)
        for need in override.needs:
            if need not in scenario.need_by_id:
                mend = did_you_mean(need, scenario.need_by_id, "Write the id of one of its needs.")
                yield Issue(where=f"{where}.needs", problem=f"the scenario has no need {need}.", mend=mend)
        if override.space is not None and override.space not in scenario.space_by_id:
            mend = did_you_mean(override.space, scenario.space_by_id, "Write the id of one of its spaces.")
            yield Issue(where=f"{where}.space", problem=f"the scenario has no space {override.space}.", mend=mend)


def _skip_names(scenario: Scenario, plan: Plan) -> Iterator[Issue]:
    for idx, skip in enumerate(plan.decisions.skips):
        where = f"decisions.skips[{idx}]"
        for need in (skip.need, *skip.to):
            if need not in scenario.need_by_id:
                mend = did_you_mean(need, scenario.need_by_id, "Write the id of one of its needs.")
                yield Issue(where=where, problem=f"the scenario has no need {need}.", mend=mend)
        if skip.space not in scenario.space_by_id:
            mend = did_you_mean(skip.space, scenario.space_by_id, "Write the id of one of its spaces.")
            yield Issue(where=f"{where}.space", problem=f"the scenario has no space {skip.space}.", mend=mend)


def _override_rule(where: str, override: Override) -> Iterator[Issue]:
    if override.rule not in RULE_BY_ID:
        mend = did_you_mean(override.rule, HARD_RULES, "Write the id of a hard rule; yhteistila rules lists them.")
        yield Issue(where=f"{where}.rule", problem=f"there is no rule {override.rule}.", mend=mend)
    elif override.rule not in HARD_RULES:
        yield Issue(
            where=f"{where}.rule",
            problem=f"{override.rule} is a soft rule: it costs or earns points and forbids nothing.",
            mend="Leave the override out; the plan may hold the placement without one.",
        )


def _unknown(idx: int, field: str, name: str) -> Issue:
    return Issue(
        where=f"placements[{idx}].{field}",
        problem=f"the scenario has no {field} {name}.",
        mend=f"Write the id of one of its {field}s, or add this one to the scenario.",
    )
