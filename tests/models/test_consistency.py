"""Checks between records: each finds its flaw and says how to mend it, and finds nothing just beside it."""

from collections.abc import Sequence
from datetime import date

import pytest

from models.calendar import Season
from models.checks.view import View
from models.consistency import CHECKS, find_flaws, find_issues
from models.scenario import Scenario
from tests.builders import (
    make_hours,
    make_link,
    make_need,
    make_organisation,
    make_policy,
    make_scenario,
    make_space,
)
from tests.models.flaws import (
    agreements,
    centre,
    hosting,
    office,
    order,
    pins,
    places,
    policy,
    references,
    skips,
    synergy,
    takeover,
    things,
    times,
    travel,
)
from tests.models.flaws.case import Case, conflict, pinned

TABLES = (
    agreements, centre, hosting, office, order, pins, places, policy, references, skips, synergy, takeover, things,
    times, travel,
)  # fmt: skip
FLAWS: dict[str, Case] = {name: case for table in TABLES for name, case in table.FLAWS.items()}
SOUND: dict[str, Scenario] = {name: scenario for table in TABLES for name, scenario in table.SOUND.items()}


@pytest.mark.parametrize("scenario", SOUND.values(), ids=SOUND)
def test_sound_scenario_has_no_issues(scenario: Scenario) -> None:
    """What is just inside is let be."""
    assert find_issues(scenario) == []


@pytest.mark.parametrize("case", FLAWS.values(), ids=FLAWS)
def test_flaw_is_found_alone(case: Case) -> None:
    """A flaw is found once, with its place and mending, and nothing else is blamed for it."""
    assert find_issues(case.scenario) == [case.issue]


def test_circle_of_parts_is_found() -> None:
    """Every space of a circle is told, and the other checks do not run round it for ever."""
    spaces = [make_space("a", parent="c"), make_space("b", parent="a"), make_space("c", parent="b"), make_space()]
    issues = find_issues(make_scenario(spaces=spaces, conflicts=[conflict("a", "hall")]))
    assert [issue.where for issue in issues] == ["spaces[a].parent", "spaces[b].parent", "spaces[c].parent"]
    assert issues[0].problem == "the space is a part of itself: a in c in b in a."


def test_every_check_has_a_flaw() -> None:
    """A check added to the table is tested here too."""
    scenarios = [case.scenario for case in FLAWS.values()] + [make_scenario(spaces=[make_space(parent="hall")])]
    idle = [check.find.__name__ for check in CHECKS if not any(list(check.find(View(one, {}))) for one in scenarios)]
    assert idle == []


def found(scenario: Scenario, **unread: Sequence[str]) -> list[str]:
    """Return the parts and fields in which flaws are found where some records could not be read."""
    flaws = find_flaws(scenario, {part: frozenset(ids) for part, ids in unread.items()})
    return [f"{flaw.part}.{flaw.field}" for flaw in flaws]


def test_unread_records_are_not_missed() -> None:
    """Nothing is said of references to records that could not be read, nor of what only all records could tell."""
    scenario = make_scenario(make_need(organisation="none", districts=("Puijo",), spaces=("attic",), size=99))
    assert found(scenario) == ["needs.organisation", "needs.spaces", "needs.districts", "needs.size"]
    assert found(scenario, organisations=["none"]) == ["needs.spaces", "needs.districts", "needs.size"]
    assert found(scenario, spaces=["attic"]) == ["needs.organisation", "needs.districts"]
    assert found(scenario, spaces=["loft"]) == ["needs.organisation", "needs.spaces", "needs.districts"]
    assert found(scenario, spaces=["*"], sites=["*"], organisations=["*"]) == []


def test_links_of_unread_needs_are_not_missed() -> None:
    """A link of a need that could not be read is let be."""
    scenario = make_scenario(make_need(), links=[make_link("yoga", "choir")])
    assert found(scenario) == ["links.b"]
    assert found(scenario, needs=["choir"]) == []


def test_unread_hours_close_nothing() -> None:
    """A pin is not said to be at a closed hour of a space of which a row of hours could not be read."""
    scenario = pinned({"space": "hall", "weekday": "mon"}, availability=[make_hours("hall", "sun")])
    assert found(scenario) == ["needs.pins"]
    assert found(scenario, availability=["attic"]) == ["needs.pins"]
    for place in ("hall", "centre", "*"):
        assert found(scenario, availability=[place]) == []
        assert found(scenario, exceptions=[place]) == []


def test_unread_season_says_nothing_of_dates() -> None:
    """Without a season nothing is said of dates, and everything else still is."""
    scenario = make_scenario(make_need(first=date(2020, 1, 1), size=99))
    assert found(scenario) == ["needs.first", "needs.size"]
    stand_in = scenario.model_copy(update={"season": Season(first=date(2000, 1, 1), last=date(2000, 1, 1))})
    assert found(stand_in, season=["*"]) == ["needs.size"]


def test_unknown_organisation_is_found_once() -> None:
    """A pin of a need whose organisation is not known is not said to be closed as well."""
    scenario = pinned({"weekday": "mon", "start": "16:00"}, organisation="x", organisations=[make_organisation()])
    assert found(scenario) == ["needs.organisation"]


def test_a_need_twice_under_a_quota_and_a_floor_is_told() -> None:
    """Two needs of one id, of an organisation with a quota and a floor, are told; they once ended in a traceback."""
    policy = make_policy(
        quotas=({"title": "Cap", "each": "organisation", "minutes": 120},),
        floors=({"title": "Floor", "each": "organisation", "sessions": 2, "points": 1},),
    )
    issues = find_issues(make_scenario(make_need("yoga"), make_need("yoga"), policy=policy))
    assert "needs[yoga].id" in [issue.where for issue in issues]
