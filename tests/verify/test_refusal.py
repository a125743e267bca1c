"""Plans that cannot be judged are refused, with every reason at once."""

from datetime import date
from typing import Any

import pytest

from models.base import BadInput
from solver.verify import verify
from tests.builders import make_plan, make_scenario, place


def test_all_problems_come_at_once() -> None:
    """Two unknown needs, an unknown space and a wrong hash are four issues, each with where and how to mend it."""
    plan = make_plan(place("ghost"), place(), place("phantom", "attic"), scenario_hash="0" * 64)
    with pytest.raises(BadInput) as refused:
        verify(make_scenario(), plan)
    issues = refused.value.issues
    assert [issue.where for issue in issues] == [
        "scenario_hash",
        "placements[0].need",
        "placements[2].need",
        "placements[2].space",
    ]
    assert all(issue.severity == "error" and issue.mend for issue in issues)
    assert "ghost" in issues[1].problem


@pytest.mark.parametrize(
    ("stamp", "where"),
    [
        ({"scenario": "other"}, "scenario"),
        ({"scenario_hash": "f" * 64}, "scenario_hash"),
        ({"policy_version": "2"}, "policy_version"),
    ],
)
def test_plan_made_for_other_data(stamp: dict[str, str], where: str) -> None:
    """A plan that says it was made for something else is refused."""
    with pytest.raises(BadInput) as refused:
        verify(make_scenario(), make_plan(place(), **stamp))
    assert [issue.where for issue in refused.value.issues] == [where]


def test_plan_with_its_own_stamps_is_judged() -> None:
    """With the right id, hash and policy version the verdict is that of a plan without any."""
    scenario = make_scenario()
    stamps: dict[str, Any] = {
        "scenario": scenario.id,
        "scenario_hash": scenario.hash,
        "policy_version": scenario.policy.version,
    }
    assert verify(scenario, make_plan(place(), **stamps)) == verify(scenario, make_plan(place()))


def test_wrong_hash_names_the_overlays() -> None:
    """The overlays a plan was made with help to find the right scenario."""
    stack = [
        {"id": name, "title": name, "why": "To see.", "set": {"title": "Other"}}
        for name in ("open-mill", "more-evenings")
    ]
    with pytest.raises(BadInput, match="with overlays open-mill, more-evenings"):
        verify(make_scenario(), make_plan(scenario_hash="0" * 64, overlays=stack))


@pytest.mark.parametrize("day", [date.min, date.max])
def test_absurd_year_is_refused(day: date) -> None:
    """A year that no clock can be reckoned for is refused, and does not crash."""
    with pytest.raises(BadInput) as refused:
        verify(make_scenario(), make_plan(place(), place(dates=[day])))
    assert [issue.where for issue in refused.value.issues] == ["placements[1].dates"]


@pytest.mark.parametrize("year", [1999, 2099])
def test_wrong_year_is_judged(year: int) -> None:
    """A slip in the year is a violation like any date outside the season."""
    verdict = verify(make_scenario(), make_plan(place(dates=[date(year, 9, 7)])))
    assert "time.pattern" in {violation.rule for violation in verdict.violations}
