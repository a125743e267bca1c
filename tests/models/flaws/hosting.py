"""Flaws of spaces that can host a need, and what is just beside them."""

from models.scenario import Scenario
from tests.builders import make_need, make_scenario, make_site, make_space
from tests.models.flaws.case import Case, pinned

SOUND: dict[str, Scenario] = {
    "a need as large as the space": make_scenario(make_need(size=40)),
    "a need as small as the space is given to": make_scenario(make_need(size=12), spaces=[make_space(fewest=12)]),
}

FLAWS: dict[str, Case] = {
    "no space in use": Case(
        make_scenario(spaces=[make_space(status="planned")]),
        "needs[yoga].spaces",
        "no space can ever host this: hall hosts nothing: planned.",
        "Set its status to open, or choose another space.",
    ),
    "larger than any space": Case(
        make_scenario(make_need(size=80), spaces=[make_space(), make_space("arena", capacity=60)]),
        "needs[yoga].size",
        "no space can ever host this: the largest space available, arena, holds 60 persons and 80 come.",
        "Lower size to 60 or less, or give it a space for 80.",
    ),
    "smaller than any space is given to": Case(
        make_scenario(make_need(size=9), spaces=[make_space(fewest=12), make_space("arena", capacity=60, fewest=10)]),
        "needs[yoga].size",
        "no space can ever host this: of the spaces large enough, arena asks fewest and takes groups from 10 persons"
        " on, and 9 come.",
        "Raise size to 10 or more, or lower fewest of a space.",
    ),
    "features that no space has": Case(
        make_scenario(
            make_need(features=("piano", "stage")), spaces=[make_space(), make_space("arena", features=("piano",))]
        ),
        "needs[yoga].features",
        "no space can ever host this: of the spaces large enough, arena comes nearest and has no stage.",
        "Drop what can be brought along, or add it to a space that has it.",
    ),
    "every fitting space forbidden": Case(
        make_scenario(make_need(forbidden_spaces=("centre",))),
        "needs[yoga].forbidden_spaces",
        "no space can ever host this: forbidden_spaces takes hall away.",
        "Allow one of them, or choose another space.",
    ),
    "no fitting space listed": Case(
        make_scenario(
            make_need(spaces=("cell",), only_listed=True), spaces=[make_space(), make_space("cell", capacity=2)]
        ),
        "needs[yoga].spaces",
        "no space can ever host this: spaces does not list hall, and only_listed is yes.",
        "List one of them, or set only_listed to no.",
    ),
    "the only listed spaces closed": Case(
        make_scenario(
            make_need(spaces=("cell", "attic"), only_listed=True),
            spaces=[make_space(), make_space("cell", status="closed"), make_space("attic", status="planned")],
        ),
        "needs[yoga].spaces",
        "no space can ever host this: cell, attic host nothing: closed, planned.",
        "Set its status to open, or choose another space.",
    ),
    "no fitting space in the district": Case(
        make_scenario(
            make_need(districts=("Puijo",)),
            spaces=[make_space(), make_space("cell", site="barn", capacity=2)],
            sites=[make_site(district="Centre"), make_site("barn", district="Puijo")],
        ),
        "needs[yoga].districts",
        "no space can ever host this: hall is not in Puijo.",
        "Add the district of one of them, or leave districts empty.",
    ),
    "pinned into a space too small": Case(
        pinned({"space": "cell", "weekday": "mon"}, rooms=[make_space(), make_space("cell", capacity=2)]),
        "needs[yoga].pins",
        "cell is pinned, but cell holds 2 persons and 20 come.",
        "Lower size to 2 or less, or give it a space for 20, or move the pin.",
    ),
    "pinned into a closed space": Case(
        pinned({"space": "cell", "weekday": "mon"}, rooms=[make_space(), make_space("cell", status="closed")]),
        "needs[yoga].pins",
        "cell is pinned, but cell hosts nothing: closed.",
        "Set its status to open, or choose another space, or move the pin.",
    ),
    "last season's space not in use": Case(
        make_scenario(
            make_need(last_season=({"space": "cell", "weekday": "mon", "start": "18:00"},)),
            spaces=[make_space(), make_space("cell", status="closed")],
        ),
        "needs[yoga].last_season",
        "cell is closed this season, so staying there earns nothing.",
        "Remove it, or set the space's status to open.",
        "warning",
    ),
}
