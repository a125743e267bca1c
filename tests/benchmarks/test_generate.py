"""Generated instances: always the same, as hard as frozen, and whole scenarios that files can hold."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.generate import Settings, asked_value, city, digest, pressure
from benchmarks.generate.draws import Draws
from benchmarks.instances import FULL, INSTANCES
from models.consistency import find_issues
from models.scenario import Scenario
from scenarios.files import read_scenario, write_scenario
from solver.compile import compile_scenario
from solver.frame import Frame
from solver.stays import Enumerator
from tests.builders import make_hours, make_need, make_scenario, make_space, make_wish

SMALL = ("town-packing-1", "town-pairs-1", "size-100", "size-300")
"""Built and compared in full here; of the larger ones a small cousin is."""

COUSIN = "46e5a353cfd14839"
"""Digest of that cousin."""


@pytest.fixture(scope="module")
def large() -> Scenario:
    """Return the frozen city."""
    return INSTANCES["city-packing-1"].build()


@pytest.mark.parametrize("name", SMALL)
def test_small_instances_are_the_frozen_ones(name: str) -> None:
    """The registry's digest is met, the sessions and spaces are those it tells of, and nothing is inconsistent."""
    instance = INSTANCES[name]
    scenario = instance.build()
    assert digest(scenario) == instance.digest
    asked = sum(need.sessions for need in scenario.needs)
    assert instance.about.startswith(f"{asked} sessions, {len(scenario.spaces)} spaces, ")
    assert find_issues(scenario) == []
    assert 1.3 <= pressure(scenario) <= 1.5


def test_the_generator_of_large_instances_is_the_frozen_one() -> None:
    """A cousin of the metropolis, with more districts than a need names, has the digest it had."""
    cousin = city(Settings("cousin", 1, 600, 96, 36, pairs=True))
    assert digest(cousin) == COUSIN
    assert len({site.district for site in cousin.sites}) == 6


def test_every_generated_instance_is_frozen() -> None:
    """Each has its own name, seed and digest, and a ladder of sizes is there."""
    generated = [one for one in INSTANCES.values() if one.set != "kuopio" and one not in FULL]
    assert all(one.seed is not None and one.digest is not None for one in generated)
    assert len({one.digest for one in generated}) == len(generated)
    sizes = [int(one.name.removeprefix("size-")) for one in generated if one.set == "sizes"]
    assert sizes == [100, 300, 1000, 2500, 8000, 25000]


def test_the_city_is_as_hard_as_frozen(large: Scenario) -> None:
    """Its pressure is within the frozen range, and a twentieth of its needs have 300 placements a session or more."""
    assert find_issues(large) == []
    assert sum(need.sessions for need in large.needs) == 2500
    assert len(large.spaces) == 140
    assert 1.3 <= pressure(large) <= 1.5
    enumerator = Enumerator(Frame(large))
    sample = range(0, len(large.needs), 20)
    placements = sum(len(enumerator.stays_of(n).need) for n in sample)
    assert placements / sum(large.needs[n].sessions for n in sample) >= 300


def test_needs_look_to_spaces_near_them(large: Scenario) -> None:
    """Every need names its own district and the nearest ones, few of all; so placements grow with the needs alone."""
    districts = {site.district for site in large.sites}
    home = {organisation.id: organisation.name.rpartition(", ")[2] for organisation in large.organisations}
    for need in large.needs:
        assert need.districts[0] == home[need.organisation]
        assert 3 <= len(need.districts) <= len(districts)
    assert np.mean([len(need.districts) for need in large.needs]) < 4


def test_packing_has_no_term_over_several_placements() -> None:
    """A packing town's points are all on placements; its pairs twin has the same needs and places, and terms."""
    packing, pairs = (INSTANCES[f"town-{rules}-1"].build() for rules in ("packing", "pairs"))
    assert (packing.needs, packing.spaces, packing.availability) == (pairs.needs, pairs.spaces, pairs.availability)
    one, other = compile_scenario(packing).problem, compile_scenario(pairs).problem
    assert (len(one.links.z_points), packing.links) == (0, ())
    assert len(other.links.z_points) > len(pairs.links)
    points = sum(pairs.policy.worth.link * link.weight // 100 for link in pairs.links)
    assert 0.10 <= points / asked_value(one) <= 0.16


def test_linked_needs_can_meet_at_a_site() -> None:
    """Links join needs of one theme that share a weekday and a district, each pair once."""
    scenario = INSTANCES["town-pairs-1"].build()
    needs, organisations = scenario.need_by_id, scenario.organisation_by_id
    for link in scenario.links:
        a, b = needs[link.a], needs[link.b]
        assert organisations[a.organisation].theme == organisations[b.organisation].theme
        assert set(a.districts) & set(b.districts)
        assert {d for w in a.wishes for d in w.weekdays} & {d for w in b.wishes for d in w.weekdays}
    assert len({frozenset((link.a, link.b)) for link in scenario.links}) == len(scenario.links)


@pytest.mark.parametrize("name", ["town-packing-1", "town-pairs-1"])
def test_a_town_is_read_back_from_its_files(name: str, tmp_path: Path) -> None:
    """The folder says all that the generator drew."""
    scenario = INSTANCES[name].build()
    write_scenario(scenario, tmp_path)
    assert read_scenario(tmp_path) == scenario


def test_pressure_counts_primary_hours_and_smallest_spaces() -> None:
    """Two weekly sessions of 2 h, half inside, and a biweekly one of 1 h inside: 2.5 h on 2 parts of 2 h each."""
    hall = [make_space("hall"), make_space("left", parent="hall"), make_space("right", parent="hall")]
    hours = [make_hours(place, "mon,sat", "19:00", "22:00") for place in ("hall", "left", "right")]
    scenario = make_scenario(
        make_need("a", make_wish("mon", "15:00", "21:00"), make_wish("tue", "18:00", "21:00", "secondary"), sessions=2),
        make_need("b", make_wish("mon", "18:00", "21:00"), recurrence={"kind": "biweekly"}, min_minutes=60),
        spaces=hall,
        availability=hours,
    )
    assert pressure(scenario) == pytest.approx(2.5 / 4)


def test_asked_value_takes_the_best_days_of_each_group() -> None:
    """Of three days liked less and less, two sessions take the best two; a need in the way of another takes nothing."""
    liked = (make_wish("tue", level="secondary"), make_wish("mon"), make_wish("wed", level="acceptable"))
    problem = compile_scenario(
        make_scenario(make_need("a", *liked, sessions=2), make_need("b", make_wish("mon")))
    ).problem
    mon, tue, wed, other = (int(problem.value[problem.daycell == cell].max()) for cell in range(4))
    assert mon > tue > wed
    assert asked_value(problem) == mon + tue + other


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(0, 3), min_size=1, max_size=6), st.integers(0, 7))
def test_draws_take_only_what_has_a_share(seed: int, shares: list[int], count: int) -> None:
    """Keys without a share are never drawn; different keys come in their order."""
    named = dict(enumerate([*shares, 1]))
    draws = Draws(seed, "test")
    assert named[draws.weighted(named)] > 0
    possible = {key: share for key, share in named.items() if share}
    some = draws.some(possible, count)
    assert len(some) == min(count, len(possible))
    assert all(earlier < later for earlier, later in pairwise(some))
    assert draws.between(10, 20, 5) in (10, 15, 20)
