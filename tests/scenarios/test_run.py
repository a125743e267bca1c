"""One run: who judges whom, what is counted, what is written."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from models.base import BadInput
from models.plan import Placement
from models.result import Status
from models.rules import SOFT_RULES
from models.scenario import Scenario
from scenarios import run as module
from scenarios.files import read_plan, read_result
from scenarios.run import BrokenPlan, reasons_for, run, write_run
from solver.engine import Limits, Progress
from solver.solve import Solution
from solver.verify import verify
from tests.builders import make_hours, make_need, make_plan, make_scenario, make_wish, place


@pytest.fixture
def scenario() -> Scenario:
    """Four weeks, one room on Monday and Tuesday evenings; chess asks for one session, yarn for two."""
    evening = make_wish("mon,tue", "17:00", "20:00")
    return make_scenario(
        make_need("chess", evening, min_minutes=60, max_minutes=60),
        make_need("yarn", evening, min_minutes=60, max_minutes=60, sessions=2),
        availability=[make_hours(days="mon,tue", start="17:00", end="20:00")],
    )


YARN = place("yarn", start="17:00", end="18:00")
CHESS = place("chess", start="17:00", end="18:00")


def test_what_the_solver_cannot_keep_of_an_overridden_start_is_told(scenario: Scenario) -> None:
    """A double booking let stand in the start plan is gone from the new one: whoever moved is named, nobody else."""
    decision = {"reason": "agreed", "decided_by": "planner", "decided_on": "2026-08-01"}
    overrides = [{"rule": "space.double", "needs": ["chess", "yarn"], **decision}]
    start = make_plan(CHESS, YARN, decisions={"overrides": overrides})
    made = run(scenario, Limits(seconds=10, threads=1, gap=0), start=start)
    assert made.plan is not None
    assert made.result.overridden == ()
    kept = {(one.need, one.weekday, one.start) for one in made.plan.placements}
    assert {one.need for one in made.result.left_out} == {
        one.need for one in (CHESS, YARN) if (one.need, one.weekday, one.start) not in kept
    }
    assert made.result.left_out


def test_start_plan_without_overrides_leaves_nothing_to_tell(scenario: Scenario) -> None:
    """Only what a planner decided is missed."""
    made = run(scenario, Limits(seconds=10, threads=1, gap=0), start=make_plan(CHESS, YARN))
    assert made.result.left_out == ()


def solution_of(scenario: Scenario, *placements: Placement) -> Solution:
    """Return what a solver says that knows the score of these placements and has proven nothing."""
    score = verify(scenario, make_plan(*placements)).objective
    return Solution(
        status=Status.FEASIBLE,
        placements=placements,
        objective=score,
        bound=score + 100,
        trajectory=(),
        scarcity=(),
        first_plan_seconds=0.1,
    )


Answer = Callable[[Solution], None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Let the solver answer with a given solution."""

    def install(solution: Solution) -> None:
        monkeypatch.setattr(module, "solve", lambda *_, **__: solution)

    return install


def test_real_solver_places_all_that_fits(scenario: Scenario) -> None:
    """Three sessions of an hour fit on two evenings of three hours: proven best, and all are placed."""
    made = run(scenario, Limits(seconds=20, threads=1))
    assert made.result.status is Status.OPTIMAL
    assert made.result.objective == made.result.bound == sum(made.result.score.values()) > 0
    assert made.result.gap == 0
    assert made.result.needs.placed == made.result.needs.requested == 2
    assert made.plan is not None
    assert made.plan.scenario_hash == scenario.hash
    assert made.plan.policy_version == scenario.policy.version


def test_needs_are_counted_by_outcome(scenario: Scenario, answer: Answer) -> None:
    """One of two sessions is partly; none is unplaced; the three counts make up what was requested."""
    answer(solution_of(scenario, YARN))
    needs = run(scenario, Limits(seconds=5)).result.needs
    assert (needs.requested, needs.placed, needs.partly, needs.unplaced) == (2, 0, 1, 1)


def test_score_that_the_verifier_does_not_find_is_refused(scenario: Scenario, answer: Answer) -> None:
    """One point more than the verifier counts is a fault of the program, said with both figures."""
    solution = solution_of(scenario, YARN)
    assert solution.objective is not None
    answer(replace(solution, objective=solution.objective + 1))
    with pytest.raises(BrokenPlan, match=rf"{solution.objective + 1} points, the verifier {solution.objective}"):
        run(scenario, Limits(seconds=5))


def test_plan_with_a_violation_is_refused(scenario: Scenario, answer: Answer) -> None:
    """Two needs in one room at one time never become a result."""
    answer(solution_of(scenario, YARN, CHESS))
    with pytest.raises(BrokenPlan, match="yarn"):
        run(scenario, Limits(seconds=5))


