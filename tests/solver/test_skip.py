"""Series that give up dates to events: what the solver lets them, and when it pays."""

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from models.consistency import find_issues
from models.needs import Need
from models.result import Status
from models.scenario import Scenario
from solver.compile import Compiled, compile_scenario
from solver.session import Session
from solver.solve import solve
from solver.verify import skips_of, verify
from tests.builders import FIRST, changed, dates_from, make_need, make_policy, make_scenario, make_space, make_wish
from tests.solver.test_solve import MONDAY_EVENING, ONE_PROCESS, solved
from tests.solver.tiny_towns import best_by_trying, candidates, town_that_makes_way

MONDAYS = dates_from(FIRST)
MOST_CANDIDATES = 20
"""More take too long to try in every combination."""


def fair(*dates: int, **changes: Any) -> Need:
    """Return a fair on some Mondays, by number."""
    listed = {"kind": "dates", "dates": [MONDAYS[i] for i in dates]}
    return make_need("fair", MONDAY_EVENING, recurrence=listed, kind="event", tags=("fair",), **changes)


def town(*needs: Need, **rule: Any) -> Scenario:
    """Return a town where fairs come first, for a price."""
    skip = {"title": "Fairs", "points": 40, "to": {"title": "Fairs", "tags": ("fair",)}, **rule}
    return make_scenario(make_need("yoga", MONDAY_EVENING), *needs, policy=make_policy(skips=(skip,)))


def dates_held(scenario: Scenario) -> dict[str, int]:
    """Return how many dates each placed need has in the best plan."""
    return {placement.need: len(placement.dates) for placement in solved(scenario).placements}


def test_the_price_decides() -> None:
    """The fair is worth 142 points; yoga's date is worth 34, and gives way where the price leaves something over."""
    alone = solved(make_scenario(fair(1))).objective or 0
    date_of_yoga = (solved(town()).objective or 0) - (solved(town(points=1)).objective or 0)
    assert date_of_yoga == 0, "no fair, nothing given up"
    whole = solved(town()).objective or 0
    given = solved(town(fair(1), points=1))
    lost = whole + alone - 1 - (given.objective or 0)
    assert dates_held(town(fair(1), points=alone - lost - 1)) == {"yoga": 3, "fair": 1}
    assert dates_held(town(fair(1), points=alone - lost + 1)) == {"yoga": 4}


def test_as_many_dates_as_enough_are_left() -> None:
    """Of four dates two may be given up where half is enough, and none where all are asked for."""
    for percent, most, expected in ((50, 2, {"yoga": 2, "fair": 2}), (50, 1, {"yoga": 4}), (76, 2, {"yoga": 4})):
        scenario = town(fair(1, 2), most=most, points=1)
        scenario = changed(scenario, policy=changed(scenario.policy, min_dates_percent=percent))
        weighed = changed(scenario, needs=(changed(scenario.needs[0], weight=200), *scenario.needs[1:]))
        assert dates_held(weighed) == expected


def test_a_date_given_up_keeps_leaders_free() -> None:
    """Who leads yoga can lead the fair in its place, or at another site at that hour."""
    leaders = {"leaders": ("coach",)}
    scenario = town(fair(1, weight=300, **leaders))
    yoga = changed(scenario.needs[0], **leaders)
    assert dates_held(changed(scenario, needs=(yoga, *scenario.needs[1:]))) == {"yoga": 3, "fair": 1}


def test_only_dates_of_events_multiply_stays() -> None:
    """A season's series has one more stay for each date on which an event could be in its place, and no others."""
    compiled = compile_scenario(town(fair(1)))
    given_up = compiled.stays.whole != compiled.stays.dateset
    assert (int(given_up.sum()), len(given_up)) == (1, 3)
    elsewhere = changed(fair(1), spaces=("club",), only_listed=True)
    scenario = changed(town(elsewhere), spaces=(make_space(), make_space("club")))
    compiled = compile_scenario(scenario)
    assert int((compiled.stays.whole != compiled.stays.dateset).sum()) == 1, "in the club only"
    later = changed(fair(1), wishes=(make_wish("mon", "20:00", "22:00"),))
    stays = compile_scenario(town(later)).stays
    np.testing.assert_array_equal(stays.whole, stays.dateset)


def test_a_session_tells_stays_anew() -> None:
    """An event that comes lets the series make way at once; when it goes, the series has all its dates again."""
    without, with_fair = town(), town(fair(1, weight=300))
    session = Session(without)
    session.solve(ONE_PROCESS)
    session.with_need(with_fair.needs[1])
    session.solve(ONE_PROCESS)
    verdict = verify(with_fair, session.plan())
    assert not verdict.violations
    assert verdict.objective == session.objective == solved(with_fair).objective
    assert [skip.need for skip in session.plan().decisions.skips] == ["yoga"]
    session.without_need("fair")
    session.solve(ONE_PROCESS)
    assert session.objective == solved(without).objective


@pytest.mark.parametrize("places", [(), ("hall",)])
def test_a_takeover_day(places: tuple[str, ...]) -> None:
    """Many come on one Saturday, in rooms where series meet; the other Saturdays are theirs."""
    saturday = dates_from(FIRST)[2].replace(day=19)
    morning = make_wish("sat", "10:00", "14:00")
    series = [make_need(f"series{n}", morning, min_minutes=60) for n in range(4)]
    events = [
        make_need(f"event{n}", morning, recurrence={"kind": "dates", "dates": (saturday,)}, tags=("takeover",))
        for n in range(4)
    ]
    skip = {"title": "Takeover", "points": 10, "dates": (saturday,), "places": places,
            "to": {"title": "Takeover", "tags": ("takeover",)}}  # fmt: skip
    scenario = make_scenario(
        *series, *events, spaces=[make_space(), make_space("club")], policy=make_policy(skips=(skip,))
    )
    placements = solved(scenario).placements
    taken = {skip.space for skip in skips_of(scenario, placements)}
    assert taken == ({"hall"} if places else {"hall", "club"})
    assert all(skip.day == saturday for skip in skips_of(scenario, placements))


def _compiled(random: Random) -> tuple[Scenario, Compiled | None]:
    """Return a town, compiled if it is sound."""
    scenario = town_that_makes_way(random)
    sound = all(issue.severity == "warning" for issue in find_issues(scenario))
    return scenario, compile_scenario(scenario) if sound else None


def _to_try(town: tuple[Scenario, Compiled | None]) -> bool:
    """Tell whether a town is sound and small, and dates could be given up in it."""
    compiled = town[1]
    return (
        compiled is not None
        and compiled.problem.num_placements <= MOST_CANDIDATES
        and bool((compiled.stays.whole != compiled.stays.dateset).any())
    )


@settings(max_examples=8)
@given(st.integers(0, 2**32))
def test_as_good_as_trying_everything(seed: int) -> None:
    """The candidates are those that the judge admits, and the plan is the best of all clean ones."""
    random = Random(seed)
    scenario, compiled = next(filter(_to_try, (_compiled(random) for _ in range(1000))))
    assert compiled is not None
    options = candidates(scenario)
    found = [compiled.placement(p) for p in range(compiled.problem.num_placements)]
    assert len(set(found)) == len(found)
    assert set(found) <= set(options)
    best = best_by_trying(scenario, options)
    if best is None:
        assert solve(scenario, ONE_PROCESS).status is Status.INFEASIBLE
        return
    solution = solved(scenario)
    event("given up" if skips_of(scenario, solution.placements) else "kept")
    assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, best, best)
