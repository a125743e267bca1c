"""The takeover of Kuopio's centre: made again the same, honest about what is fact, decided by price; and its map."""

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from models.consistency import find_issues
from models.plan import Plan
from models.scenario import Scenario
from scenarios.files import read_scenario
from scenarios.generators.kuopio_takeover import DAY, FOLDER, main
from scenarios.report import write_report
from scenarios.report.page import walk_map
from scenarios.report.walks import HEIGHT, WIDTH, walk_pictures
from scenarios.stories import takeover
from tests.builders import (
    changed,
    make_need,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    place,
)
from tests.scenarios.test_report import result_of

SATURDAY, NEXT = date(2026, 9, 5), date(2026, 9, 12)


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file right in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_made_again_it_is_the_same(tmp_path: Path) -> None:
    """The generator writes the files of the library, from its assumptions, Kuopio's places and the seed."""
    main(["--out", str(tmp_path)])
    assert contents(tmp_path) == contents(FOLDER)


def test_it_is_the_day_that_was_asked_for() -> None:
    """Forty organisations have an event on one Saturday, and no more than fifteen spaces; nothing is wrong with it."""
    scenario = read_scenario("kuopio-takeover")
    events = [need for need in scenario.needs if need.kind == "event"]
    assert find_issues(scenario) == []
    assert (len({need.organisation for need in events}), len(scenario.spaces), DAY.weekday()) == (40, 15, 5)
    assert any(need.setup_minutes and need.takedown_minutes and need.audience for need in events)


def test_nothing_assumed_is_told_as_a_fact() -> None:
    """Positions, passers-by, hours and needs are tagged assumed; sites and spaces keep the pages that name them."""
    scenario = read_scenario("kuopio-takeover")
    assert {site.origins[name].kind for site in scenario.sites for name in ("lat", "lon")} == {"assumed"}
    assert {space.origins["visibility"].kind for space in scenario.spaces} == {"assumed"}
    assert {row.origins["*"].kind for row in (*scenario.availability, *scenario.needs)} == {"assumed"}
    assert all(site.origins["*"].url for site in scenario.sites)


def test_the_kept_plan_is_clean_near_the_best_and_decided_by_price() -> None:
    """Some series makes way and most do not; without skips none does, and without variety fewer themes are met."""
    rows = takeover.figures(takeover.STORY.kept)
    assert set(rows["Breaches found"].values()) == {0}
    points, bound = rows["Points"]["asked"], rows["Points at most"]["asked"]
    assert points >= 0.99 * bound
    assert 0 < rows["Dates given up"]["asked"] < 5
    assert rows["Dates given up"]["no-skips"] == 0
    assert rows["Themes met on the walk"]["no-variety"] < rows["Themes met on the walk"]["asked"]


@pytest.fixture
def day() -> tuple[Scenario, Plan]:
    """Return a walk past four places: two with events on its date, one with another date's, one with a series."""
    scenario = make_scenario(
        make_need("concert", kind="event"),
        make_need("fair", kind="event"),
        make_need("late", kind="event"),
        make_need("yoga"),
        organisations=[make_organisation(theme="music")],
        sites=[
            make_site("square", lat=62.89, lon=27.68),
            make_site("church", lat=62.9, lon=27.68),
            make_site("library", lat=62.89, lon=27.7),
            make_site("school", lat=62.88, lon=27.7),
        ],
        spaces=[make_space(f"{name}-room", site=name) for name in ("square", "church", "library", "school")],
        policy=make_policy(
            walks=(
                {
                    "title": "Walk & see",
                    "places": ("school", "library", "church", "square-room"),
                    "dates": (SATURDAY,),
                    "start": "10:00",
                    "end": "16:00",
                },
            )
        ),
    )
    plan = make_plan(
        place("concert", "square-room", "12:00", "14:00", [SATURDAY, NEXT]),
        place("fair", "church-room", "10:00", "12:00", [SATURDAY]),
        place("late", "library-room", "10:00", "12:00", [NEXT]),
        place("yoga", "school-room", "10:00", "12:00", [SATURDAY]),
    )
    return scenario, plan


