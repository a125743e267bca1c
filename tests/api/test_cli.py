"""The command line: what goes to stdout, what to stderr, and the exit codes."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pytest

from api.cli import cli
from models.plan import Plan
from models.result import Status
from models.rules import RULES, SOFT_RULES
from models.scenario import Scenario
from scenarios import run as running
from scenarios.files import read_plan, read_scenario, write_plan
from scenarios.wording import LANGUAGES
from solver.engine import Limits
from solver.solve import Solution
from tests.api.conftest import TOWN, document, ended, write_town

NO_PLAN = Solution(
    status=Status.UNKNOWN,
    placements=(),
    objective=None,
    bound=None,
    trajectory=(),
    scarcity=(),
    first_plan_seconds=None,
)


def test_help_loads_nothing_heavy() -> None:
    """Help comes at once, because what the commands need is imported when they run."""
    code = "import sys, api.cli; print(*{'pydantic', 'numpy', 'ortools', 'rich', 'yaml'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"


def test_defaults_are_those_of_the_library() -> None:
    """The command and a caller from Python solve with the same limits where nothing is said."""
    context = cli.commands["solve"].make_context("solve", ["kuopio"])
    assert asdict(Limits()).items() <= context.params.items()


@pytest.mark.parametrize("name", ["explain", "propose", "recommend", "rules"])
def test_languages_are_those_of_the_texts(name: str) -> None:
    """A language that is added to the texts is offered."""
    (option,) = (option for option in cli.commands[name].params if option.name == "lang")
    assert isinstance(option.type, click.Choice)
    assert set(option.type.choices) == set(LANGUAGES)


def test_solve_prints_the_contract(solved: tuple[Path, dict[str, Any]]) -> None:
    """The JSON has every key of the contract; the score adds up and no rule is broken."""
    folder, printed = solved
    assert {
        "status", "objective", "bound", "gap", "score", "needs", "violations", "seconds", "seed", "versions", "plan",
    } <= set(printed)  # fmt: skip
    assert printed["status"] == "optimal"
    assert printed["objective"] == sum(printed["score"].values()) > 0
    assert list(printed["score"]) == list(SOFT_RULES)
    assert printed["violations"] == []
    assert printed["needs"] == {"requested": 3, "placed": 2, "partly": 0, "unplaced": 1}
    assert 0 < printed["first_plan_seconds"] <= printed["seconds"] <= 20
    assert Path(printed["plan"]) == folder / "plan.json"
    assert printed == json.loads((folder / "result.json").read_text(encoding="utf-8"))


def test_solve_writes_where_nothing_is_said(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ``--out`` the plan is kept all the same, in a folder named for the scenario, and said so for people."""
    monkeypatch.chdir(tmp_path)
    result = ended(0, "solve", town, "--seconds", "20", "--threads", "1")
    assert {path.name for path in (tmp_path / "plan-town").iterdir()} == {
        "result.json", "plan.json", "scenario.json", "report.html", "report.sv.html", "report.en.html",
    }  # fmt: skip
    assert "3 needs: 2 placed, 0 partly, 1 unplaced" in result.stdout
    assert "plan-town" in result.stderr


def test_same_seed_and_steps_give_the_same_plan(town: Path, tmp_path: Path) -> None:
    """With one thread and a step limit, two runs agree to the last date."""
    for name in ("a", "b"):
        ended(0, "solve", town, "--seed", "3", "--threads", "1", "--steps", "20", "--out", tmp_path / name)
    assert read_plan(tmp_path / "a") == read_plan(tmp_path / "b")


