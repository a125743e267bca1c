"""money.pot and money.price: what sessions cost, what the pot pays of it, and what is left to pay."""

from typing import Any

import pytest

from models.base import BadInput
from models.scenario import Scenario
from solver.verify import verify
from tests.builders import make_agreement, make_plan, make_policy, make_scenario, make_space, place
from tests.verify.judging import broken, judge, only_violation

ALL = {"title": "Everybody", "percent": 50}
DEAL = {"status": "conditional", "by_decision": "the board", "contribution": 20, "subsidy": 80}
"""Two hours on four Mondays in the hall are 8 hours at 8.50 EUR, 68 EUR."""


def town(euros: float = 34, *, deal: dict[str, Any] | None = None, **worth: int) -> Scenario:
    """Return a town with a priced hall and a pot that pays half of every price."""
    return make_scenario(
        spaces=[make_space(prices={"association": 8.5, "junior": 6})],
        policy=make_policy(pot={"euros": euros, "subsidies": (ALL,)}, worth=worth),
        agreements=() if deal is None else [make_agreement(**deal)],
    )


def test_a_pot_pays_what_is_in_it_and_no_cent_more() -> None:
    """Half of 68 EUR is 34."""
    assert broken(town(34), place()) == []
    violation = only_violation(town(33.99), place())
    assert violation.rule == "money.pot"
    assert violation.message == "For 'Yoga' (yoga) the pot would pay 34.00 EUR, and there are 33.99 EUR in it."


@pytest.mark.parametrize(("contribution", "found"), [(13.99, ["money.pot"]), (14, [])])
def test_contributions_come_on_top(contribution: float, found: list[str]) -> None:
    """20 EUR of the town and what an agreement brings."""
    assert broken(town(20, deal={"contribution": contribution}), place()) == found


def test_a_fallen_agreement_brings_no_money_and_gives_no_terms() -> None:
    """While it stands, 80 percent, 54.40 EUR, are paid of 54.40 EUR; without it 34 of 34.40."""
    with_deal = town(34.4, deal=DEAL)
    assert broken(with_deal, place()) == []
    fallen = with_deal.with_agreements({"deal": "falls"})
    assert (fallen.pot_cents, broken(fallen, place())) == (3440, [])
    assert judge(town(34.4, deal=DEAL, price_euro=10), place()).score["money.price"] == -136
    assert (
        judge(town(34.4, deal=DEAL, price_euro=10).with_agreements({"deal": "falls"}), place()).score["money.price"]
        == -340
    )


def test_price_counts_what_is_left_to_pay() -> None:
    """34 EUR at 3 points; a member that pays juniors' prices pays half of 48 EUR."""
    verdict = judge(town(price_euro=3), place())
    assert (verdict.score["money.price"], verdict.measures["money.price"]) == (-102, 34)
    cheaper = judge(town(deal={"price_class": "junior"}, price_euro=3), place())
    assert (cheaper.score["money.price"], cheaper.measures["money.price"]) == (-72, 24)


def test_an_unknown_price_is_no_claim() -> None:
    """A room without a price costs nobody anything."""
    scenario = make_scenario(policy=make_policy(pot={"subsidies": (ALL,)}, worth={"price_euro": 9}))
    assert (broken(scenario, place()), judge(scenario, place()).score["money.price"]) == ([], 0)


def test_a_plan_of_other_agreements_is_refused_clearly() -> None:
    """It says which agreement, and how to judge the plan."""
    scenario = town(deal=DEAL)
    fallen = scenario.with_agreements({"deal": "falls"})
    plan = make_plan(place(), scenario_hash=fallen.hash, agreements=fallen.conditions)
    assert verify(fallen, plan).violations == ()
    with pytest.raises(BadInput) as refused:
        verify(scenario, plan)
    (issue,) = refused.value.issues
    assert issue.where == "agreements.deal"
    assert issue.problem == "the plan was made where the agreement falls, and here it holds."


def test_switches_name_agreements_that_can_be_switched() -> None:
    """An unknown one, and a fallen one that is to hold, are told together."""
    scenario = town(deal={"status": "fallen"})
    with pytest.raises(BadInput) as refused:
        scenario.with_agreements({"deal": "holds", "dael": "falls"})
    assert [issue.problem for issue in refused.value.issues] == [
        "it has fallen in the data, and is switched to hold.",
        "the scenario has no such agreement.",
    ]


def test_a_space_closes_with_the_last_agreement_that_opens_it() -> None:
    """Two agreements bring the hall."""
    both = [make_agreement(name, spaces=("hall",)) for name in ("one", "other")]
    scenario = make_scenario(agreements=both)
    assert scenario.with_agreements({"one": "falls"}).spaces[0].status == "open"
    assert scenario.with_agreements({"one": "falls", "other": "falls"}).spaces[0].status == "closed"
    assert scenario.with_agreements({"one": "holds"}).hash == scenario.hash
