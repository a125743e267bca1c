"""The page on reasons shows what the program says."""

from pathlib import Path

from api.text import reason_lines
from models.plan import Plan
from models.scenario import Scenario
from scenarios.run import reasons_for
from tests.builders import (
    make_hours,
    make_need,
    make_organisation,
    make_plan,
    make_scenario,
    make_site,
    make_space,
    make_wish,
    place,
)

PAGE = Path(__file__).parents[2] / "docs" / "reasons.md"


def village() -> tuple[Scenario, Plan]:
    """Return a school with a hall and a club room, open on Monday evenings, and a plan that has no place for chess."""
    needs = [
        make_need("choir", make_wish("mon", "18:00", "20:00"), organisation="singers", title="Choir", spaces=("hall",),
                  only_listed=True),
        make_need("band", make_wish("mon", "16:00", "18:00"), organisation="players", title="Band", size=12,
                  spaces=("hall", "club")),
        make_need("chess", make_wish("mon", "17:00", "19:00"), organisation="friends", title="Chess", size=25),
    ]  # fmt: skip
    names = {"singers": "Village Singers", "players": "Village Players", "friends": "Chess Friends"}
    scenario = make_scenario(
        *needs,
        sites=[make_site("school", name="Old school")],
        spaces=[
            make_space("hall", site="school", name="Hall"),
            make_space("club", site="school", name="Club room", capacity=15),
        ],
        availability=[make_hours("school", "mon", "16:00", "20:00")],
        organisations=[make_organisation(one, name=name) for one, name in names.items()],
    )
    return scenario, make_plan(place("choir"), place("band", start="16:00", end="18:00"))


def test_page_shows_what_explain_says() -> None:
    """The example is the outcome of chess, word for word."""
    scenario, plan = village()
    lines = reason_lines(reasons_for(scenario, plan, "chess", seconds=30.0), scenario, "en")
    told = [line.strip() for line in lines][1:-1]
    page = " ".join(PAGE.read_text(encoding="utf-8").replace("\n>", " ").split())
    assert [line for line in told if line.removeprefix("- ") not in page] == []
