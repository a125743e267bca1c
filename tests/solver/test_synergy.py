"""Rules over needs and organisations in the model: what it makes of a plan is what the judge reckons."""

from random import Random

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from models.plan import Plan
from models.scenario import Scenario
from models.synergy import SynergyLink
from solver.arrays import Ints
from solver.compile import Compiled, compile_scenario
from solver.rules.synergy import link_terms
from solver.terms import Terms
from solver.verify import verify
from tests.builders import make_link, make_need, make_policy, make_scenario, make_site, make_space, make_wish
from tests.solver.test_properties import sound_town


def town(*links: SynergyLink, worth: int = 60) -> Scenario:
    """Return two needs on Mondays and Tuesdays, one on Tuesdays at the school only, and one on Wednesdays."""
    monday, tuesday = make_wish("mon,tue", "18:00", "20:00"), make_wish("tue", "18:00", "20:00")
    return make_scenario(
        make_need("choir", monday),
        make_need("band", monday),
        make_need("dance", tuesday, spaces=("school",), only_listed=True),
        make_need("chess", make_wish("wed", "18:00", "20:00")),
        sites=(make_site(), make_site("school")),
        spaces=(make_space(), make_space("room"), make_space("gym", site="school")),
        policy=make_policy(worth={"link": worth}),
        links=links,
    )


@pytest.mark.parametrize(
    ("links", "num_sets", "num_pairs"),
    [
        ((), 0, 0),
        ((make_link("choir", "band"),), 8, 4),  # two sites on two weekdays
        ((make_link("choir", "dance"),), 2, 1),  # the school on Tuesdays
        ((make_link("choir", "chess"),), 0, 0),  # nowhere
        ((make_link("choir", "band"), make_link("dance", "choir")), 9, 5),  # the choir's school on Tuesdays is one set
        ((make_link("choir", "band"), make_link("band", "dance", weight=1)), 8, 4),  # 60 * 1 // 100 is nothing
    ],
)
def test_sets_and_pairs_of_links(links: tuple[SynergyLink, ...], num_sets: int, num_pairs: int) -> None:
    """There is a set for each need, site and weekday that a link can use, and a pair where both its needs have one."""
    compiled = compile_scenario(town(*links))
    terms = Terms(compiled.problem.num_placements)
    link_terms(compiled.frame, compiled.stays, terms)
    lowered = terms.lower(compiled.problem.daycell, compiled.problem.daycell_group, compiled.problem.group_limit)
    assert (terms.num_sets, len(lowered.z_points)) == (num_sets, num_pairs)


def any_plan(compiled: Compiled, seed: int) -> Ints:
    """Return placements that keep the day cells and the numbers of sessions, and nothing else."""
    problem, chosen = compiled.problem, list[int]()
    cells: set[int] = set()
    left = problem.group_limit.copy()
    for p in np.random.default_rng(seed).permutation(problem.num_placements):
        if problem.daycell[p] not in cells and left[problem.group[p]]:
            cells.add(int(problem.daycell[p]))
            left[problem.group[p]] -= 1
            chosen.append(int(p))
    return np.array(sorted(chosen), dtype=np.int64)


@settings(max_examples=80)
@given(st.integers(0, 2**32))
def test_objective_is_the_judges_score(seed: int) -> None:
    """What the model makes of a plan, terms over many placements included, is what the judge reckons on its dates."""
    scenario = sound_town(seed)
    compiled = compile_scenario(scenario)
    chosen = any_plan(compiled, Random(seed).randrange(100))
    score = verify(scenario, Plan(placements=tuple(compiled.placement(p) for p in chosen))).score
    for rule in ("synergy.link", "fairness.organisation", "use.opening", "fairness.floor", "fairness.equality"):
        event(f"{rule} {'earns' if score[rule] else 'earns nothing'}")
    assert compiled.problem.objective(chosen) == sum(score.values())
