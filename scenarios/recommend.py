"""Where else a need of a plan could be, or a new need that comes: from files to a recommendation."""

from pathlib import Path

from models.base import BadInput, Issue
from models.consistency import find_flaws
from models.needs import Need
from models.plan import Plan
from models.recommendation import Recommendation
from models.scenario import Scenario
from scenarios.drafts import record_at
from scenarios.records import build
from scenarios.run import refuse_unknown
from solver.beside import Beside
from solver.compile import compile_scenario
from solver.recommend import Recommender
from solver.verify.refusal import refuse_unfit


def recommend(
    scenario: Scenario,
    plan: Plan,
    need: str | Need,
    k: int,
    *,
    free_only: bool = False,
    all_times: bool = False,
    check_order: bool = False,
) -> tuple[Recommendation, Scenario]:
    """Return the k best placements that a need could have now, and the scenario with the need.

    Parameters
    ----------
    need
        The id of one that the scenario has, or a new one that ``read_need`` found no error in.
    free_only, all_times, check_order
        See ``solver.recommend``.

    Raises
    ------
    BadInput
        When the scenario has no need of that name, or the plan was made for other data.
    """
    refuse_unfit(scenario, plan)
    if isinstance(need, Need):
        scenario, need = scenario.with_parts(needs=(*scenario.needs, need)), need.id
    refuse_unknown(scenario, need)
    compiled = compile_scenario(scenario.as_opened(plan.decisions.opened))
    chosen = compiled.find(plan)
    known = set(map(compiled.placement, chosen))
    recommender = Recommender(
        compiled,
        Beside.of(compiled.problem, chosen),
        [placement for placement in plan.placements if placement not in known],
        plan.decisions.overrides,
        check_order=check_order,
    )
    return recommender.recommend(need, k, free_only=free_only, all_times=all_times), scenario


def read_need(path: Path, scenario: Scenario) -> tuple[Need, list[Issue]]:
    """Read a need that comes to a scenario from a YAML or JSON file; return it and the warnings about it.

    Raises
    ------
    BadInput
        With every error of the record, and of what it has to do with the others.
    """
    row = record_at(path)
    need, faults = build(Need, row.raw)
    if need is None:
        raise BadInput([row.issue(fault) for fault in faults])
    known = set(find_flaws(scenario, {}))
    changed = scenario.with_parts(needs=(*scenario.needs, need))
    new = [flaw for flaw in find_flaws(changed, {}) if flaw not in known]
    issues = [
        Issue(where=", ".join(filter(None, (row.where, one.field))), problem=one.problem, mend=one.mend,
              severity=one.severity)
        for one in new
    ]  # fmt: skip
    if any(issue.severity == "error" for issue in issues):
        raise BadInput(sorted(issues, key=lambda issue: issue.severity == "warning"))
    return need, issues