def test_bound_below_the_plan_is_refused(scenario: Scenario, answer: Answer) -> None:
    """A bound that the plan itself beats bounds nothing."""
    solution = solution_of(scenario, YARN)
    assert solution.objective is not None
    answer(replace(solution, bound=solution.objective - 1))
    with pytest.raises(BrokenPlan, match="below the plan"):
        run(scenario, Limits(seconds=5))


def test_no_plan_is_a_result_too(scenario: Scenario, answer: Answer) -> None:
    """Without a plan the status and bound stand, every need is unplaced, and no score is made up."""
    answer(replace(solution_of(scenario), status=Status.UNKNOWN, objective=None, first_plan_seconds=None))
    made = run(scenario, Limits(seconds=5))
    assert made.plan is None
    assert made.result.status is Status.UNKNOWN
    assert (made.result.objective, made.result.gap, made.result.score) == (None, None, {})
    assert made.result.needs.unplaced == made.result.needs.requested == 2


def test_solver_gets_less_than_all_the_time(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """Judging and explaining come out of the same seconds, reading before ``run`` counts, and the rest is handed on."""
    seen: list[tuple[Limits, float]] = []

    def solver(asked: Scenario, limits: Limits, *, started: float, **_: object) -> Solution:
        seen.append((limits, started))
        return solution_of(asked)

    monkeypatch.setattr(module, "solve", solver)
    started = time.monotonic() - 3
    made = run(scenario, Limits(seconds=10, gap=0.01, steps=7, threads=1, seed=5), started=started)
    ((limits, handed_on),) = seen
    assert 8 <= limits.seconds < 10
    assert (limits.gap, limits.steps, limits.threads, limits.seed) == (0.01, 7, 1, 5)
    assert handed_on == started
    assert 3 <= made.result.seconds < 10
    assert made.result.seed == 5


def test_progress_goes_on_after_the_solver(scenario: Scenario, answer: Answer) -> None:
    """Whoever watches is told that the explaining has begun, with the figures reached."""
    solution = solution_of(scenario, YARN)
    answer(solution)
    told: list[Progress] = []
    run(scenario, Limits(seconds=5), on_progress=told.append)
    assert told[-1].phase == "explain"
    assert (told[-1].objective, told[-1].bound) == (solution.objective, solution.bound)


def test_versions_name_what_made_the_plan(scenario: Scenario, answer: Answer) -> None:
    """A result can be repeated: program, Python and engines are named."""
    answer(solution_of(scenario))
    versions = run(scenario, Limits(seconds=5)).result.versions
    assert set(versions) == {"yhteistila", "python", "ortools", "highspy", "numpy"}
    assert all(versions.values())


def test_files_read_back_and_name_the_plan(scenario: Scenario, answer: Answer, tmp_path: Path) -> None:
    """The folder serves as a plan and as a result, and holds the report in every language."""
    answer(solution_of(scenario, YARN))
    made = write_run(run(scenario, Limits(seconds=5)), tmp_path / "out")
    assert read_plan(tmp_path / "out") == made.plan
    assert read_result(tmp_path / "out") == made.result
    assert made.result.plan == str(tmp_path / "out" / "plan.json")
    document = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert set(document["score"]) == set(SOFT_RULES)
    for name in ("report.html", "report.sv.html", "report.en.html"):
        assert (tmp_path / "out" / name).read_text(encoding="utf-8").lstrip().startswith("<!doctype html>")


def test_folder_never_mixes_two_runs(scenario: Scenario, answer: Answer, tmp_path: Path) -> None:
    """A run without a plan takes away the plan and reports of the one before."""
    answer(solution_of(scenario, YARN))
    write_run(run(scenario, Limits(seconds=5)), tmp_path)
    answer(replace(solution_of(scenario), status=Status.UNKNOWN, objective=None))
    write_run(run(scenario, Limits(seconds=5)), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]
    assert read_result(tmp_path).plan is None


def test_reasons_for_one_need(scenario: Scenario) -> None:
    """One need is explained alone, and a need that is not there is told with the nearest name."""
    plan = make_plan(YARN)
    (reason,) = reasons_for(scenario, plan, "chess")
    assert (reason.need, reason.outcome) == ("chess", "unplaced")
    with pytest.raises(BadInput, match="Did you mean chess"):
        reasons_for(scenario, plan, "ches")


def test_plan_for_other_data_is_not_explained(scenario: Scenario) -> None:
    """Reasons for a plan of other data would be wrong, so it is refused."""
    with pytest.raises(BadInput, match="other data"):
        reasons_for(scenario, make_plan(scenario_hash="0" * 64))


def test_a_town_where_nothing_fits_has_an_empty_plan_with_reasons() -> None:
    """A scenario without any possible stay runs to its end: an empty plan, proven best, and why for each need."""
    scenario = make_scenario(make_need("choir", make_wish("mon", "03:00", "05:00")))
    made = run(scenario, Limits(seconds=20, threads=1))
    assert (made.result.status, made.result.objective, made.result.bound) == ("optimal", 0, 0)
    assert made.result.needs.unplaced == 1
    assert made.reasons[0].rules == ("space.open",)
