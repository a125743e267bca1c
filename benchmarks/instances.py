"""The registry of frozen instances: what each name builds."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from benchmarks.generate import Settings, city
from models.scenario import Scenario
from scenarios.affinity import propose
from scenarios.files import library_path, read_policy, read_scenario

Set = Literal["kuopio", "small", "town", "city", "metropolis", "sizes"]


@dataclass(frozen=True)
class Instance:
    """One frozen instance; building it gives the same scenario on every machine."""

    name: str
    set: Set
    about: str
    build: Callable[[], Scenario]
    seed: int | None = None
    """Of a generated instance."""
    digest: str | None = None
    """What ``benchmarks.generate.measure.digest`` gives for the scenario; None where it is not frozen by it."""


GENERATED: tuple[tuple[Set, str, int, int, int, int, str], ...] = (
    # set, name, seed, sessions, spaces, weeks, digest
    ("small", "small-pairs-1", 4, 60, 5, 36, "f4ac0e61d1779c33"),
    ("small", "small-pairs-2", 5, 60, 5, 36, "29be6b6dead500ad"),
    ("small", "small-pairs-3", 4, 90, 6, 36, "02cc932c97cb69a4"),
    ("town", "town-packing-1", 1, 300, 17, 16, "d2f52ed6f2f8be13"),
    ("town", "town-pairs-1", 1, 300, 17, 16, "5acb8ffffde878b3"),
    ("city", "city-packing-1", 1, 2500, 140, 36, "5d684c300a92cdbb"),
    ("city", "city-pairs-1", 1, 2500, 140, 36, "d68a6deead2a9ebc"),
    ("metropolis", "metropolis-packing-1", 1, 25_000, 1440, 36, "10ab5850505cdd9e"),
    ("metropolis", "metropolis-pairs-1", 1, 25_000, 1440, 36, "7425451ac65af450"),
    ("sizes", "size-100", 2, 100, 7, 36, "aa86e55d777ef45e"),
    ("sizes", "size-300", 2, 300, 18, 36, "fb50612784638280"),
    ("sizes", "size-1000", 2, 1000, 59, 36, "8a93fb260a827f47"),
    ("sizes", "size-2500", 2, 2500, 146, 36, "ed1b890c7123861b"),
    ("sizes", "size-8000", 2, 8000, 462, 36, "0f635fd679706561"),
    ("sizes", "size-25000", 2, 25_000, 1440, 36, "5eb6f4951e21bf6e"),
)
"""Settings of every generated instance. They and the generator are frozen, so that records stay comparable: the
number of spaces was chosen once, so that the pressure is 1.3 to 1.5 in each."""


def _generated(kind: Set, name: str, seed: int, sessions: int, spaces: int, weeks: int, digest: str) -> Instance:
    pairs = "pairs" in name
    settings = Settings(name, seed, sessions, spaces, weeks, pairs)
    rules = "synergy links and returns by organisation" if pairs else "packing rules alone"
    about = f"{sessions:,} sessions, {spaces:,} spaces, {weeks} weeks; {rules}"
    return Instance(name, kind, about, partial(city, settings), seed, digest)


def _library(name: str) -> Scenario:
    return read_scenario(library_path(name))


def _with_every_rule(base: Callable[[], Scenario]) -> Scenario:
    """Return a scenario under the library's policy with every soft rule, and with links where it has none.

    Proposed links are accepted. What the policy says of places is left out where these are not there.
    """
    scenario = base()
    policy = read_policy("kuopio")
    there = {*scenario.site_by_id, *scenario.space_by_id}
    wishes = tuple(wish for wish in policy.owner_wishes if there.issuperset(wish.places))
    links = scenario.links or tuple(
        proposal.link("en").model_copy(update={"status": "accepted"}) for proposal in propose(scenario, most=2)
    )
    return scenario.with_parts(policy=policy.model_copy(update={"owner_wishes": wishes}), links=links)


LIBRARY = Instance("kuopio", "kuopio", "the library scenario of Kuopio", partial(_library, "kuopio"))
ONE_BY_ONE = {one.name: one for one in (LIBRARY, *(_generated(*row) for row in GENERATED))}
FULL = tuple(
    Instance(
        f"{name}-full", of.set, f"{of.about}, under the whole rulebook", partial(_with_every_rule, of.build), of.seed
    )
    for name, base in (("kuopio", "kuopio"), ("town", "town-pairs-1"), ("city", "city-pairs-1"))
    for of in (ONE_BY_ONE[base],)
)
"""Instances with every soft rule at once: neither they nor the policy are frozen, so records tell their content."""

INSTANCES: dict[str, Instance] = ONE_BY_ONE | {one.name: one for one in FULL}
"""Every instance by name."""
