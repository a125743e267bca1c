"""Kuopio with a common pot and agreements: what of a partnership hangs on one conditional lease.

The Alava rooms are a case with a real event behind it: the board voted to end the lease and then postponed that. Here
they come with an agreement that waits for the board. Every sum, percentage and membership is assumed, and only
generated organisations are members: no real one is said to have agreed to anything.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from models.agreements import Agreement
from models.base import Origin
from models.policy import Policy
from models.pot import Pot, SharedCost, Subsidy
from models.scenario import Scenario
from scenarios.files import read_scenario, write_scenario

ASSUMED = Origin(kind="assumed", basis="an example: no such agreement is known")
WITH_SUBSIDY = ("pensioners", "disability")
"""Themes of those that lost free use in 2022."""


def kuopio_pot() -> Scenario:
    """Return the Kuopio scenario with a pot, agreements and shared costs."""
    base = read_scenario("kuopio")
    return base.with_parts(
        id="kuopio-pot",
        title="Kuopio: yhteinen potti ja sopimukset",
        policy=_policy(base.policy),
        agreements=_agreements(base),
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


def _agreements(base: Scenario) -> tuple[Agreement, ...]:
    generated = [one for one in base.organisations if (origin := one.origin("name")) and origin.kind == "assumed"]
    supported = tuple(one.id for one in generated if one.theme in WITH_SUBSIDY)
    alava = tuple(space.id for space in base.spaces if space.site == "alava")
    origins = {"*": ASSUMED}
    return (
        Agreement(id="alava", title="Alavan tilat", organisations=supported, status="conditional",
                  by_decision="kaupungin lautakunta", weight=2, spaces=alava, origins=origins),
        Agreement(id="kumppani", title="Yrityskumppani 1", contribution=2500, origins=origins),
        Agreement(id="perus", title="Yhteistyön perussopimus", organisations=tuple(one.id for one in generated),
                  origins=origins),
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the scenario's folder."""
    parser = argparse.ArgumentParser(prog="python -m scenarios.generators.kuopio_pot", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    write_scenario(kuopio_pot(), parser.parse_args(arguments).out)


if __name__ == "__main__":
    main()
