"""What the partnership table says is proven holds for every clean plan there is of tiny towns."""

from collections.abc import Sequence
from itertools import chain, combinations
from random import Random

import numpy as np
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from models.plan import Decisions
from models.rules import SOFT_RULES
from models.scenario import Scenario
from models.table import Stakeholder
from scenarios.table.bargain import Bargain, bargain_over, dominates, scale_of
from scenarios.table.meeting import _Checker
from solver.arrays import Floats
from solver.engine import Limits
from solver.verify import skips_of, verify
from tests.builders import make_plan
from tests.solver.test_properties import sound_town
from tests.solver.tiny_towns import candidates

MOST_TRIED = 8
"""Candidates; every set of them is judged."""


def drawn(random: Random, name: str) -> Stakeholder:
    """Return a side for which a few rules count."""
    return Stakeholder(
        id=name, name=name, counts={rule: 10 * random.randint(1, 30) for rule in random.sample([*SOFT_RULES], 6)}
    )


def worth_of_all(scenario: Scenario, sides: Sequence[Stakeholder]) -> list[Floats]:
    """Return what every clean plan is worth to each side."""
    options = candidates(scenario)
    assume(len(options) <= MOST_TRIED)
    found = []
    for some in chain.from_iterable(combinations(options, number) for number in range(len(options) + 1)):
        verdict = verify(scenario, make_plan(*some, decisions=Decisions(skips=skips_of(scenario, some))))
        if {violation.rule for violation in verdict.violations} <= {"order.lot"}:
            found.append(np.array([one.utility(verdict.score) for one in sides]))
    assume(found)
    return found


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_proofs_hold_for_every_plan(seed: int) -> None:
    """No plan passes an ideal's bound, has less largest regret than is proven, or is better for all by more."""
    scenario, random = sound_town(seed), Random(seed)
    sides = [drawn(random, name) for name in ("a", "b", "c")]
    every = worth_of_all(scenario, sides)
    bargain = Bargain(scenario, sides, Limits(seconds=20, threads=1, seed=seed % 7))
    scale = scale_of(bargain, None)
    proven = bargain_over(bargain, scale, 4)
    least = min(float(scale.regret(worth).max()) for worth in every)
    event("a compromise that costs" if proven > 0 else "all can have their best")
    assert proven <= least + 1e-9
    for worth in every:
        assert (worth <= scale.ideal_bound + 1e-9).all()
    _, offer, checked = _Checker(bargain, scale).check("compromise", bargain.pool[0])
    gains = [float(((worth - offer.worth) / scale.span).min()) for worth in every]
    assert checked.at_most >= max(gains) - 1e-9
    if checked.at_most == 0:
        assert not any(dominates(worth, offer.worth) for worth in every)
