"""Make the library scenario of a common pot in Kuopio: what of a partnership hangs on one conditional lease.

Run as ``python -m scenarios.generators.kuopio_pot``. Places and groups are those of the library's scenario of Kuopio in
the districts around Alava, with their sources: a part, so that it is solved fast and its kept plans are small. The
Alava rooms are a case with a real event behind it: the board voted to end the lease and then postponed that. Here they
come with an agreement that waits for the board. Every sum, percentage and membership is assumed, and only generated
organisations are members: no real one is said to have agreed to anything.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from models.agreements import Agreement
from models.policy import Policy
from models.pot import Pot, SharedCost, Subsidy
from models.scenario import Scenario
from scenarios.files import read_scenario, write_scenario
from scenarios.generators.kuopio_part import part_of
from scenarios.generators.tables import assumed
from scenarios.layout import LIBRARY

FOLDER = LIBRARY / "kuopio-pot"
DISTRICTS = ("Alava", "Niirala", "Särkiniemi", "Neulamäki", "Levänen", "Savilahti", "Jynkkä")
"""Whose groups and places take part."""
LEASED = "alava"
"""The site that the conditional agreement opens."""
ASSUMED = assumed("an example: no such agreement is known")
WITH_SUBSIDY = ("pensioners", "disability")
"""Themes of those that lost free use in 2022."""
NOTES = (
    "Kuopio-like: the sites and their stories are real and keep their sources. The pot, its subsidies, the costs that"
    " all share and every agreement are assumed: nobody is known to have agreed to anything, and all members are made"
    " up. Groups are the generated ones of the districts around Alava; activities that pages state are left out, with"
    " their rooms' use by them."
)


def kuopio_pot() -> Scenario:
    """Return the scenario, made from the library's Kuopio."""
    town = read_scenario("kuopio")
    near = {site.id for site in town.sites if site.district in DISTRICTS}
    part = part_of(town, [space for space in town.spaces if space.site in near], DISTRICTS)
    return part.with_parts(
        id="kuopio-pot",
        title="Kuopio 2026-27, yhteinen potti ja sopimukset",
        notes=NOTES,
        policy=_policy(town.policy),
        agreements=_agreements(part),
    )


def _policy(policy: Policy) -> Policy:
    evening = {"places": (), "after": "16:00"}
    return Policy.model_validate({
        **{name: getattr(policy, name) for name in Policy.model_fields},
        "version": f"{policy.version}-pot",
        "pot": Pot(euros=4000, subsidies=(
            Subsidy(title="Eläkeläiset ja vammaisjärjestöt", percent=50, themes=WITH_SUBSIDY),
        )),
        "shared_costs": (
            SharedCost.model_validate({"title": "Vahtimestari", "euros": 30, "per": "hour", **evening}),
            SharedCost.model_validate({"title": "Lukitus ja hälytykset", "euros": 12, "per": "opening", **evening}),
        ),
    })  # fmt: skip


def _agreements(part: Scenario) -> tuple[Agreement, ...]:
    supported = tuple(one.id for one in part.organisations if one.theme in WITH_SUBSIDY)
    leased = tuple(space.id for space in part.spaces if space.site == LEASED)
    everybody = tuple(one.id for one in part.organisations)
    origins = {"*": ASSUMED}
    return (
        Agreement(id="alava", title="Alavan tilat", organisations=supported, status="conditional",
                  by_decision="kaupungin lautakunta", weight=2, spaces=leased, origins=origins),
        Agreement(id="kumppani", title="Yrityskumppani 1", contribution=2500, origins=origins),
        Agreement(id="perus", title="Yhteistyön perussopimus", organisations=everybody, origins=origins),
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the scenario's folder."""
    parser = argparse.ArgumentParser(prog="python -m scenarios.generators.kuopio_pot", description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write; the library's own by default")
    write_scenario(kuopio_pot(), parser.parse_args(arguments).out)


if __name__ == "__main__":
    main()
