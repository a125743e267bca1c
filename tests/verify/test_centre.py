"""centre.*: nothing in what is not opened, within the budget, one mix a site, and what it costs."""

from typing import Any

import pytest

from models.base import BadInput
from models.result import Verdict
from models.scenario import Scenario
from solver.verify import verify
from tests.builders import make_option, make_plan, make_policy, make_scenario, make_site, make_space, place

ANNEX = make_option("small", "annex", opening_cost=1000, running_cost=400)
BOTH = make_option("large", "annex", "attic", opening_cost=1500, running_cost=700)
BARN = make_option("barn", site="far", opening_cost=2001, running_cost=0)


def town(limits: dict[str, int] | None = None, **worth: Any) -> Scenario:
    """Return a hall, an annex and an attic of which two mixes can be opened, and a barn elsewhere."""
    return make_scenario(
        spaces=(
            make_space(),
            make_space("annex", status="candidate"),
            make_space("attic", status="candidate"),
            make_space("barn", site="far", status="candidate"),
        ),
        sites=(make_site(), make_site("far")),
        policy=make_policy(centre=limits, worth=worth),
        centres=(ANNEX, BOTH, BARN),
    )


def judged(scenario: Scenario, space: str, *opened: str) -> Verdict:
    """Return the verdict on a session in a space while some options are opened."""
    return verify(scenario, make_plan(place(space=space), decisions={"opened": opened}))


def broken(verdict: Verdict) -> list[str]:
    """Return the rules broken."""
    return [violation.rule for violation in verdict.violations]


@pytest.mark.parametrize(
    ("space", "opened", "expected"),
    [
        ("hall", (), []),
        ("annex", (), ["centre.closed"]),
        ("annex", ("small",), []),
        ("annex", ("large",), []),
        ("attic", ("small",), ["centre.closed"]),
        ("attic", ("large",), []),
        ("barn", ("large",), ["centre.closed"]),
        ("barn", ("large", "barn"), []),
    ],
)
def test_candidate_hosts_where_an_opened_option_has_it(
    space: str, opened: tuple[str, ...], expected: list[str]
) -> None:
    """A candidate space is closed until any option with it is opened; other spaces are as they were."""
    assert broken(judged(town(), space, *opened)) == expected


def test_closed_says_what_would_have_to_open() -> None:
    """The message names the session, the space and the options."""
    (violation,) = judged(town(), "annex").violations
    assert violation.message == (
        "'Yoga' (yoga) on Monday 2026-08-31 18:00-20:00 (and on 3 more dates) is in 'Annex' (annex), but the plan opens"
        " neither of 'Small' (small) and 'Large' (large)."
    )
    (violation,) = judged(town(), "barn").violations
    assert violation.message.endswith("is in 'Barn' (barn), but the plan does not open 'Barn' (barn).")


@pytest.mark.parametrize(
    ("limits", "opened", "expected"),
    [
        ({"opening": 3001}, ("small", "barn"), []),
        ({"opening": 3000}, ("small", "barn"), ["centre.budget"]),
        ({"running": 400}, ("small", "barn"), []),
        ({"running": 399}, ("small", "barn"), ["centre.budget"]),
        ({"most": 2}, ("small", "barn"), []),
        ({"most": 1}, ("small", "barn"), ["centre.budget"]),
        ({"opening": 0, "running": 0, "most": 0}, (), []),
        ({"opening": 0, "running": 0, "most": 0}, ("small",), ["centre.budget"] * 3),
        (None, ("large", "barn"), []),
        (None, ("large", "small"), ["centre.mix"]),
    ],
)
def test_budget_and_mix(limits: dict[str, int] | None, opened: tuple[str, ...], expected: list[str]) -> None:
    """What is opened costs no more than there is, used or not, and a site has one mix."""
    assert broken(judged(town(limits), "hall", *opened)) == expected


def test_cost_is_that_of_a_season() -> None:
    """Opening is spread over seasons and rounded up for each option; points are rounded for each option."""
    verdict = judged(town({"seasons": 10}, centre_cost=7), "hall", "small", "barn")
    assert (verdict.score["centre.cost"], verdict.measures["centre.cost"]) == (-(35 + 14), 500 + 201)


def test_opening_costs_nothing_unless_the_policy_says() -> None:
    """The default weight is 0; the measure is told all the same."""
    verdict = judged(town(), "hall", "small")
    assert (verdict.score["centre.cost"], verdict.measures["centre.cost"]) == (0, 1400)


def test_unknown_option_is_refused() -> None:
    """A plan that opens what is not there cannot be judged."""
    with pytest.raises(BadInput, match="the centre has no option smal"):
        judged(town(), "hall", "smal")


def test_option_twice_is_refused() -> None:
    """Costs would count twice."""
    with pytest.raises(ValueError, match="opened twice"):
        make_plan(place(), decisions={"opened": ("small", "small")})
