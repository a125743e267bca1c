"""The activity centre of Kuopio: made again the same, honest about what is fact, and a choice that is proven good."""

from pathlib import Path

from models.consistency import find_issues
from scenarios.files import read_scenario
from scenarios.generators.kuopio_centre import FOLDER, main
from scenarios.run import run, write_run
from scenarios.stories import centre
from solver.engine import Limits


def test_made_again_it_is_the_same(tmp_path: Path) -> None:
    """The generator writes the files of the library from Kuopio's."""
    main(["--out", str(tmp_path)])
    made, kept = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in (tmp_path, FOLDER))
    assert made == kept


def test_nothing_assumed_is_told_as_a_fact() -> None:
    """Costs and added rooms are tagged assumed; nobody who asks is real; sites keep the pages that name them."""
    scenario = read_scenario("kuopio-centre")
    assert find_issues(scenario) == []
    assert {option.origins["*"].kind for option in scenario.centres} == {"assumed"}
    assert {origin.kind for one in scenario.organisations if (origin := one.origin("name"))} == {"assumed"}
    rooms = {space.id: space for space in scenario.spaces if space.status == "candidate"}
    assert rooms["tyonkulma-kerho"].origins["*"].kind == rooms["kanttila-ryhma"].origins["*"].kind == "assumed"
    assert rooms["kanttila-tila"].origins["status"].kind == "assumed"
    assert all(site.origins["*"].url for site in scenario.sites if site.id in {one.site for one in scenario.centres})


def test_kept_plans_are_clean_and_the_choice_is_near_the_best() -> None:
    """No breach in any; the chosen plan is within 1 % of a bound over all choices, which no other choice passes."""
    rows = centre.figures(centre.STORY.kept)
    points, most = rows["points"], rows["points at most"]["chosen"]
    assert set(rows["breaches"].values()) == {0}
    assert points["chosen"] >= 0.99 * most
    assert all(earned <= most for earned in points.values())
    assert rows["sessions placed"]["chosen"] > rows["sessions placed"]["none"]


def test_a_run_that_opens_something_writes_its_reports(tmp_path: Path) -> None:
    """The report is of the places as they are opened, and has what these cost."""
    made = write_run(run(read_scenario("kuopio-centre"), Limits(seconds=8), opened=("kanttila-talo",)), tmp_path)
    assert made.plan is not None
    assert made.plan.decisions.opened == ("kanttila-talo",)
    page = (tmp_path / "report.en.html").read_text(encoding="utf-8")
    assert "Kanttila, sali ja ryhmätila" in page
