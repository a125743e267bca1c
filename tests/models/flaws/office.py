"""Flaws of offices and relations, and what is just beside them."""

from typing import Any

from models.relations import Relation
from models.scenario import Scenario
from tests.builders import make_need, make_office, make_policy, make_relation, make_scenario, make_space, make_wish
from tests.models.flaws.case import Case


def house(*relations: Relation, worth: dict[str, int] | None = None, known: bool = True, **yoga: Any) -> Scenario:
    """Return two offices and an activity, related as said, in rooms next door to each other on two floors."""
    places: list[dict[str, Any]] = [{}, {}]
    if known:
        places = [{"floor": "1", "next_to": ("annex",), "area_m2": 30}, {"floor": "2", "area_m2": 12}]
    relation = int(any(not entry.must for entry in relations))
    return make_scenario(
        make_office("advice", area_m2=30 if known else None),
        make_office("press", days=2),
        make_need("yoga", **yoga),
        spaces=(make_space(shareable=True, **places[0]), make_space("annex", **places[1])),
        relations=relations,
        policy=make_policy(worth={"area": int(known), "relation": relation} if worth is None else worth),
    )


PAIR = ("advice", "press")

SOUND: dict[str, Scenario] = {
    "every relation": house(*(make_relation(*PAIR, kind) for kind in ("other_space", "adjacent", "other_floor"))),
    "wishes that cannot hold both": house(make_relation(*PAIR, "same_space"), make_relation(*PAIR, "other_space")),
    "what must hold with several sessions": house(
        make_relation("advice", "yoga", "other_space", must=True), sessions=2
    ),
    "nothing said of floor": house(known=False),
    "as many days as are wished": make_scenario(make_office("advice", make_wish("mon,tue", "09:00", "15:00"), days=2)),
}

FLAWS: dict[str, Case] = {
    "more days than are wished": Case(
        make_scenario(make_office("advice", make_wish("mon,tue", "09:00", "15:00"), days=3)),
        "needs[advice].recurrence",
        "an office for 3 weekdays is asked, and hours are wished on 2: mon, tue.",
        "Wish more weekdays, or ask for 2.",
    ),
    "more floor than there is": Case(
        make_scenario(
            make_office(area_m2=31), spaces=(make_space(area_m2=29.5),), policy=make_policy(worth={"area": 1})
        ),
        "needs[advice].area_m2",
        "the office takes 31 m2, and the largest space has 30 m2.",
        "Lower it to 30, or add a space.",
        "warning",
    ),
    "floor worth something to nobody": Case(
        house(known=False, worth={"area": 1}),
        "policy.worth.area",
        "no office takes floor of a space whose area is known, so it changes nothing.",
        "Give offices and spaces their area_m2, or set it to 0.",
        "warning",
    ),
    "floor beyond nothing": Case(
        house(worth={"overuse_percent": 100}),
        "policy.worth.overuse_percent",
        "it changes nothing: floor earns nothing.",
        "Set worth.area too, or remove it.",
        "warning",
    ),
    "a relation twice": Case(
        house(make_relation(*PAIR), make_relation(*PAIR[::-1], must=True)),
        "relations[1].kind",
        "an earlier row has the same relation of press and advice.",
        "Remove one of the two.",
    ),
    "relations that never hold both": Case(
        house(make_relation(*PAIR, "same_space", must=True), make_relation(*PAIR, "other_floor", must=True)),
        "relations[1].kind",
        "advice and press must be same_space by an earlier row: never both.",
        "Let one of the two be a wish (must no), or remove it.",
    ),
    "a wish of several sessions": Case(
        house(make_relation("advice", "yoga"), sessions=2),
        "relations[0].b",
        "yoga asks for 2 sessions, which may be in several spaces.",
        "Let it hold in any case (must yes), or remove it.",
    ),
    "no space next to another": Case(
        house(make_relation(*PAIR), known=False, worth={"relation": 1}),
        "relations[0].kind",
        "no two spaces in use are adjacent.",
        "Say which spaces are next to each other (next_to) and on which floor, or remove it.",
        "warning",
    ),
    "wishes worth nothing": Case(
        house(make_relation(*PAIR), worth={"area": 1}),
        "policy.worth.relation",
        "relations are wished, and none earns anything.",
        "Set it above 0, or remove them.",
        "warning",
    ),
    "worth of no wish": Case(
        house(make_relation(*PAIR, must=True), worth={"area": 1, "relation": 5}),
        "policy.worth.relation",
        "no relation is wished, so it changes nothing.",
        "Add some to relations.csv, or set it to 0.",
        "warning",
    ),
    "a neighbour that is not there": Case(
        make_scenario(spaces=(make_space(next_to=("tunnel",)),)),
        "spaces[hall].next_to",
        "no space has the id tunnel.",
        "Write one that is there, or add it to spaces.csv.",
    ),
    "a relation of a need that is not there": Case(
        house(make_relation("advice", "stranger")),
        "relations[0].b",
        "no need has the id stranger.",
        "Write one that is there, or add it to needs.csv.",
    ),
}
