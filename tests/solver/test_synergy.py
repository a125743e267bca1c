"""Rules over needs and organisations in the model: what it makes of a plan is what the judge reckons."""

from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from models.plan import Plan
from models.rules import SOFT_RULES
from models.scenario import Scenario
from models.synergy import SynergyLink
from solver.arrays import Ints
from solver.compile import Compiled, compile_scenario
from solver.engine import Limits
from solver.rules.synergy import link_terms, sequence_terms, shared_terms
from solver.solve import solve
from solver.terms import Terms
from solver.verify import verify
from tests.builders import changed, make_link, make_need, make_policy, make_scenario, make_site, make_space, make_wish
from tests.solver.test_properties import sound_town
from tests.solver.tiny_towns import SYNERGY


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
    """Return placements that keep the day cells, the numbers of sessions and all capacities, and nothing else."""
    problem, chosen = compiled.problem, list[int]()
    cells: set[int] = set()
    left, free = problem.group_limit.copy(), problem.capacity.copy()
    for p in np.random.default_rng(seed).permutation(problem.num_placements):
        fits = problem.fitting(np.array([p]), free).all()
        if fits and problem.daycell[p] not in cells and left[problem.group[p]]:
            free -= problem.usage(np.array([p]))
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
    for rule in SOFT_RULES:
        event(f"{rule} {'earns' if score[rule] else 'earns nothing'}")
    assert compiled.problem.objective(chosen) == sum(score.values())


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_every_meeting_is_the_judges(seed: int) -> None:
    """Where all that recur are linked and meeting is worth much, the model counts what the judge counts in any plan."""
    random, scenario = Random(seed), sound_town(seed)
    recurring = [need for need in scenario.needs if need.recurrence.kind in ("weekly", "biweekly", "monthly")]
    worth = {"sequence": 1000, "sequence_gap": random.choice([0, 0, 30, 60]), "shared": 100, "link": 0}
    assume(len(recurring) > 1)
    scenario = changed(
        scenario,
        policy=changed(scenario.policy, worth=worth),
        needs=[changed(need, may_share=True) for need in recurring],
        links=[make_link(a.id, b.id, weight=random.choice([100, 130])) for a, b in combinations(recurring, 2)],
        relations=(),
    )
    compiled = compile_scenario(scenario)
    for _ in range(12):
        chosen = any_plan(compiled, random.randrange(1000))
        score = verify(scenario, Plan(placements=tuple(compiled.placement(p) for p in chosen))).score
        for rule in SYNERGY:
            event(f"{rule} {'earns' if score[rule] else 'earns nothing'}")
        assert compiled.problem.objective(chosen) == sum(score.values())


def rooms(*links: SynergyLink, **worth: int) -> Scenario:
    """Return two needs of an hour, on Mondays 18-20, in a room each can share and one that is for one at a time."""
    wish = make_wish("mon", "18:00", "20:00")
    hour = {"min_minutes": 60, "max_minutes": 60, "may_share": True}
    return make_scenario(
        make_need("choir", wish, spaces=("hall",), **hour),
        make_need("band", wish, spaces=("parlour",), **hour),
        spaces=(make_space(grid_minutes=60), make_space("parlour", shareable=True, grid_minutes=60)),
        policy=make_policy(worth={"link": 0, **worth}),
        links=links or (make_link("choir", "band"),),
    )


@pytest.mark.parametrize(
    ("worth", "num_sets", "num_pairs"),
    [
        ({}, 0, 0),
        ({"sequence": 10}, 8, 4),  # either first, in either room: the one until 19 and the other from then on
        ({"sequence": 10, "sequence_gap": 60}, 8, 4),  # nobody begins later than at 19
        ({"shared": 10}, 4, 2),  # both at 18 or at 19, in the parlour
        ({"sequence": 10, "shared": 10}, 12, 6),
    ],
)
def test_sets_and_pairs_in_one_room(worth: dict[str, int], num_sets: int, num_pairs: int) -> None:
    """Each end of a need, or each stay where rooms are shared, has a pair with those of the other that meet it."""
    compiled = compile_scenario(rooms(**worth))
    terms = Terms(compiled.problem.num_placements)
    for add in (sequence_terms, shared_terms):
        add(compiled.frame, compiled.stays, compiled.datesets, terms)
    lowered = terms.lower(compiled.problem.daycell, compiled.problem.daycell_group, compiled.problem.group_limit)
    assert (terms.num_sets, len(lowered.z_points)) == (num_sets, num_pairs)


@pytest.mark.parametrize(
    ("worth", "places"),
    [
        ({}, {"choir": "hall", "band": "parlour"}),
        ({"sequence": 7}, {"choir": "hall", "band": "parlour"}),  # a wished room is worth 8: 2 points, 4 hours
        ({"sequence": 9}, None),
        ({"shared": 7}, {"choir": "hall", "band": "parlour"}),
        ({"shared": 9}, {"choir": "parlour", "band": "parlour"}),
    ],
)
def test_company_is_taken_where_it_pays(worth: dict[str, int], places: dict[str, str] | None) -> None:
    """The best plan gives up a wished room when meeting the other is worth more, and not before."""
    scenario = rooms(**worth)
    solution = solve(scenario, Limits(seconds=20, threads=1))
    assert solution.objective == solution.bound
    found = {placement.need: placement.space for placement in solution.placements}
    if places is None:
        assert len(set(found.values())) == 1
        assert len({placement.start for placement in solution.placements}) == 2
    else:
        assert found == places
