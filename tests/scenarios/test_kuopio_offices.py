"""The library scenario of offices in Kuopio: made again the same, honest, and told as it came out."""

from pathlib import Path

import pytest

from models.consistency import find_issues
from models.scenario import Scenario
from scenarios.files import read_scenario
from scenarios.generators.kuopio_offices import FOLDER, main
from scenarios.stories import offices as offices_story


@pytest.fixture(scope="module")
def offices() -> Scenario:
    """Return the scenario as the library has it."""
    return read_scenario("kuopio-offices")


def test_made_again_it_is_the_same(tmp_path: Path) -> None:
    """The generator writes the files of the library, byte by byte, from its assumptions and seed."""
    main(["--out", str(tmp_path)])
    for path in sorted(tmp_path.iterdir()):
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), path.name


def test_another_seed_gives_another_scenario(tmp_path: Path) -> None:
    """The seed decides what is drawn, and nothing of the sites, which are facts."""
    main(["--out", str(tmp_path), "--seed", "7"])
    assert (tmp_path / "needs.csv").read_bytes() != (FOLDER / "needs.csv").read_bytes()
    assert (tmp_path / "sites.csv").read_bytes() == (FOLDER / "sites.csv").read_bytes()


def test_size_and_soundness(offices: Scenario) -> None:
    """About a hundred needs for a handful of buildings, of every kind of office and with groups beside them."""
    assert find_issues(offices) == []
    asked = [need for need in offices.needs if need.kind == "office"]
    assert 60 <= len(asked) <= 120
    assert {getattr(need.recurrence, "days", 0) for need in asked} == {None, 1, 2, 3}
    assert len(offices.needs) - len(asked) > 30
    assert len(offices.relations) > 20


def test_what_is_assumed_says_so(offices: Scenario) -> None:
    """Office rooms, who asks and what is asked are assumed; buildings and halls are the town's, and say where from."""
    rooms = [space for space in offices.spaces if space.kind == "office_room"]
    for record in (*rooms, *offices.organisations, *offices.needs, *offices.relations):
        origin = record.origin("name")
        assert origin is not None
        assert origin.kind == "assumed"
    assert all("oletettu" in room.name.casefold() and room.notes for room in rooms)
    town = read_scenario("kuopio")
    assert all(town.site_by_id[site.id] == site for site in offices.sites)
    assert all(town.space_by_id[space.id] == space for space in offices.spaces if space not in rooms)
    assert not {who.name for who in offices.organisations} & {who.name for who in town.organisations}


def test_last_season_was_possible(offices: Scenario) -> None:
    """Nobody had a room that is too small for it."""
    for need in offices.needs:
        for held in need.last_season:
            assert offices.space_by_id[held.space].capacity >= need.size


def test_kept_plans_tell_what_sharing_and_moving_are_worth() -> None:
    """As asked, more have a desk than with rooms of their own, some move, and the plan is within a percent."""
    kept = offices_story.STORY.kept
    asked, alone, still = (offices_story.outcome(kept[case]) for case in ("asked", "unshared", "unmoved"))
    assert (asked.offices > alone.offices, asked.desk_days > alone.desk_days) == (True, True)
    assert (asked.moved > 0, still.moved) == (True, 0)
    assert kept["asked"].gap <= 1