def test_start_plan_is_read(town: Path, solved: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """A plan from before is a start, and the result is no worse."""
    folder, before = solved
    arguments = ("--start", folder, "--seconds", "20", "--threads", "1", "--out", tmp_path / "again", "--json")
    assert document(ended(0, "solve", town, *arguments))["objective"] == before["objective"]


def test_no_plan_has_an_exit_code_of_its_own(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no plan was found, the result says so, no plan file is named and the exit code is 3."""
    monkeypatch.setattr(running, "solve", lambda *_, **__: NO_PLAN)
    result = ended(3, "solve", town, "--out", tmp_path / "out", "--json")
    assert (document(result)["status"], document(result)["plan"]) == ("unknown", None)
    assert "No plan found" in result.stderr


def test_folder_that_cannot_be_written_is_told_before_the_search(town: Path, tmp_path: Path) -> None:
    """A minute's search is not thrown away for a file in the way."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "--out" in ended(2, "solve", town, "--out", tmp_path / "file" / "below").stderr


@pytest.mark.parametrize("arguments", [("--seconds", "0"), ("--gap", "-1"), ("--threads", "0"), ("--nothing",)])
def test_wrong_usage(town: Path, arguments: tuple[str, ...]) -> None:
    """Limits that no run can have are wrong usage."""
    ended(2, "solve", town, *arguments)


def test_check_passes_good_data(town: Path) -> None:
    """Good data has no errors."""
    assert "0 errors" in ended(0, "check", town).stdout
    assert document(ended(0, "check", town, "--json")) == {"errors": 0, "warnings": 0, "issues": []}


@pytest.mark.parametrize("command", [("check",), ("solve", "--seconds", "5"), ("verify", "plan"), ("explain", "plan")])
def test_every_problem_is_listed_at_once(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Two faults in two files are both told by any command, with file and way to mend, and no traceback."""
    broken = write_town(
        tmp_path / "broken",
        availability="place,weekdays,start,end\nhall,mon,20:00,17:00\n",
        organisations="id,name,applicant_class\nchoir,Kuoro,association\n",
    )
    name, *rest = command
    result = ended(1, name, broken, *rest)
    assert "availability.csv" in result.output
    assert "needs.csv" in result.output
    assert "club" in result.output


def test_check_lists_problems_as_json(tmp_path: Path) -> None:
    """Each problem of the JSON has its place, what is wrong and how to mend it."""
    broken = write_town(tmp_path / "broken", availability="place,weekdays,start,end\nhall,mon,20:00,17:00\n")
    found = document(ended(1, "check", broken, "--json"))
    assert found["errors"] == sum(issue["severity"] == "error" for issue in found["issues"]) > 0
    assert set(found["issues"][0]) == {"where", "path", "problem", "mend", "severity"}
    assert found["issues"][0]["path"] == "availability.csv#/2"


@pytest.mark.parametrize("text", ["", ": [", "- 1", "\x00", "title: {"])
def test_file_that_is_no_scenario(tmp_path: Path, text: str) -> None:
    """A file that is not YAML, or not of this shape, is bad input."""
    path = tmp_path / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    assert ended(1, "check", path).stdout


def test_scenario_that_is_not_there(tmp_path: Path) -> None:
    """A name that is no folder, file or library scenario is bad input, and the library is told."""
    assert "kuopio" in ended(1, "solve", tmp_path / "nowhere").stderr


def test_verify_passes_the_solvers_plan(town: Path, solved: tuple[Path, dict[str, Any]]) -> None:
    """The folder serves as the plan; the score is the solver's."""
    folder, printed = solved
    verdict = document(ended(0, "verify", town, folder, "--json"))
    assert verdict["violations"] == []
    assert verdict["score"] == printed["score"]
    assert verdict["objective"] == printed["objective"]
    assert "0 violations" in ended(0, "verify", town, folder / "plan.json").stdout


def test_verify_names_both_needs_the_space_and_the_date(
    town: Path, solved: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """One placement moved onto another is found: who, where and when."""
    plan = read_plan(solved[0])
    hall = next(placement for placement in plan.placements if placement.space == "hall")
    chess = next(placement for placement in plan.placements if placement.need == "chess")
    onto = hall.model_copy(update={"need": chess.need})
    path = tmp_path / "moved.json"
    moved = tuple(onto if placement == chess else placement for placement in plan.placements)
    write_plan(plan.model_copy(update={"placements": moved}), path)
    printed = ended(1, "verify", town, path).stdout
    (double,) = (line for line in printed.splitlines() if line.startswith("space.double"))
    assert all(word in double for word in ("chess", hall.need, "hall", str(hall.dates[0])))


@pytest.fixture
def crowded(solved: tuple[Path, dict[str, Any]], tmp_path: Path) -> tuple[Path, Plan]:
    """Move the hall's group to the classroom, which is too small, and write that plan."""
    plan = read_plan(solved[0])
    moved = tuple(
        one.model_copy(update={"space": "room"}) if one.space == "hall" else one
        for one in plan.placements
        if one.space == "hall" or one.weekday != 0
    )
    crowded = plan.model_copy(update={"placements": moved})
    write_plan(crowded, tmp_path / "crowded.json")
    return tmp_path / "crowded.json", crowded


def overridden(path: Path, plan: Plan, **changes: Any) -> None:
    """Write the plan with an override of the capacity."""
    (need,) = (one.need for one in plan.placements if one.need != "chess")
    entry = {"rule": "space.capacity", "needs": [need], "reason": "Puolet kiertueella."}
    document = json.loads(plan.model_dump_json())
    document["decisions"] = {"overrides": [entry | {"decided_by": "planner", "decided_on": "2026-08-20"} | changes]}
    path.write_text(json.dumps(document), encoding="utf-8")


def test_verify_passes_a_plan_whose_breaches_are_all_overridden(town: Path, crowded: tuple[Path, Plan]) -> None:
    """With the override the exit code is 0, and text and JSON show what is overridden and why."""
    path, plan = crowded
    assert "1 violation\n" in ended(1, "verify", town, path).stdout
    overridden(path, plan)
    printed = ended(0, "verify", town, path).stdout
    assert "0 violations, 1 more overridden by decision" in printed
    assert "overridden by planner on 2026-08-20: Puolet kiertueella." in printed
    verdict = document(ended(0, "verify", town, path, "--json"))
    assert verdict["violations"] == verdict["notices"] == []
    assert [(one["rule"], one["reason"]) for one in verdict["overridden"]] == [
        ("space.capacity", "Puolet kiertueella.")
    ]


def test_verify_tells_an_override_that_covers_nothing(town: Path, crowded: tuple[Path, Plan]) -> None:
    """The breach stays a violation, and the idle override is told beside it."""
    path, plan = crowded
    overridden(path, plan, weekday="fri")
    printed = ended(1, "verify", town, path).stdout
    assert "warning: decisions.overrides[0]: the override of space.capacity" in printed
    assert "covers nothing" in printed


@pytest.mark.parametrize("command", ["verify", "explain"])
def test_override_that_cannot_be_read_is_bad_input(town: Path, crowded: tuple[Path, Plan], command: str) -> None:
    """A blank reason is told with its place; so is a rule that is not there."""
    path, plan = crowded
    overridden(path, plan, reason=" ")
    assert "overrides" in ended(1, command, town, path).stderr
    overridden(path, plan, rule="space.size")
    assert "there is no rule space.size" in ended(1, command, town, path).stderr


def test_explain_says_placed_by_an_override(town: Path, crowded: tuple[Path, Plan]) -> None:
    """The reason of the need cites rule and reason; the JSON has them apart."""
    path, plan = crowded
    overridden(path, plan)
    assert "Placed by an override of space.capacity: Puolet kiertueella." in ended(0, "explain", town, path).stdout
    told = [entry["overrides"] for entry in document(ended(0, "explain", town, path, "--json")) if "overrides" in entry]
    assert told == [[{"rule": "space.capacity", "reason": "Puolet kiertueella."}]]


def test_solve_tells_what_an_override_held_in_the_start_plan(
    town: Path, crowded: tuple[Path, Plan], tmp_path: Path
) -> None:
    """The solver keeps every rule: the overridden placement is left out, and the output names it."""
    path, plan = crowded
    overridden(path, plan)
    arguments = ("solve", town, "--start", path, "--seconds", "20", "--threads", "1", "--out", tmp_path / "again")
    assert "left out of the start plan" in ended(0, *arguments).stdout
    assert [one["space"] for one in document(ended(0, *arguments, "--json"))["left_out"]] == ["room"]


def test_plan_of_other_data_is_refused(solved: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """A plan made before the data changed is not judged as if it fitted."""
    sites = "id,name\nschool,Uusi koulu\n"
    changed = write_town(tmp_path / "changed", sites=sites)
    for command in ("verify", "explain"):
        assert "scenario_hash" in ended(1, command, changed, solved[0]).stderr


def test_explain_gives_a_reason_for_every_need(town: Path, solved: tuple[Path, dict[str, Any]]) -> None:
    """Every need has its outcome, rules and sentence; those not fully placed a change or null."""
    reasons = {entry["need"]: entry for entry in document(ended(0, "explain", town, solved[0], "--json"))}
    assert set(reasons) == set(read_scenario(town).need_by_id)
    known = {rule.id for rule in RULES}
    for entry in reasons.values():
        assert entry["reason"]
        assert set(entry["rules"]) <= known
        assert ("smallest_change" in entry) == (entry["outcome"] != "placed")
        assert entry["weight"] == 100 + sum(part["percent"] for part in entry["weight_parts"])
    (refused,) = (entry for entry in reasons.values() if entry["outcome"] == "unplaced")
    assert refused["need"] in ("rehearsal", "concert")
    assert refused["filters"]
    assert refused["nearest_miss"]["text"]
    if refused["smallest_change"] is not None:
        assert refused["smallest_change"]["confirmed"] is True
        assert refused["smallest_change"]["by"] in ("nobody", "applicant", "owner")
        assert refused["smallest_change"]["how"] in ("free", "moves")


def test_explain_one_need_in_finnish(town: Path, solved: tuple[Path, dict[str, Any]]) -> None:
    """One need can be asked for alone, in another language; an unknown one is bad input."""
    finnish = ended(0, "explain", town, solved[0], "chess", "--lang", "fi").stdout
    english = ended(0, "explain", town, solved[0], "chess").stdout
    assert finnish.startswith("chess (Shakki)")
    assert finnish != english
    assert "Did you mean chess" in ended(1, "explain", town, solved[0], "ches").stderr


def test_propose_tells_what_speaks_for_a_link(town: Path) -> None:
    """The two rehearsals of the choir, as a line for people and as a record for machines."""
    assert (
        "Harjoitus (Kuoro)  Konserttiharjoitus (Kuoro)  Sama järjestö."
        in ended(0, "propose", town, "--lang", "fi").stdout
    )
    assert document(ended(0, "propose", town, "--json")) == [
        {
            "a": "rehearsal",
            "b": "concert",
            "weight": 60,
            "why": "One organisation.",
            "grounds": [{"kind": "organisation", "points": 60, "words": ["choir"]}],
        }
    ]


def test_proposals_are_written_beside_what_is_there(tmp_path: Path) -> None:
    """No row is lost: those of the scenario, and those of the file as a planner left them; asked again, none is new."""
    links = "a,b,why,status\nconcert,chess,one evening,struck\n"
    folder = write_town(tmp_path / "town")
    (folder / "links.csv").write_text(links)
    out = tmp_path / "elsewhere.csv"
    assert "1 link from before and 1 proposal." in ended(0, "propose", folder, "--out", out).stderr
    told = out.read_text().replace("affinity,proposed", "affinity,struck")
    assert told.count("struck") == 2
    out.write_text(told)
    assert "2 links from before and 0 proposals." in ended(0, "propose", folder, "--out", out).stderr
    assert out.read_text() == told
    ended(0, "propose", folder, "--out", folder / "links.csv", "--most", "1")
    assert [(link.status, link.kind) for link in read_scenario(folder).links] == [
        ("struck", "declared"),
        ("proposed", "affinity"),
    ]


def test_links_that_cannot_be_read_are_not_written_over(town: Path, tmp_path: Path) -> None:
    """A file with a fault in it is left as it is, and the fault is told."""
    out = tmp_path / "links.csv"
    out.write_text("a,b,why,status\nconcert,chess,one evening,maybe\n")
    assert "links.csv row 2, status" in ended(1, "propose", town, "--out", out).stderr
    assert "maybe" in out.read_text()


def test_links_into_no_folder_are_refused_at_once(tmp_path: Path) -> None:
    """The folder that is missing is named before anything is read, and no name that nobody wrote."""
    told = ended(2, "propose", tmp_path / "no town", "--out", tmp_path / "none" / "links.csv").stderr
    assert "there is no folder" in told
    assert "none; make it" in " ".join(told.split())


def test_acceptance_and_appeal_stand_at_the_end(tmp_path: Path) -> None:
    """The result counts what others have to accept; every reason names them, and the list ends with how to appeal."""
    policy = TOWN["policy.yaml"] + "deciders: [{who: Rehtori, places: [hall]}]\ndecision: {appeal_days: 14}\n"
    folder, out = write_town(tmp_path / "town", policy=policy), tmp_path / "out"
    solved = document(ended(0, "solve", folder, "--seconds", "5", "--threads", "1", "--out", out, "--json"))
    assert solved["subject_to"] == {"Rehtori": 1}
    appeal = "Appeal within 14 days of being told of the decision."
    reasons = document(ended(0, "explain", folder, out, "--json"))
    assert [entry["decision"] for entry in reasons] == [[appeal]] * 3
    placed = [entry for entry in reasons if entry["subject_to"] == ["Rehtori"]]
    assert len(placed) == 1
    assert placed[0]["reason"].endswith("Subject to acceptance by Rehtori.")
    assert ended(0, "explain", folder, out).stdout.rstrip().endswith(appeal)


@pytest.mark.parametrize("command", ["solve", "stability"])
@pytest.mark.parametrize("option", ["--seconds", "--gap"])
def test_what_is_not_a_number_is_refused(command: str, option: str, town: Path) -> None:
    """NaN is in no range, and a time limit of it would never be over."""
    assert "'nan' is not a number" in ended(2, command, town, option, "nan").stderr


def test_text_for_a_number_is_called_no_number(town: Path) -> None:
    """What is asked for is a number, in plain words."""
    assert "'soon' is not a valid number." in ended(2, "solve", town, "--seconds", "soon").stderr


def test_warnings_are_listed_by_the_command_that_is_named(tmp_path: Path) -> None:
    """What solve says to call has the policy that solve was called with."""
    folder = write_town(tmp_path / "town")
    (tmp_path / "policy.yaml").write_text(
        "id: own\ntitle: Own\nversion: 1\nworth: {fragment: 1, fragment_minutes: 5}\n"
    )
    command = (str(folder), "--policy", str(tmp_path / "policy.yaml"))
    told = ended(0, "solve", *command, "--steps", "1", "--threads", "1", "--out", tmp_path / "out").stderr
    assert f"1 warning in the data; yhteistila check {' '.join(command)} lists what they are." in told
    assert "0 errors, 1 warning" in ended(0, "check", *command).stdout


def test_rules_are_the_table() -> None:
    """Every rule is listed with its kind, sentence and policy fields, soft ones with formula and unit."""
    listed = document(ended(0, "rules", "--json"))
    assert [(row["id"], row["kind"], row["text"], row["policy"]) for row in listed] == [
        (rule.id, rule.kind, rule.text, list(rule.policy)) for rule in RULES
    ]
    assert {row["id"]: (row["formula"], row["unit"]) for row in listed if row["kind"] == "soft"} == {
        rule.id: (rule.formula, rule.unit) for rule in RULES if rule.kind == "soft"
    }


@pytest.mark.parametrize(("lang", "own"), [("fi", "text_fi"), ("sv", "text_sv")])
def test_rules_speak_the_language_asked_for(lang: str, own: str) -> None:
    """Each line has the rule's sentence in the language."""
    lines = ended(0, "rules", "--lang", lang).stdout.splitlines()
    assert all(line.endswith(getattr(rule, own)) for rule, line in zip(RULES, lines, strict=True))


def test_schema_describes_a_scenario() -> None:
    """The schema of a scenario has each of its parts."""
    assert set(document(ended(0, "schema"))["Scenario"]["properties"]) == set(Scenario.model_fields)
