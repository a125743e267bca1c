"""Kuopio with a pot: sound data, and no real organisation is said to have agreed to anything."""

from models.consistency import find_issues
from scenarios.files import read_scenario
from scenarios.generators.kuopio_pot import kuopio_pot


def test_the_data_are_sound_and_kuopio_is_as_it_was() -> None:
    """Nothing is wrong with either, and the pot changes the hash of its own scenario only."""
    scenario, base = kuopio_pot(), read_scenario("kuopio")
    assert find_issues(scenario) == []
    assert base.hash.startswith("f6bfd6ae")
    assert scenario.hash != base.hash


def test_only_generated_organisations_are_members() -> None:
    """Every agreement is marked as assumed, and so is each of its members."""
    scenario = kuopio_pot()
    members = {name for one in scenario.agreements for name in one.organisations}
    origins = [scenario.organisation_by_id[name].origin("name") for name in members]
    assert members
    assert all(origin is not None and origin.kind == "assumed" for origin in origins)
    assert all((origin := one.origin("contribution")) and origin.kind == "assumed" for one in scenario.agreements)
