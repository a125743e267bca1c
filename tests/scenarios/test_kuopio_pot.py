"""Kuopio with a pot: made again the same, sound, and no real organisation is said to have agreed to anything."""

from pathlib import Path

import pytest

from models.consistency import find_issues
from scenarios.files import read_scenario
from scenarios.generators.kuopio_pot import FOLDER, LEASED, main


def test_made_again_it_is_the_same(tmp_path: Path) -> None:
    """The generator writes the files of the library from Kuopio's."""
    main(["--out", str(tmp_path)])
    made, kept = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in (tmp_path, FOLDER))
    assert made == kept


@pytest.mark.parametrize(("switches", "closed"), [({}, 0), ({"alava": "falls"}, 5)])
def test_the_data_are_sound_either_way(switches: dict[str, str], closed: int) -> None:
    """Where the conditional agreement falls, its rooms close, and that is no error."""
    scenario = read_scenario("kuopio-pot", None, switches)
    assert [issue for issue in find_issues(scenario) if issue.severity == "error"] == []
    assert sum(space.site == LEASED and space.status == "closed" for space in scenario.spaces) == closed


def test_nothing_assumed_is_told_as_a_fact() -> None:
    """Agreements are tagged assumed, nobody who asks or has joined is real, and places keep their sources."""
    scenario = read_scenario("kuopio-pot")
    assert {one.origins["*"].kind for one in scenario.agreements} == {"assumed"}
    assert {origin.kind for one in scenario.organisations if (origin := one.origin("name"))} == {"assumed"}
    assert {name for one in scenario.agreements for name in one.organisations} == {*scenario.organisation_by_id}
    assert all(site.origins["*"].kind == "fact" for site in scenario.sites)
