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


def test_where_people_live_is_assumed_and_nobody_counts_residents() -> None:
    """Shares of every group are drawn, districts are points of their sites, and no page says how many live there."""
    scenario = read_scenario("kuopio-centre")
    assert all({**need.origins}["comes_from"].kind == "assumed" for need in scenario.needs)
    homes = {scenario.organisation_by_id[need.organisation].name.rpartition(", ")[2] for need in scenario.needs}
    assert homes <= {area.name for area in scenario.areas}
    assert {area.origins[name].kind for area in scenario.areas for name in ("lat", "lon")} == {"derived", "assumed"}
    assert {area.residents for area in scenario.areas} == {None}
    assert scenario.site_by_id["tyonkulma"].origins["lat"].kind == "assumed"
    for need in scenario.needs:
        home = scenario.organisation_by_id[need.organisation].name.rpartition(", ")[2]
        assert 40 <= {scenario.area_by_id[area].name: share for area, share in need.comes_from.items()}[home] <= 80


def test_kept_plans_are_clean_and_the_choice_is_near_the_best() -> None:
    """No breach in any; the chosen plan is within 1 % of a bound over all choices, which no other choice passes."""
    told = centre.side_by_side(centre.STORY.kept)
    chosen, *_, none = told.plans
    assert (chosen.by_solver, none.opened) == (True, ())
    assert {plan.violations for plan in told.plans} == {0}
    assert chosen.objective >= 0.99 * (chosen.bound or 0)
    assert all(plan.objective <= (chosen.bound or 0) for plan in told.plans)
    assert chosen.figures.sessions > none.figures.sessions
    assert chosen.figures.travel > 0
    assert centre.STORY.scenario.policy.worth.centre_cost == 0, "the page says that euros take no points off"
    assert chosen.catchment.members > none.catchment.members == 0


def test_a_run_that_opens_something_writes_its_reports(tmp_path: Path) -> None:
    """The report is of the places as they are opened, and has what these cost."""
    made = write_run(run(read_scenario("kuopio-centre"), Limits(seconds=8), opened=("kanttila-talo",)), tmp_path)
    assert made.plan is not None
    assert made.plan.decisions.opened == ("kanttila-talo",)
    page = (tmp_path / "report.en.html").read_text(encoding="utf-8")
    assert "Kanttila, sali ja ryhmätila" in page
