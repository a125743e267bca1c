"""Sweeps: cases in processes of their own, what is done and not run again, failures, measures and reports."""

import os
import shutil
import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from models.plan import Plan
from models.result import Result
from models.rules import SOFT_RULES
from models.study import Marginal
from scenarios.affinity import propose
from scenarios.files import read_overlay, read_plan, read_result, read_scenario
from scenarios.run import judged
from scenarios.study.cases import Task, Workshop
from scenarios.study.files import STUDIES, read_study, study_names
from scenarios.study.marginal import Trial, base_task, trial_tasks, trials, values_of
from scenarios.study.measures import Base, measure
from scenarios.study.pictures import main_pair, round_values
from scenarios.study.studio import look, prepare, run_study
from scenarios.study.sweep import News, standing, sweep
from solver.solve import solve
from solver.verify import verify
from tests.scenarios.small_town import write

STUDY = """\
id: study
title: A study
scenario: town
seconds: 30
grid:
  room:
    - {name: as-is}
    - {name: none, set: {spaces/hall/status: closed}, euros: -100}
  aim:
    - {name: plain}
    - {name: synergy, weights: {"synergy.*": 400}}
"""


def written(folder: Path, text: str = STUDY) -> Path:
    """Write the small town, and a study of it."""
    (folder / "town").mkdir(exist_ok=True)
    write(folder / "town")
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return folder / "study.yaml"


