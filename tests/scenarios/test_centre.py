"""Choices of an activity centre side by side: each planned by itself, and told in figures that add up."""

import json
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from models.base import BadInput
from models.scenario import Scenario
from scenarios.centre import CentreTable, Judged, centre_table
from scenarios.centre_plans import choices_of, judged_runs, nearest, plan_choices, write_centre
from scenarios.centre_rows import rows_of
from scenarios.files import read_plan
from scenarios.run import Run
from solver.engine import Limits
from tests.builders import (
    changed,
    make_area,
    make_need,
    make_option,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    make_wish,
    place,
)

LIMITS = Limits(seconds=10, threads=1)
STRICT = {
    "bands": ({"title": "Always", "tiers": ({"title": "First", "applicant_classes": ("association",)},)},),
    "strict": True,
}


def town(**policy: Any) -> Scenario:
    """Return three groups that all wish the same two hours: a hall is there, an annex and a barn can be opened."""
    evening = make_wish("mon", "18:00", "20:00")
    asks = {name: {"organisation": name, "comes_from": {"north": 100}} for name in ("choir", "band", "chess")}
    return make_scenario(
        *(make_need(name, evening, **fields) for name, fields in asks.items()),
        organisations=[make_organisation(name, theme="games" if name == "chess" else "music") for name in asks],
        sites=[make_site(lat=62.9, lon=27.7), make_site("far", lat=62.8, lon=27.7)],
        spaces=[
            make_space(),
            make_space("annex", status="candidate"),
            make_space("barn", site="far", status="candidate"),
        ],
        centres=[
            make_option("annex", opening_cost=1000, running_cost=1900),
            make_option("barn", site="far", running_cost=500),
        ],
        areas=[make_area(residents=900)],
        policy=make_policy(**{"centre": {"opening": 1000, "running": 2000, "seasons": 10}, **policy}),
    )


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    """Plan the solver's own choice, nothing, and one more."""
    return list(plan_choices(town(), LIMITS, [()], 1))


@pytest.fixture(scope="module")
def table(runs: list[Run]) -> CentreTable:
    """Set them side by side."""
    return centre_table(town(), judged_runs(runs), choices_of(runs), 20)


def test_each_choice_is_planned_once(table: CentreTable) -> None:
    """Both options together cost more than there is to run them; each alone gives a room to a second group."""
    own, none, other = table.plans
    assert {own.opened, other.opened} == {("annex",), ("barn",)}
    assert (none.opened, table.unplanned) == ((), ())
    assert [plan.by_solver for plan in table.plans] == [True, False, False]
    assert all(plan.violations == 0 and plan.bound == plan.objective for plan in table.plans)


def test_figures_of_a_choice(table: CentreTable) -> None:
    """Two groups of 20 on four Mondays, 15 minutes there and back; the annex has a tenth of 1000 and 1900 EUR."""
    told = {plan.opened: plan for plan in table.plans}
    annex, none = told["annex",], told[()]
    assert (annex.opening_cost, annex.running_cost, annex.figures.euros) == (1000, 1900, 2000)
    assert (annex.figures.sessions, annex.figures.hours, annex.figures.person_hours) == (2, 16, 320)
    assert (annex.figures.travel, annex.figures.way_minutes) == (80, 15)
    assert (annex.figures.without, none.figures.without, none.figures.euros) == (1, 2, 0)
    assert annex.figures.room_use == none.figures.room_use  # twice the hours used of twice the hours on offer
    (room,) = annex.rooms
    assert (room.space, sum(room.hours.values())) == ("annex", 8)
    assert none.rooms == ()


def test_what_a_thousand_euros_buy(table: CentreTable) -> None:
    """2,000 EUR buy eight hours and 40 person-hours on the way more; nothing costs nothing."""
    told = {plan.opened: plan.for_thousand for plan in table.plans}
    annex = told["annex",]
    assert told[()] is None
    assert annex is not None
    assert (annex.hours, annex.travel, annex.synergy) == (4, 20, 0)
    # Shares 1, 0, 0 have a Gini coefficient of 2/3; 1, 1, 0 one of 1/3: 33 hundredths less for 2,000 EUR.
    assert annex.evenness == pytest.approx(100 / 6, abs=0.01)


