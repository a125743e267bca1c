"""What must hold of any plan: the order of placements and the names of things do not matter."""

import re
from collections import Counter
from random import Random
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import Frozen
from models.plan import Plan
from models.result import Verdict
from solver.verify import verify
from tests.builders import changed, make_plan
from tests.verify.rich_town import rich_plan, rich_scenario

RICH = rich_scenario()
PLAN = rich_plan()
GROUPS = ("coach", "seniors")

Record = TypeVar("Record", bound=Frozen)


@st.composite
def disturbed_plans(draw: st.DrawFn) -> Plan:
    """Draw the rich plan with some placements moved in space or time, cut short or doubled."""
    placements = list(PLAN.placements)
    for _ in range(draw(st.integers(0, 6))):
        idx = draw(st.integers(0, len(placements) - 1))
        old = placements[idx]
        start = (old.start + draw(st.sampled_from([-60, -15, 0, 30, 120]))) % 1440
        new = changed(
            old,
            space=draw(st.sampled_from([old.space, *RICH.space_by_id])),
            start=start,
            end=(start + old.minutes) % 1440,
            dates=old.dates[draw(st.integers(0, len(old.dates) - 1)) :],
        )
        doubled = draw(st.booleans())
        placements[idx : idx + 1] = [old, new] if doubled else [new]
    return make_plan(*placements)


def count(verdict: Verdict) -> Counter[str]:
    """Count the violations by rule."""
    return Counter(violation.rule for violation in verdict.violations)


def relabel(record: Record, renamed: dict[str, str]) -> Record:
    """Rename in the record's JSON every string, but names of fields, that is one of the names."""
    text = re.sub(r'"([^"]+)"(?!:)', lambda match: f'"{renamed.get(match[1], match[1])}"', record.model_dump_json())
    return type(record).model_validate_json(text)


@settings(max_examples=50)
@given(disturbed_plans())
def test_overriding_every_violation_leaves_none_and_hides_none(plan: Plan) -> None:
    """With an override for each violation, all of them are told as overridden, and the score stays."""
    before = verify(RICH, plan)
    decision = {"reason": "agreed", "decided_by": "planner", "decided_on": "2026-08-01"}
    overrides = [{"rule": one.rule, "needs": one.needs, **decision} for one in before.violations]
    after = verify(RICH, changed(plan, decisions={"overrides": overrides}))
    assert (after.violations, after.notices, after.score) == ((), (), before.score)
    assert [one.message for one in after.overridden] == [one.message for one in before.violations]


@settings(max_examples=50)
@given(disturbed_plans(), st.randoms(use_true_random=False))
def test_order_of_placements_does_not_matter(plan: Plan, random: Random) -> None:
    """A shuffled plan has the same verdict to the letter."""
    shuffled = list(plan.placements)
    random.shuffle(shuffled)
    assert verify(RICH, make_plan(*shuffled)) == verify(RICH, plan)


@settings(max_examples=50)
@given(disturbed_plans(), st.randoms(use_true_random=False))
def test_names_do_not_matter(plan: Plan, random: Random) -> None:
    """With needs, spaces, sites, organisations and groups renamed, score and numbers of violations stay."""
    names = [*RICH.need_by_id, *RICH.space_by_id, *RICH.site_by_id, *RICH.organisation_by_id, *GROUPS]
    ranks = list(range(len(names)))
    random.shuffle(ranks)
    renamed = {old: f"x{rank:03d}" for old, rank in zip(names, ranks, strict=True)}
    before, after = verify(RICH, plan), verify(relabel(RICH, renamed), relabel(plan, renamed))
    assert (after.score, after.measures, count(after)) == (before.score, before.measures, count(before))
