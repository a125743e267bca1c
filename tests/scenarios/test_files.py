"""Files of scenarios, plans and results: what is written reads back, and what cannot be read is told."""

import json
import re
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import BadInput
from models.needs import Need
from models.plan import Plan
from models.result import NeedCounts, Result, Status
from models.rules import SOFT_RULES
from models.scenario import Scenario
from scenarios.files import (
    json_schema,
    library_names,
    library_path,
    read_plan,
    read_result,
    read_scenario,
    read_with_issues,
    write_plan,
    write_result,
    write_scenario,
)
from tests.builders import (
    make_exception,
    make_office,
    make_plan,
    make_relation,
    make_scenario,
    make_site,
    make_space,
    place,
)
from tests.scenarios.strategies import scenarios


def text_of(folder: Path) -> dict[str, str]:
    """Return the text of every file in a folder."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


@settings(max_examples=60)
@given(scenario=scenarios())
def test_scenario_reads_back_exactly(scenario: Scenario) -> None:
    """Write and read give an equal scenario with an equal hash, and the same bytes when written again."""
    with TemporaryDirectory() as home:
        first, second = Path(home, "a"), Path(home, "b")
        write_scenario(scenario, first)
        again = read_scenario(first)
        write_scenario(again, second)
        assert again == scenario
        assert again.hash == scenario.hash
        assert text_of(first) == text_of(second)


def test_offices_and_relations_read_back_exactly(tmp_path: Path) -> None:
    """Days of an office, its floor, last season's room, floors and neighbours of spaces, and relations."""
    scenario = make_scenario(
        make_office("a", area_m2=12, last_season=({"space": "hall", "start": "09:00"},)),
        make_office("b", days=2),
        spaces=[make_space(area_m2=29.5, area_limit=True, floor="K1", next_to=("annex",)), make_space("annex")],
        relations=[make_relation("a", "b", "other_floor", must=True), make_relation("b", "a", weight=55)],
    )
    write_scenario(scenario, tmp_path)
    assert (tmp_path / "relations.csv").read_text(encoding="utf-8").splitlines()[
        1
    ] == "a,b,other_floor,shared papers,yes,"
    assert read_scenario(tmp_path) == scenario


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
def test_a_title_with_a_rare_line_end_was_folded(tmp_path: Path, end: str) -> None:
    """YAML takes these for line ends, and one of them became a space."""
    scenario = Scenario.model_validate({**make_scenario().model_dump(), "title": f"Kuoron{end}talo"})
    write_scenario(scenario, tmp_path)
    assert read_scenario(tmp_path) == scenario


@settings(max_examples=40)
@given(scenario=scenarios(), as_json=st.booleans())
def test_one_file_reads_back_exactly(scenario: Scenario, as_json: bool) -> None:
    """One YAML or JSON file with the values as structures reads the same as the folder with its cells."""
    data = scenario.model_dump(mode="json")
    with TemporaryDirectory() as home:
        path = Path(home, "town.json" if as_json else "town.yaml")
        # PyYAML folds this one line end where it does not escape it.
        plain = "\x85" not in json.dumps(data, ensure_ascii=False)
        text = json.dumps(data) if as_json else yaml.safe_dump(data, allow_unicode=plain)
        path.write_text(text, encoding="utf-8")
        assert read_scenario(path) == scenario


def test_yaml_takes_compact_cells(tmp_path: Path) -> None:
    """A cell means the same in one YAML file as in a spreadsheet, also as an item of a list."""
    (tmp_path / "town.yaml").write_text(
        """
id: town
title: Town
season: {first: 2026-08-31, last: 2026-09-27}
policy: {id: p, title: Policy, version: 1, hours_by_age: [{oldest: 12, latest: 20:00}]}
sites: [{id: centre, name: Centre}]
spaces: [{id: hall, site: centre, name: Hall, kind: room, owner: city, capacity: 40, shareable: no, features: a; b}]
availability: [{place: hall, weekdays: mon-fri, start: 8:00, end: 22:00}]
organisations: [{id: club, name: No, applicant_class: association}]
needs:
  - id: 007
    organisation: club
    title: null island
    size: 20
    min_minutes: 60
    max_minutes: 120
    wishes: ["mon-thu 17:00-20:00", fri 18:00-20:00 secondary]
    recurrence: {kind: monthly, nth: [1, -1]}
    pins: mon 18:00-
""",
        encoding="utf-8",
    )
    scenario = read_scenario(tmp_path / "town.yaml")
    (need,) = scenario.needs
    assert (need.id, need.title, scenario.organisations[0].name) == ("007", "null island", "No")
    assert [(wish.weekdays, wish.level) for wish in need.wishes] == [((0, 1, 2, 3), "primary"), ((4,), "secondary")]
    assert need.recurrence.model_dump() == {"kind": "monthly", "nth": (1, -1)}
    assert scenario.spaces[0].features == ("a", "b")
    assert scenario.policy.hours_by_age[0].latest == 20 * 60


