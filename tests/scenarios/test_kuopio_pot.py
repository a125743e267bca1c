"""Kuopio with a pot: made again the same, sound, and no real organisation is said to have agreed to anything."""

import re
from pathlib import Path

import pytest

from models.agreements import Switch
from models.consistency import find_issues
from scenarios.files import read_scenario
from scenarios.generators.kuopio_pot import FOLDER, LEASED, main
from scenarios.stories import pot


def test_made_again_it_is_the_same(tmp_path: Path) -> None:
    """The generator writes the files of the library from Kuopio's."""
    main(["--out", str(tmp_path)])
    made, kept = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in (tmp_path, FOLDER))
    assert made == kept


@pytest.mark.parametrize(("switches", "closed"), [({}, 0), ({"alava": "falls"}, 5)])
def test_the_data_are_sound_either_way(switches: dict[str, Switch], closed: int) -> None:
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


def test_the_kept_plans_tell_what_hangs_on_the_lease() -> None:
    """The pot binds either way, shares are exact, and the lease is worth something whatever the other plan could be."""
    holds, falls = (pot.STORY.kept[case] for case in ("holds", "falls"))
    for one in (holds, falls):
        made = pot.costs(one)
        assert one.gap <= 1
        assert made.error == 0
        assert made.pot is not None
        assert 0.99 * made.pot <= made.pot_used <= made.pot
        assert all(sum(bill.shared[name] for bill in made.bills) == made.shared_cents for name in made.splits)
    assert holds.points > falls.bound
    assert all(falls.scenario.space_by_id[placement.space].site != LEASED for placement in falls.plan.placements)


def test_the_picture_shows_all_shared_costs_under_every_split() -> None:
    """What it is heard to tell sums to the cost, but for rounding to whole euros."""
    heard = pot.picture(pot.STORY.kept).partition('aria-label="')[2].partition('"')[0]
    whole = pot.costs(pot.STORY.kept["holds"]).shared_cents / 100
    for name in pot.NAMES.values():
        told = [int(euros.replace(",", "")) for euros in re.findall(rf"([\d,]+) EUR {name}", heard)]
        assert sum(told) == pytest.approx(whole, abs=len(told) / 2)
