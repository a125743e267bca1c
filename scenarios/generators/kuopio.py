"""Make the library scenario of Kuopio: facts of public pages, completed with demand drawn from stated priors.

Run as ``python -m scenarios.generators.kuopio``; the same facts, assumptions and seed give the same files.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from models.base import Origin
from models.calendar import Holiday, Season
from models.policy import Policy
from models.scenario import Scenario
from scenarios.files import write_scenario
from scenarios.generators.kuopio_demand import Demand
from scenarios.generators.kuopio_hosting import Hosts
from scenarios.generators.kuopio_observed import observed_needs, observed_organisations
from scenarios.generators.kuopio_places import draw_places
from scenarios.generators.kuopio_priors import Priors
from scenarios.generators.kuopio_profile import figures
from scenarios.generators.tables import derived
from scenarios.layout import LIBRARY

FOLDER = LIBRARY / "kuopio"
"""Where the facts and assumptions are, and where the scenario is written unless told otherwise."""

SEED = 2026
"""The seed of the scenario in the library."""

NOTES = (
    "Kuopio-like: real names, places and rules with their sources; sizes, equipment, offered hours and most of the"
    " demand are assumptions drawn with a fixed seed, each tagged so in its origins. Generated needs belong to"
    " generically named organisations; real organisations appear only with activities that public pages state."
)


def kuopio(folder: Path = FOLDER, seed: int = SEED) -> Scenario:
    """Make the scenario from a folder of facts and assumptions."""
    season = read_season(folder / "facts/season.yaml")
    places = draw_places(folder, seed)
    demand = Demand(Priors.read(folder / "assumptions"), Hosts.of(places), season, seed)
    generated = demand.organisations()
    organisations = [*observed_organisations(folder), *(organisation for _, _, organisation in generated)]
    needs = [*observed_needs(folder), *(need for who in generated for need in demand.needs_of(*who))]
    return Scenario(
        id="kuopio",
        title="Kuopio 2026-27",
        notes=NOTES,
        season=season,
        policy=Policy.model_validate(_read_yaml(folder / "assumptions/policy.yaml")),
        sites=places.sites,
        spaces=places.spaces,
        conflicts=places.conflicts,
        availability=places.availability,
        exceptions=places.exceptions,
        organisations=tuple(sorted(organisations, key=lambda organisation: organisation.id)),
        needs=tuple(sorted(needs, key=lambda need: need.id)),
    )


def read_season(path: Path) -> Season:
    """Read the season with its public holidays, which close every place, and its breaks, which close some calendars."""
    data = _read_yaml(path)
    public = data["public_holidays"]
    holidays = [
        Holiday(name=name, first=day, last=day, origins={"*": derived(public["basis"])})
        for day, name in public["days"].items()
    ]
    for row in data["breaks"]:
        origin = Origin(kind=row.pop("kind"), basis=row.pop("basis"))
        holidays.append(Holiday(**row, origins={"*": origin}))
    return Season(
        first=data["first"],
        last=data["last"],
        timezone=data["timezone"],
        holidays=tuple(sorted(holidays, key=lambda holiday: (holiday.first, holiday.name))),
    )


def _read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the scenario's folder."""
    parser = argparse.ArgumentParser(prog="python -m scenarios.generators.kuopio", description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write, the library's unless given")
    parser.add_argument("--seed", type=int, default=SEED, help=f"seed of what is drawn, {SEED} unless given")
    parser.add_argument("--figures", action="store_true", help="print the table of figures of the documentation")
    given = parser.parse_args(arguments)
    scenario = kuopio(seed=given.seed)
    write_scenario(scenario, given.out)
    if given.figures:
        sys.stdout.writelines(f"| {name} | {value} |\n" for name, value in figures(scenario).items())


if __name__ == "__main__":
    main()