def test_files_are_fit_for_git(tmp_path: Path) -> None:
    """Columns of defaults are left out, a kind without records has no file, and an old file of it goes."""
    write_scenario(make_scenario(exceptions=(make_exception("hall", date(2026, 9, 1)),)), tmp_path)
    assert (tmp_path / "exceptions.csv").is_file()
    write_scenario(make_scenario(), tmp_path)
    files = text_of(tmp_path)
    assert "exceptions.csv" not in files
    assert files["sites.csv"] == "id,name\ncentre,Centre\n"
    assert files["availability.csv"] == "place,weekdays,start,end\ncentre,mon-sun,08:00,22:00\n"
    assert files["needs.csv"].splitlines()[1] == "yoga,club,Yoga,20,120,120,mon-sun 08:00-22:00"
    assert "first: 2026-08-31\n" in files["scenario.yaml"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_finnish_spreadsheet_is_read(tmp_path: Path, encoding: str) -> None:
    """Semicolons, decimal commas, Finnish dates, weekdays and truth values, and a byte order mark are understood."""
    scenario = make_scenario(
        spaces=[make_space(area_m2=62.5, shareable=True, prices={"association": 8.5})],
        exceptions=[make_exception("hall", date(2026, 9, 1))],
    )
    write_scenario(scenario, tmp_path)
    tables = {
        "spaces.csv": "id;site;name;kind;owner;capacity;area_m2;shareable;prices\r\n"
        "hall;centre;Hall;room;city;40;62,5;TOSI;association 8,5\r\n;;;;;;;;\r\n",
        "availability.csv": "place;weekdays;start;end\r\ncentre;ma-su;8.00;22:00:00\r\n",
        "exceptions.csv": "place;first;last;reason\r\nhall;1.9.2026;1.9.2026;works\r\n",
    }
    for name, text in tables.items():
        (tmp_path / name).write_bytes(text.encode(encoding))
    assert read_scenario(tmp_path) == scenario


def test_warnings_do_not_stop(tmp_path: Path) -> None:
    """A scenario with warnings only is read, and the warnings come with it."""
    write_scenario(make_scenario(sites=[make_site(), make_site("empty")], availability=()), tmp_path)
    scenario, issues = read_with_issues(tmp_path)
    assert scenario.spaces[0].id == "hall"
    assert [(issue.severity, issue.where) for issue in issues] == [("warning", "spaces.csv row 2 (hall)")]


def test_scenario_file_stands_for_its_folder(tmp_path: Path) -> None:
    """Naming the folder's scenario.yaml reads the folder."""
    write_scenario(make_scenario(), tmp_path)
    assert read_scenario(tmp_path / "scenario.yaml") == make_scenario()


def test_library_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name of the library is read from there, and one it does not have is told with those it has."""
    monkeypatch.setattr("scenarios.layout.LIBRARY", tmp_path)
    monkeypatch.chdir(tmp_path)
    write_scenario(make_scenario(), tmp_path / "kuopio")
    (tmp_path / "drafts").mkdir()
    assert library_names() == ["kuopio"]
    assert library_path("kuopio") == tmp_path / "kuopio"
    with pytest.raises(KeyError, match="town"):
        library_path("town")
    monkeypatch.chdir("/")
    assert read_scenario("kuopio") == make_scenario()
    with pytest.raises(BadInput, match=r"^kuopo: .*the library has kuopio.* Did you mean kuopio\?$"):
        read_scenario("kuopo")


@pytest.mark.parametrize("source", ["nowhere", "x" * 5000, "nul\0l", ""])
def test_no_such_source(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no path and no name is told, whatever it is."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput) as bad:
        read_scenario(source)
    assert len(bad.value.issues) == 1


def a_result() -> Result:
    """Return a result of two placed needs."""
    return Result(
        status=Status.OPTIMAL,
        objective=12,
        bound=12,
        gap=0.0,
        score=dict.fromkeys(SOFT_RULES, 2),
        measures=dict.fromkeys(SOFT_RULES, 1.5),
        needs=NeedCounts(requested=2, placed=2, partly=0, unplaced=0),
        violations=(),
        seconds=1.25,
        first_plan_seconds=None,
        seed=0,
        versions={"yhteistila": "0"},
        plan="plan.json",
        scenario="test",
        scenario_hash="0" * 64,
        policy_version="1",
    )


def test_plan_and_result_read_back(tmp_path: Path) -> None:
    """Both read back equal from their file and from their folder; a placement is one line."""
    plan = make_plan(place(), place("choir", start="22:00", end="02:00"), scenario="test", scenario_hash="0" * 64)
    write_plan(plan, tmp_path / "plan.json")
    write_result(a_result(), tmp_path / "result.json")
    assert read_plan(tmp_path) == read_plan(tmp_path / "plan.json") == plan
    assert read_result(tmp_path) == read_result(str(tmp_path / "result.json")) == a_result()
    lines = (tmp_path / "plan.json").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line.strip().strip(","))["need"] for line in lines if '"need"' in line] == ["yoga", "choir"]


def a_plan_with(**changes: Any) -> dict[str, Any]:
    """Return a plan's data with the second placement changed."""
    data = make_plan(place(), place("choir")).model_dump(mode="json")
    data["placements"][1] |= changes
    return data


BAD_PLANS: list[tuple[str, str]] = [
    ("{", "plan.json, line 1, column 2: the file is not JSON"),
    ("[]", "plan.json: the file does not hold named fields. Write a plan as JSON."),
    ('{"a": 1, "a": 2}', "plan.json: the file is not JSON that can be read: 'a' is named twice."),
    ("[" * 100_000, "plan.json: the file is not JSON that can be read"),
    ('{"seconds": NaN}', "plan.json: the file is not JSON that can be read: NaN is not a number."),
    (
        json.dumps(a_plan_with(start="25:99", dates=["2026-09-31", "x"])),
        "plan.json: placements[1].start: '25:99' is not a clock time. Write it as HH:MM, for example 18:00.",
    ),
    (json.dumps(a_plan_with(dates=[])), "plan.json: placements[1].dates: nothing is listed. List at least 1."),
    (json.dumps(a_plan_with(spce="x")), "plan.json: placements[1].spce: there is no field 'spce'. Did you mean space?"),
    (json.dumps(a_plan_with() | {"placements": 3}), "plan.json: placements: 3 is not a list."),
]


@pytest.mark.parametrize(("text", "message"), BAD_PLANS, ids=[message[:50] for _, message in BAD_PLANS])
def test_bad_plan_is_told(tmp_path: Path, text: str, message: str) -> None:
    """A plan that cannot be read is told with the place in the file and the mending."""
    (tmp_path / "plan.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_plan(tmp_path)
    assert any(str(issue).startswith(f"{tmp_path}/{message}") for issue in bad.value.issues), str(bad.value)


def test_plan_and_result_are_not_taken_for_each_other(tmp_path: Path) -> None:
    """The one in place of the other is told as what it is, and not field by field."""
    write_plan(make_plan(place()), tmp_path / "plan.json")
    write_result(a_result(), tmp_path / "result.json")
    with pytest.raises(
        BadInput, match=r"result\.json: the file holds a result and no plan\. Name the plan\.json"
    ) as bad:
        read_plan(tmp_path / "result.json")
    assert len(bad.value.issues) == 1
    with pytest.raises(
        BadInput, match=r"plan\.json: the file holds a plan and no result\. Name the result\.json"
    ) as bad:
        read_result(tmp_path / "plan.json")
    assert len(bad.value.issues) == 1


def test_every_problem_of_a_plan_is_told(tmp_path: Path) -> None:
    """One bad field hides no other."""
    (tmp_path / "plan.json").write_text(json.dumps(a_plan_with(start="25:99", dates=["2026-09-31", "x"])))
    with pytest.raises(BadInput) as bad:
        read_plan(tmp_path)
    fields = {issue.where.partition("placements[1].")[2] for issue in bad.value.issues}
    assert fields == {"start", "dates[0]", "dates[1]"}


def test_missing_plan_is_told(tmp_path: Path) -> None:
    """A folder without a plan, and no folder at all, are bad input."""
    told = {tmp_path: "the folder has no plan.json", tmp_path / "none" / "plan.json": "there is no such file or folder"}
    for path, problem in told.items():
        with pytest.raises(BadInput, match=f"^{re.escape(str(path))}: {problem}"):
            read_plan(path)


def test_schema_takes_what_is_written() -> None:
    """The schema names the three documents, and clock times are texts in it."""
    schema = json_schema()
    assert list(schema) == ["Scenario", "Plan", "Result", "Overlay", "Study"]
    assert schema["Plan"]["$defs"]["Placement"]["properties"]["start"]["type"] == "string"
    assert set(schema["Scenario"]["properties"]) == set(Scenario.model_fields)
    assert set(schema["Plan"]["properties"]) == set(Plan.model_fields)
    assert set(schema["Scenario"]["$defs"]["Need"]["properties"]) == set(Need.model_fields)