def swept(tasks: list[Task], out: Path) -> tuple[dict[str, str], list[str]]:
    """Run cases two at a time; return how each stands, and which were run, in the order in which they ended."""
    ended: list[str] = []

    def hear(news: News) -> None:
        if news.ended is not None:
            ended.append(news.case)

    stands = sweep(tasks, out, 2, hear, threading.Event())
    return {one.id: one.state for one in stands}, ended


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Run the study once: its file, and the folder of its cases."""
    folder = tmp_path_factory.mktemp("study")
    file, out = written(folder), folder / "out"
    prepared = prepare(file)
    outcome = run_study(prepared, out, 2, lambda _: None, threading.Event())
    assert [case.state for case in outcome.cases] == ["done"] * 4
    return file, out


def test_each_case_leaves_what_solve_does(study: tuple[Path, Path]) -> None:
    """Its result knows its plan and what was changed; the plan is sound for the scenario with its overlays."""
    file, out = study
    for task in prepare(file).tasks:
        result, plan = read_result(out / task.id), read_plan(out / task.id)
        assert result.plan == str(out / task.id / "plan.json")
        assert set(result.overlays) == {one.id for one in task.what_if.overlays}
        assert verify(task.what_if.scenario, plan).objective == result.objective
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_what_is_done_is_not_run_again(study: tuple[Path, Path], tmp_path: Path) -> None:
    """The same study runs nothing; of a changed one only what changed."""
    file, out = study
    copy = tmp_path / "out"
    shutil.copytree(out, copy)
    assert swept(prepare(file).tasks, copy)[1] == []
    text = STUDY.replace('"synergy.*": 400', '"synergy.*": 300').replace("euros: -100", "euros: 50")
    stands, ended = swept(prepare(written(tmp_path, text)).tasks, copy)
    assert sorted(ended) == ["as-is-synergy", "none-synergy"]
    assert set(stands.values()) == {"done"}


def test_plans_are_measured_by_the_base(study: tuple[Path, Path]) -> None:
    """One plan has one measure whatever the weights of the case; what a setting costs is added."""
    file, out = study
    outcome = look(prepare(file), out)
    cases = {case.id: case for case in outcome.cases}
    workshop = Workshop(read_study(file))
    base = workshop.base.scenario
    for name in ("as-is-plain", "as-is-synergy"):
        plan = read_plan(out / name).model_copy(update={"scenario_hash": None, "policy_version": None})
        verdict, measures = verify(base, plan), cases[name].measures
        assert measures is not None
        assert measures.objective == verdict.objective == sum(verdict.score[rule] for rule in SOFT_RULES)
        assert measures.synergy == sum(points for rule, points in verdict.score.items() if rule.startswith("synergy."))
    heavy = cases["as-is-synergy"]
    assert heavy.measures is not None
    assert heavy.measures.bound is None  # of other points
    plain, closed = cases["as-is-plain"].measures, cases["none-plain"].measures
    assert plain is not None
    assert closed is not None
    assert plain.bound == cases["as-is-plain"].bound
    assert (plain.cost, closed.cost) == (0, -100)
    assert closed.utilisation < plain.utilisation
    assert {case.place for case in outcome.cases} <= {"front", "beaten"}


def test_utilisation_is_of_what_the_base_offers() -> None:
    """Where a house closes, hours in use are still told as a share of all that there were."""
    workshop = Workshop(read_study("centre-budgets"))
    base = Base.of(workshop.base.scenario)
    nothing = replace(workshop.tasks()[0], opened=())
    solution = solve(nothing.what_if.scenario, replace(nothing.limits, seconds=3, steps=1), opened=())
    plan_run = judged(nothing.what_if.scenario, Plan(placements=solution.placements))
    assert plan_run.plan is not None
    had = measure(base, nothing.what_if.scenario, plan_run.plan, plan_run.result).and_costs(70)
    minutes = sum(one.minutes * len(one.dates) for one in plan_run.plan.placements)
    assert had.utilisation == pytest.approx(minutes / base.offered, abs=1e-5)
    assert (had.cost, had.breaches) == (70, 0)
    assert had.sessions == len(plan_run.plan.placements)


def test_a_bad_case_does_not_stop_the_others(study: tuple[Path, Path], tmp_path: Path) -> None:
    """A case whose files are others than were checked fails with its reason, and is tried again the next time."""
    file, _ = study
    task = prepare(file).tasks[0]
    written(tmp_path)
    policy = tmp_path / "town" / "policy.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("version: 1", "version: 2"), encoding="utf-8")
    bad = replace(task, id="bad", source=str(tmp_path / "town"))
    lost = replace(task, id="lost", source=str(tmp_path / "nowhere"))
    tasks = [bad, lost, replace(task, id="good")]
    stands, ended = swept(tasks, tmp_path / "out")
    assert stands == {"bad": "failed", "lost": "failed", "good": "done"}
    assert sorted(ended) == ["bad", "good", "lost"]
    assert "changed while the study ran" in (standing(bad, tmp_path / "out").reason or "")
    assert "no folder" in (standing(lost, tmp_path / "out").reason or "")
    assert sorted(swept(tasks, tmp_path / "out")[1]) == ["bad", "lost"]


@pytest.mark.skipif(shutil.which("pgrep") is None, reason="processes are found with pgrep")
def test_a_killed_case_fails_alone(tmp_path: Path) -> None:
    """A process that dies without a word, as for want of memory, leaves the signal as its reason."""
    workshop = Workshop(read_study("centre-budgets"))
    task = replace(workshop.tasks()[0], limits=replace(workshop.limits(0), seconds=60))
    heard = threading.Event()
    thread = threading.Thread(
        target=lambda: sweep([task], tmp_path, 1, lambda _: heard.set(), threading.Event()), daemon=True
    )
    thread.start()
    assert heard.wait(60)
    found = subprocess.run(
        ["pgrep", "-P", str(os.getpid()), "-f", str(tmp_path)], capture_output=True, text=True, check=True
    )
    os.kill(int(found.stdout), 9)
    thread.join(30)
    assert standing(task, tmp_path).state == "failed"
    assert "signal 9" in (standing(task, tmp_path).reason or "")
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == [task.id]


def test_stopped_sweeps_begin_nothing(study: tuple[Path, Path], tmp_path: Path) -> None:
    """Once it is told to stop, no case begins; all are left to do."""
    stop = threading.Event()
    stop.set()
    stands = sweep(prepare(study[0]).tasks, tmp_path, 2, lambda _: None, stop)
    assert {one.state for one in stands} == {"left"}


def test_half_written_folders_are_not_counted(study: tuple[Path, Path], tmp_path: Path) -> None:
    """What a killed process left is taken away; a folder without its key, or with another one, is not done."""
    file, out = study
    tasks = prepare(file).tasks
    shutil.copytree(out, tmp_path / "out")
    (tmp_path / "out" / f".{tasks[0].id}.4711").mkdir()
    (tmp_path / "out" / tasks[1].id / "case.json").unlink()
    (tmp_path / "out" / tasks[2].id / "result.json").unlink()
    assert [standing(task, tmp_path / "out").state for task in tasks] == ["done", "left", "left", "done"]
    swept(tasks[:1], tmp_path / "out")
    assert not list((tmp_path / "out").glob(".*"))


def test_the_report_is_whole_in_every_language(study: tuple[Path, Path]) -> None:
    """It names every case, asks nothing of the net, and its pictures are well-formed."""
    file, out = study
    outcome = look(prepare(file), out)
    assert main_pair(outcome) is not None
    for name in ("report.html", "report.sv.html", "report.en.html"):
        text = (out / name).read_text(encoding="utf-8")
        assert all(case.id in text for case in outcome.cases)
        assert "src=" not in text
        assert text.count("<svg") == text.count("</svg>")
    picture = ElementTree.parse(out / "front.svg").getroot()
    marks = [one for one in picture.iter() if one.tag.endswith("title")]
    assert len(marks) == len(outcome.cases)


def scarce(tmp_path: Path) -> Workshop:
    """Return a study of a town in which two groups want the one hour of the one room."""
    file = written(tmp_path, STUDY + "marginal: {seconds: 10, hours: 1, length: 1, rooms: 1}\n")
    town = tmp_path / "town"
    (town / "availability.csv").write_text("place,weekdays,start,end\ncentre,mon,18:00,19:00\n", encoding="utf-8")
    (town / "spaces.csv").write_text(
        "id,site,name,kind,owner,capacity\nhall,centre,Hall,hall,city,60\n", encoding="utf-8"
    )
    (town / "scenario.yaml").write_text(
        "id: town\ntitle: Town\nseason: {first: 2026-08-31, last: 2026-12-20}\n", encoding="utf-8"
    )
    (town / "exceptions.csv").unlink()
    (town / "links.csv").unlink()
    (town / "needs.csv").write_text(
        "id,organisation,title,size,min_minutes,max_minutes,wishes,spaces\n"
        "choir,club,Choir,30,60,60,mon 18:00-19:00,hall\nband,club,Band,15,60,60,mon 18:00-19:00,\n",
        encoding="utf-8",
    )
    return Workshop(read_study(file))


def solved(task: Task) -> Result:
    """Solve a task here."""
    solution = solve(task.what_if.scenario, task.limits, start=task.start)
    result = judged(task.what_if.scenario, Plan(placements=solution.placements)).result
    return result.model_copy(update={"bound": solution.bound, "scarcity": solution.scarcity})


def test_one_more_hour_is_worth_what_the_group_without_would_earn(tmp_path: Path) -> None:
    """Where all is proven best the range is one number, and one more hour gives the second group its session."""
    workshop = scarce(tmp_path)
    asked = workshop.study.marginal
    assert asked == Marginal(seconds=10, hours=1, length=1, rooms=1)
    base = solved(base_task(workshop, asked))
    found: list[Trial] = trials(workshop.base.scenario, asked, base.scarcity)
    assert [one.extra.kind for one in found] == ["hours", "room"]
    tasks = trial_tasks(workshop, asked, Plan(), found)
    results = {task.id: solved(task) for task in tasks}
    made = values_of(base, found, results.__getitem__)
    for one in made.extras:
        assert one.least == one.most == one.found
        assert one.least is not None
        assert one.least > 0
    hour = made.extras[0]
    assert (hour.space, hour.weekday, hour.first, hour.last) == ("hall", 0, 18, 19)
    twin = tasks[0].what_if.scenario
    assert twin.need_by_id["choir"].spaces == ("hall", "hall-more")
    assert {row.place for row in twin.availability} == {"hall", "hall-more"}


def test_a_range_is_no_more_than_is_proven(tmp_path: Path) -> None:
    """Unproven runs give a range from nothing, and any run's bound serves the base."""
    workshop = scarce(tmp_path)
    asked = workshop.study.marginal
    assert asked is not None
    base = solved(base_task(workshop, asked))
    found = trials(workshop.base.scenario, asked, base.scarcity)
    assert base.objective is not None
    loose = base.model_copy(update={"bound": base.objective + 500})
    more = {"hours": (base.objective + 90, base.objective + 300), "room": (base.objective + 400, base.objective + 450)}
    results = {
        one.id: base.model_copy(update=dict(zip(("objective", "bound"), more[one.extra.kind], strict=True)))
        for one in found
    }
    made = values_of(loose, found, results.__getitem__)
    assert made.bound == base.objective + 300
    assert [(one.least, one.most, one.found) for one in made.extras] == [(0, 300, 90), (100, 450, 400)]


@pytest.mark.parametrize("name", study_names())
def test_library_studies_are_sound(name: str) -> None:
    """Every case of each can be made, and no two ask for the same."""
    tasks = prepare(name).tasks
    assert len({task.key for task in tasks}) == len(tasks) == read_study(name).study.num_cases


def test_the_neighbours_are_those_that_the_program_proposes() -> None:
    """The overlay with Kuopio's links says what ``propose`` would say today."""
    overlay = read_overlay("kuopio-neighbours", STUDIES)
    proposals = propose(read_scenario("kuopio"), 2)[: len(overlay.add["links"])]
    assert [(one["a"], one["b"], int(one["weight"])) for one in overlay.add["links"]] == [
        (one.a, one.b, one.weight) for one in proposals
    ]


@pytest.mark.parametrize(
    ("one", "other", "most", "told"),
    [(564, 1420, 6, [600, 800, 1000, 1200, 1400]), (60, -4, 3, [0, 50]), (0.26, 0.28, 3, [0.26, 0.27, 0.28])],
)
def test_axes_have_round_values(one: float, other: float, most: int, told: list[float]) -> None:
    """So many at most, whichever end is the better one."""
    assert round_values(one, other, most) == pytest.approx(told)
