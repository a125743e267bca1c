"""Planning anew from end to end: what is told of the old plan, substitute dates, prices in a file, and the files."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.base import BadInput
from models.plan import Placement
from models.replan import ChangePrices, Locks
from models.scenario import Scenario
from scenarios.events import after, cancelled, closure, rest_of
from scenarios.files import read_plan, read_scenario
from scenarios.replan import Anew, read_prices, replan, write_anew
from solver.engine import Limits
from solver.verify import verify
from tests.builders import (
    FIRST,
    dates_from,
    make_hours,
    make_need,
    make_plan,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    make_wish,
    place,
)

LIMITS = Limits(seconds=20, threads=1)
MONDAYS = dates_from(FIRST)
EVENING = make_wish("mon", "18:00", "20:00")
PUBLISHED = place()


def town(*spaces: str, **need: Any) -> Scenario:
    """Return yoga on Monday evenings, the hall, and other rooms: the gym is at the school."""
    rooms = [make_space(name, site="school" if name == "gym" else "centre") for name in ("hall", *spaces)]
    hours = [make_hours("centre", "mon,tue", "18:00", "20:00"), make_hours("school", "mon", "18:00", "20:00")]
    return make_scenario(
        make_need("yoga", EVENING, **need),
        sites=[make_site(), make_site("school")],
        spaces=rooms,
        availability=hours if "gym" in spaces else hours[:1],
    )


def anew(scenario: Scenario, *published: Placement, prices: ChangePrices | None = None, points: int = 0) -> Anew:
    """Plan anew with prices at which nobody moves without need."""
    return replan(scenario, make_plan(*published), prices or ChangePrices(), LIMITS, points=points)


@pytest.mark.parametrize(
    ("spaces", "space", "day"),
    [
        (("cabin", "gym"), "cabin", MONDAYS[1]),
        (("gym",), "gym", MONDAYS[1]),
        ((), "hall", MONDAYS[1] + timedelta(days=1)),
    ],
)
def test_a_date_lost_to_a_closure_has_a_substitute(spaces: tuple[str, ...], space: str, day: date) -> None:
    """In a room at the same site, then at another, then in the same room on the nearest free date."""
    scenario = after(town(*spaces), [closure(f"hall:{MONDAYS[1]}")])
    dear = ChangePrices(room=8_000, site=9_000, day=10_000, lost_date=0, lost_session=10_000)
    made = anew(scenario, PUBLISHED, prices=dear)
    assert made.run.plan is not None
    assert made.run.plan.placements == (place(dates=(MONDAYS[0], *MONDAYS[2:])),)
    assert made.told.changes is not None
    assert made.told.changes.kinds["dates"] == 1
    (found,) = made.told.substitutes
    assert (found.need, found.lost) == ("yoga", MONDAYS[1])
    assert found.instead == place(space=space, dates=(day,))


def test_substitutes_do_not_clash() -> None:
    """One free room for two that lose a date: one of them finds nothing."""
    scenario = town("cabin", "den")
    chess = make_need("chess", EVENING)
    scenario = scenario.with_parts(needs=(*scenario.needs, chess))
    both = [place(), place("chess", "den")]
    closed = after(scenario, [closure(f"hall:{MONDAYS[1]}"), closure(f"den:{MONDAYS[1]}..{MONDAYS[1]}")])
    tuesday = MONDAYS[1] + timedelta(days=1)
    made = anew(closed, *both, prices=ChangePrices(room=9_000, day=10_000, lost_session=10_000))
    stays = [one.instead for one in made.told.substitutes]
    assert len(stays) == 2
    places = [(one.space, one.dates) for one in stays if one is not None]
    assert len(set(places)) == len(places) == 2
    assert ("cabin", (MONDAYS[1],)) in places
    assert {day for _, days in places for day in days} == {MONDAYS[1], tuesday}


def test_nothing_near_is_free() -> None:
    """It is told, with nothing proposed."""
    scenario = town().with_parts(availability=(make_hours("centre", "mon", "18:00", "20:00"),))
    made = anew(after(scenario, [closure(f"hall:{MONDAYS[1]}")]), PUBLISHED)
    assert [one.instead for one in made.told.substitutes] == [None]


def test_a_date_called_off_can_have_another() -> None:
    """In the same space, for the need does not meet on that date."""
    made = anew(after(town("cabin"), [cancelled(f"yoga:{MONDAYS[1]}")]), PUBLISHED)
    assert made.told.changes is not None
    assert made.told.changes.changes == ()
    assert [one.dates for one in made.told.gone] == [(MONDAYS[1],)]
    (found,) = made.told.substitutes
    assert found.instead is not None
    assert found.instead.space == "hall"
    assert found.instead.dates == (MONDAYS[1] + timedelta(days=1),)


def test_what_is_past_and_what_is_gone() -> None:
    """The rest of a season has its own plan; needs that are not there any more are told."""
    plan = make_plan(PUBLISHED, place("chess", "cabin"))
    rest = rest_of(town("cabin"), plan, MONDAYS[2])
    made = replan(rest, plan, ChangePrices(), LIMITS)
    assert made.run.plan is not None
    assert made.run.plan.placements == (place(dates=MONDAYS[2:]),)
    assert [(one.need, one.dates) for one in made.told.past] == [("yoga", MONDAYS[:2]), ("chess", MONDAYS[:2])]
    assert [(one.need, one.dates) for one in made.told.gone] == [("chess", MONDAYS[2:])]
    assert made.told.changes is not None
    assert (made.told.changes.kept, made.told.changes.points) == (1, 0)


def test_score_is_what_the_judge_says(tmp_path: Path) -> None:
    """The files hold the plan, its scenario and the changes, and the plan is clean for that scenario."""
    scenario = after(town("cabin"), [closure("hall")])
    written = write_anew(anew(scenario, PUBLISHED, points=3), tmp_path)
    read, plan = read_scenario(tmp_path / "scenario.json"), read_plan(tmp_path)
    verdict = verify(read, plan)
    assert not verdict.violations
    assert verdict.objective == written.told.score == written.run.result.objective
    assert written.told.objective == verdict.objective - 20 * 4 * 20 // 100
    assert [point.scale for point in written.told.front] == [0, 1, 1000]
    assert (tmp_path / "changes.json").is_file()


def test_lots_do_not_come_before_what_was_published() -> None:
    """The judge says who would have come first; that is told as it is, and is no fault of the program."""
    scenario = make_scenario(
        make_need("yoga", EVENING),
        make_need("chess", EVENING),
        availability=[make_hours("centre", "mon", "18:00", "20:00")],
        policy=make_policy(lot=1),
    )
    told = [anew(scenario, place(name)).run.result for name in ("yoga", "chess")]
    assert sorted(len(one.violations) for one in told) == [0, 1]
    assert {one.rule for result in told for one in result.violations} == {"order.lot"}


def test_prices_are_read(tmp_path: Path) -> None:
    """Those that are not named are as usual."""
    file = tmp_path / "prices.yaml"
    file.write_text("room: 5\nlocks:\n  spaces: [hall]\n  weekdays: [mon]\n", encoding="utf-8")
    assert read_prices(file) == ChangePrices(room=5, locks=Locks(spaces=("hall",), weekdays=(0,)))
    file.write_text("rom: 5\nsite: -1\n", encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_prices(file)
    assert {issue.where for issue in refused.value.issues} == {"prices.yaml, rom", "prices.yaml, site"}
