"""The stories of the manual: plans that are kept, judged anew; a plan of another scenario is refused."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from models.base import BadInput
from models.needs import Pin
from models.scenario import Scenario
from scenarios.stories import STORIES, takeover
from scenarios.stories.figures import Bar, bars, figure
from scenarios.stories.kept import DOCS, Case, Story

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_kept_plans_are_clean_and_below_their_bounds(story: Story) -> None:
    """Whatever a page says of a plan, the verifier finds no breach in it, and no more points than there can be."""
    for name, one in story.kept.items():
        assert one.verdict.violations == (), name
        assert 0 < one.points <= one.bound, name
        assert 0 <= one.gap <= 2, name


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_the_folder_has_what_the_story_tells_and_nothing_else(story: Story) -> None:
    """A plan or picture that no page shows is not kept."""
    files = {path.name for path in (DOCS / story.name).iterdir()}
    assert files == {"runs.json", *story.pictures, *(f"{case}.json" for case in story.cases)}
    assert all(f"({story.name}/{picture})" in story.page() for picture in story.pictures)


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_pictures_can_be_drawn_and_heard(story: Story) -> None:
    """Each is an SVG file with a label for those who do not see it."""
    for name, draw in story.pictures.items():
        drawn = ElementTree.fromstring(draw(story.kept))
        assert drawn.tag == f"{SVG}svg", name
        heard = [one.get("aria-label") or one.get("aria-labelledby") for one in drawn.iter(f"{SVG}svg")]
        assert any(heard), name


def shorter(scenario: Scenario) -> Scenario:
    """Return the scenario with its first needs only."""
    return scenario.with_parts(needs=scenario.needs[:6])


def test_planned_again_a_story_is_kept_and_read(tmp_path: Path) -> None:
    """Plans, bounds and seconds are written beside one another; a case changes what is planned."""
    story = replace(takeover.STORY, docs=tmp_path, cases={"few": Case("few", shorter)})
    story.plan_again(8)
    kept = story.kept["few"]
    assert len(kept.scenario.needs) == 6
    assert {placement.need for placement in kept.plan.placements} == {need.id for need in kept.scenario.needs}
    assert (kept.seconds, kept.verdict.violations, kept.title) == (8, (), "few")
    assert kept.points <= kept.bound


def test_a_plan_of_another_scenario_is_refused() -> None:
    """A bound is of one scenario: a kept plan is not judged by another, even where it would be clean."""
    case = replace(takeover.STORY.cases["asked"], changed=shorter)
    story = replace(takeover.STORY, cases={"asked": case})
    with pytest.raises(BadInput, match="other data"):
        story.page()


def contradicted(scenario: Scenario) -> Scenario:
    """Return the scenario with two events pinned to one space at one time."""
    pin = Pin(space="teatteri-maria", weekday=5, start=12 * 60)
    pinned = [need.model_copy(update={"pins": (pin,), "may_share": False}) for need in scenario.needs[:2]]
    return scenario.with_parts(needs=(*pinned, *scenario.needs[2:]))


def test_where_a_case_has_no_plan_nothing_is_kept(tmp_path: Path) -> None:
    """What was kept before stays as it is, also where other cases have one."""
    cases = {"few": Case("few", shorter), "none": Case("none", contradicted)}
    story = replace(takeover.STORY, docs=tmp_path, cases=cases)
    with pytest.raises(RuntimeError, match="none: no plan in 4 s, infeasible"):
        story.plan_again(4)
    assert not story.folder.exists()


def test_bars_are_as_long_as_what_they_tell() -> None:
    """Half the value is half the bar, the line goes on to the most, and titles are escaped."""
    drawn = ElementTree.fromstring(bars("A & B", [Bar("A & co", 50, 100, "+50"), Bar("B", 25, 25, "+25")]))
    _, one, other = (float(rect.get("width", 0)) for rect in drawn.iter(f"{SVG}rect"))
    assert one == 2 * other
    lines = [(float(line.get("x1", 0)), float(line.get("x2", 0))) for line in drawn.iter(f"{SVG}line")]
    assert [end - start for start, end in lines] == [one, 0]
    assert drawn.get("aria-label") == "A & B"
    assert [text.text for text in drawn.iter(f"{SVG}text")] == ["A & co", "+50", "B", "+25"]


def test_figures_have_the_decimals_that_their_size_asks_for() -> None:
    """Whole numbers and large ones have none, small ones three."""
    told = [figure(value) for value in (0, 0.0154, 1.25, 23.06, 293.4, 1234)]
    assert told == ["0", "0.015", "1.2", "23.1", "293", "1,234"]
    assert all(len(set(pair)) == 2 for pair in pairwise(told))
