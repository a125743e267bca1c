"""Flaws of pools, and what is just beside them."""

from datetime import date

from models.scenario import Scenario
from tests.builders import make_need, make_pool, make_scenario, make_season, make_site, make_space
from tests.models.flaws.case import Case

SUNDAY_NIGHT = {"weekdays": ("sun",), "start": "02:00", "end": "03:30"}
SOUND: dict[str, Scenario] = {
    "all that there is": make_scenario(make_need(equipment={"chairs": 40}), pools=[make_pool("chairs", count=40)]),
    "a keeper nobody asks for": make_scenario(pools=[make_pool("keeper", takes="every", places=("hall",))]),
    "a piano in one of two rooms": make_scenario(
        make_need(equipment={"piano": 1}), spaces=[make_space(), make_space("annex")],
        pools=[make_pool("piano", places=("annex",))],
    ),
    "hours at night": make_scenario(pools=[make_pool("keeper", takes="every", hours=(SUNDAY_NIGHT,))]),
}  # fmt: skip

FLAWS: dict[str, Case] = {
    "more than there is": Case(
        make_scenario(make_need(equipment={"chairs": 41}), pools=[make_pool("chairs", count=40)]),
        "needs[yoga].equipment",
        "41 of chairs are asked and there is 40, so that this can never be placed.",
        "Ask for 40 or less, or raise the count of chairs in pools.csv.",
    ),
    "unknown pool": Case(
        make_scenario(make_need(equipment={"chairs": 1, "chair": 1}), pools=[make_pool("chairs")]),
        "needs[yoga].equipment",
        "no pool has the id chair.",
        "Did you mean chairs?",
    ),
    "unknown place of a pool": Case(
        make_scenario(pools=[make_pool("keeper", takes="every", places=("hull",))]),
        "pools[keeper].places",
        "no space or site has the id hull.",
        "Did you mean hall?",
    ),
    "two pools of one id": Case(
        make_scenario(pools=[make_pool("keeper", takes="every"), make_pool("keeper", takes="every")]),
        "pools[keeper].id",
        "an earlier record of pools has the id keeper too.",
        "Give this one another id, or remove one of the two.",
    ),
    "a pool nobody asks for": Case(
        make_scenario(pools=[make_pool("chairs")]),
        "pools[chairs].takes",
        "no need asks for it, so it changes nothing.",
        "Name it in equipment of needs, set takes to every, or remove it.",
        "warning",
    ),
    "a pool of a closed place": Case(
        make_scenario(
            spaces=[make_space(), make_space("cell", site="barn", status="planned")],
            sites=[make_site(), make_site("barn")],
            pools=[make_pool("keeper", takes="every", places=("barn",))],
        ),
        "pools[keeper].places",
        "none of its places hosts anything: barn.",
        "Name a space in use or a site with one, or leave places empty for all.",
        "warning",
    ),
    "equipment that is nowhere the need could be": Case(
        make_scenario(
            make_need(equipment={"piano": 1}), spaces=[make_space(), make_space("cell", capacity=2)],
            pools=[make_pool("piano", places=("cell",))],
        ),
        "needs[yoga].equipment",
        "no space can ever host this: hall is no place of piano.",
        "Add one to places of the pool, or drop what can be done without.",
    ),
    "hours that a night has twice": Case(
        make_scenario(season=make_season(date(2026, 10, 19), date(2026, 10, 25)),
                      pools=[make_pool("keeper", takes="every", hours=(SUNDAY_NIGHT,))]),
        "pools[keeper].hours",
        "03:30 comes twice on the night of 2026-10-25, when the clocks change.",
        "Choose a time before or after that hour.",
    ),
}  # fmt: skip