def test_the_walk_passes_what_is_to_be_seen(day: tuple[Scenario, Plan]) -> None:
    """Places with events on its dates are passed, and a degree is what it is."""
    (walk,) = walk_pictures(*day)
    assert [stop.name for stop in walk.stops] == ["Church", "Square-Room"]
    assert [[visit.need.id for visit in stop.visits] for stop in walk.stops] == [["fair"], ["concert"]]
    assert (walk.metres, walk.positions_assumed) == (1110, False)
    church, square = walk.dots
    assert church.y < square.y  # north is up
    assert all(0 < dot.x < WIDTH and 0 < dot.y < HEIGHT for dot in walk.dots)
    assert walk.scale * 11.1 == pytest.approx(square.y - church.y, rel=0.01)


def test_the_walk_is_the_shortest_and_tells_what_the_criteria_would_make_of_it(
    day: tuple[Scenario, Plan], tmp_path: Path
) -> None:
    """Drawn is the shortest way past all, from the end that the policy names first; both lengths are told."""
    scenario, plan = day
    plan = make_plan(*plan.placements, place("late", "library-room", "10:00", "12:00", [SATURDAY]))
    zigzag = {**scenario.policy.walks[0].model_dump(), "places": ("library", "school", "church", "square-room")}
    far = make_site("church", lat=62.90, lon=27.68), make_site("square", lat=62.89, lon=27.68)
    sites = (*far, make_site("library", lat=62.891, lon=27.68), make_site("school", lat=62.88, lon=27.7))
    scenario = scenario.with_parts(sites=sites, policy=make_policy(walks=(zigzag,)))
    (walk,) = walk_pictures(scenario, plan)
    assert [stop.name for stop in walk.stops] == ["Church", "Library", "Square-Room"]
    assert (walk.metres, walk.policy_metres, walk.shortest) == (1000 + 110, 1000 + 1110, True)
    page = write_report(scenario, plan, result_of(scenario), (), tmp_path)["en"].read_text(encoding="utf-8")
    assert "No way past all of them is shorter." in page
    assert "by which themes of neighbouring places vary, it would be 2,110 m." in page


def test_the_walk_of_kuopio_passes_neighbours_of_the_criteria() -> None:
    """Themes vary among the places that a visitor passes one after the other."""
    one = takeover.STORY.kept["asked"]
    (walk,) = walk_pictures(one.scenario, one.plan)
    passed = [stop.site.id for stop in walk.stops]
    assert passed == [place for place in one.scenario.policy.walks[0].places if place in passed]
    assert (walk.metres, walk.shortest) == (walk.policy_metres, True)
    assert len(passed) >= 10


def test_without_positions_there_is_a_table_and_no_map(day: tuple[Scenario, Plan], tmp_path: Path) -> None:
    """A place that nobody knows where it is cannot be drawn."""
    scenario, plan = day
    scenario = changed(scenario, sites=[make_site("church"), *(s for s in scenario.sites if s.id != "church")])
    (walk,) = walk_pictures(scenario, plan)
    assert (len(walk.stops), walk.dots, walk.legs) == (2, (), ())
    page = write_report(scenario, plan, result_of(scenario), (), tmp_path)["en"].read_text(encoding="utf-8")
    assert '<table class="stack walk">' in page
    assert "<svg" not in page


def test_reports_have_the_map_in_every_language(day: tuple[Scenario, Plan], tmp_path: Path) -> None:
    """The map has a title and stands above a table; nothing of it is there where there is no walk."""
    scenario, plan = day
    for lang, path in write_report(scenario, plan, result_of(scenario), (), tmp_path).items():
        page = path.read_text(encoding="utf-8")
        assert page.count("<circle") == 2
        assert "Walk &amp; see" in page
        drawn = ElementTree.fromstring(walk_map(walk_pictures(scenario, plan)[0], lang))
        assert len(list(drawn.iter("{http://www.w3.org/2000/svg}circle"))) == 2
    plain = changed(scenario, policy=changed(scenario.policy, walks=()))
    page = write_report(plain, plan, result_of(plain), (), tmp_path)["en"].read_text(encoding="utf-8")
    assert "<svg" not in page
