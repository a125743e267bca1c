"""Flaws of the activity centre, and what is just beside them."""

from typing import Any

from models.scenario import Scenario
from tests.builders import changed, make_option, make_policy, make_scenario, make_site, make_space
from tests.models.flaws.case import Case

ONE_TIER = {
    "bands": ({"title": "Always", "tiers": ({"title": "First", "applicant_classes": ("association",)},)},),
    "strict": True,
}
ANNEX = make_space("annex", status="candidate")


def town(*options: Any, annex: Any = ANNEX, **policy: Any) -> Scenario:
    """Return a hall and an annex, and a barn elsewhere, all that can be opened a candidate."""
    return make_scenario(
        spaces=(make_space(), annex, make_space("barn", site="far", status="candidate")),
        sites=(make_site(), make_site("far")),
        centres=(make_option("barn", site="far"), *options),
        policy=make_policy(**policy),
    )


SOUND: dict[str, Scenario] = {
    "two mixes with a room in common": town(make_option(), make_option("again", "annex")),
    "all the money there is": town(
        make_option(opening_cost=100, running_cost=20), centre={"opening": 100, "running": 20}
    ),
    "spread over seasons, without a limit": town(make_option(), centre={"seasons": 10}, worth={"centre_cost": 1}),
    "a need for a room that may be opened": changed(
        town(make_option(), annex=make_space("annex", capacity=90, status="candidate")),
        needs=(changed(town(make_option()).needs[0], size=80),),
    ),
}

FLAWS: dict[str, Case] = {
    "a room of another site": Case(
        town(make_option("mix", "annex", "barn")),
        "centres[mix].spaces",
        "barn is not at centre: the rooms of an option are at one site.",
        "Write an option for each site, or mend the site.",
    ),
    "a room that is open": Case(
        town(make_option("mix", "annex", "hall")),
        "centres[mix].spaces",
        "hall is open, whether this is opened or not.",
        "Set its status to candidate, or leave it out here.",
    ),
    "unknown room of an option": Case(
        town(make_option("mix", "annex", "anex")),
        "centres[mix].spaces",
        "no space has the id anex.",
        "Did you mean annex?",
    ),
    "unknown site of an option": Case(
        town(make_option(), make_option("mix", "annex", site="center")),
        "centres[mix].site",
        "no site has the id center.",
        "Did you mean centre?",
    ),
    "a candidate of no option": Case(
        town(),
        "spaces[annex].status",
        "it is a candidate and no option has it, so it never hosts anything.",
        "Name it in spaces of an option in centres.csv, or set its status to planned.",
        "warning",
    ),
    "too dear to open": Case(
        town(make_option(opening_cost=101), centre={"opening": 100}),
        "centres[annex].opening_cost",
        "it costs 101 EUR and there are 100 EUR, so that it is never opened.",
        "Raise centre in policy.yaml, or see what it would bring with solve --open.",
        "warning",
    ),
    "too dear to run": Case(
        town(make_option(running_cost=101), centre={"running": 100}),
        "centres[annex].running_cost",
        "it costs 101 EUR and there are 100 EUR, so that it is never opened.",
        "Raise centre in policy.yaml, or see what it would bring with solve --open.",
        "warning",
    ),
    "a budget for nothing": Case(
        make_scenario(policy=make_policy(centre={"opening": 100})),
        "policy.centre",
        "it changes nothing: there is no option to open.",
        "Add options to centres.csv, or remove it.",
        "warning",
    ),
    "a choice beside strict tiers": Case(
        town(make_option(), order=ONE_TIER),
        "policy.order.strict",
        "with strict tiers it is not decided which options of the activity centre open.",
        "Say it with solve --open, or set strict to no.",
        "warning",
    ),
    "a price of nothing": Case(
        make_scenario(policy=make_policy(worth={"centre_cost": 1})),
        "policy.worth.centre_cost",
        "it changes nothing: there is no option to open.",
        "Add options to centres.csv, or remove it.",
        "warning",
    ),
}