def test_catchment_is_of_what_opens(table: CentreTable) -> None:
    """The north lives 15 minutes from the annex; the barn is 50 minutes away."""
    told = {plan.opened: plan.catchment for plan in table.plans}
    assert (told["annex",].members, told["annex",].residents, told["barn",].members) == (60, 900, 0)
    assert [option.catchment.members for option in table.options] == [60, 0]


def test_rows_are_the_figures(table: CentreTable) -> None:
    """Every row has a figure for each plan; residents are told where they are known."""
    rows = {row.title: row.figures for row in rows_of(table)}
    assert all(len(figures) == len(table.plans) for figures in rows.values())
    assert sorted(rows["EUR a season, with a part of the opening"]) == [0, 500, 2000]  # type: ignore[type-var]
    assert 900 in rows["residents who live within 20 minutes of what opens"]
    silent = changed(town(), areas=[make_area()])
    known = [Judged(make_plan(place("choir")), None)]
    assert not any("residents" in row.title for row in rows_of(centre_table(silent, known)))


def test_without_nothing_beside_it_nothing_is_gained(runs: list[Run]) -> None:
    """What euros buy is told beyond a plan that opens nothing, and only where there is one."""
    own = [judged for judged in judged_runs(runs) if judged.plan.decisions.opened]
    assert all(plan.for_thousand is None for plan in centre_table(town(), own).plans)


def test_given_choices_come_once_and_without_others() -> None:
    """The solver's own choice is not planned again, and nothing that nobody asked for."""
    made = list(plan_choices(town(), LIMITS, [("annex",), ("barn",), ("barn",)], 0))
    assert sorted(done.plan.decisions.opened for done in made if done.plan) == [("annex",), ("barn",)]


def test_warm_start_is_the_plan_that_keeps_most() -> None:
    """What can be kept of a plan are its stays in rooms that host."""
    one = make_plan(place("choir", "annex"), place("band", "annex"), place("chess"))
    other = make_plan(place("choir"), place("band", "barn"))
    assert nearest(town(), ("annex",), [other, one]) is one
    assert nearest(town(), ("barn",), [one, other]) is other
    assert nearest(town(), (), []) is None


def test_strict_tiers_have_given_choices_only() -> None:
    """No points choose between tiers, so that only what is given is planned."""
    made = list(plan_choices(town(order=STRICT), LIMITS, [("barn",)], 2))
    assert [done.plan.decisions.opened for done in made if done.plan] == [("barn",)]
    assert judged_runs(made)[0].by_solver is False


def test_stopping_keeps_what_is_planned() -> None:
    """The plan under way is kept, and no other begins."""
    cancel = Event()
    cancel.set()
    assert len(list(plan_choices(town(), LIMITS, [()], 2, cancel=cancel))) == 1


def test_nothing_to_open_is_bad_input() -> None:
    """A scenario without options has no choices."""
    with pytest.raises(BadInput, match="no option of a centre to open"):
        list(plan_choices(make_scenario(), LIMITS, [()], 0))


def test_files(runs: list[Run], table: CentreTable, tmp_path: Path) -> None:
    """The table as JSON, and a folder for each plan."""
    write_centre(table, runs, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"centre.json", "none", "annex", "barn"}
    assert CentreTable.model_validate(json.loads((tmp_path / "centre.json").read_text(encoding="utf-8"))) == table
    assert read_plan(tmp_path / "barn").decisions.opened == ("barn",)
    assert (tmp_path / "annex" / "report.html").exists()


def test_others_are_planned_that_the_solver_only_bounded() -> None:
    """Where euros cost more than any room brings, no option is worth a search, and one is planned all the same."""
    own, other = plan_choices(town(worth={"centre_cost": 10_000}), LIMITS, [], 1)
    assert own.plan is not None
    assert own.plan.decisions.opened == ()
    assert {one.opened: one.objective is None for one in own.result.choices}["barn",]
    assert other.plan is not None
    assert other.plan.decisions.opened == ("barn",)  # the cheaper one has the higher bound
