"""Who pays what for a plan: prices, the pot's part, and shared costs to the cent."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.plan import Plan
from models.scenario import Scenario
from scenarios.costs import Costs, costs_of
from scenarios.shapley import exact
from scenarios.shared_costs import SharedEvening, SharedItem, _hours, split, to_the_cent
from tests.builders import (
    changed,
    make_agreement,
    make_need,
    make_option,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_space,
    place,
)

CARETAKER = {"title": "Caretaker", "euros": 30, "per": "hour"}
HEAT = {"title": "Heating", "euros": 100, "per": "season"}
ALARM = {"title": "Alarms", "euros": 5, "per": "opening", "after": "19:00"}


def town(*costs: dict[str, Any], **changes: Any) -> Scenario:
    """Return a town where a choir is in the hall 18-20 and a club in the room 19-21."""
    needs = [make_need("song", organisation="choir"), make_need("yoga")]
    return make_scenario(
        *needs,
        spaces=[make_space(prices={"association": 8.5}), make_space("room", prices={"junior": 1})],
        organisations=[make_organisation(), make_organisation("choir")],
        policy=make_policy(shared_costs=costs, pot={"euros": 99, "subsidies": ({"title": "All", "percent": 33},)}),
        **changes,
    )


PLAN = make_plan(place("song"), place("yoga", "room", "19:00", "21:00"))


def shares(costs: Costs, name: str) -> dict[str, int]:
    """Return the shares of one split."""
    return {bill.organisation: bill.shared[name] for bill in costs.bills}


def test_a_bill_has_a_line_for_each_placement() -> None:
    """8 hours at 8.50 EUR are 68 EUR, of which the pot pays 22.44; the room's price is not known for a club."""
    costs = costs_of(town(), PLAN)
    club, choir = costs.bills
    assert (choir.price, choir.subsidy, choir.own, choir.unknown) == (6800, 2244, 4556, 0)
    assert (club.price, club.own, club.unknown, club.lines[0].price) == (0, 0, 1, None)
    assert (costs.pot, costs.pot_used) == (9900, 2244)


def test_what_is_opened_is_a_shared_cost() -> None:
    """An annex for 100 EUR to open, over two seasons, and 1 EUR to run: 51 EUR, all of the one group that is there."""
    scenario = town(centres=[make_option("annex", "room", opening_cost=100, running_cost=1)])
    room = make_space("room", status="candidate")
    scenario = changed(
        scenario, spaces=(scenario.spaces[0], room), policy=changed(scenario.policy, centre={"seasons": 2})
    )
    opened = make_plan(*PLAN.placements, decisions={"opened": ("annex",)})
    costs = costs_of(scenario, opened)
    assert [(item.title, item.cents) for item in costs.shared] == [("Annex", 5100)]
    assert shares(costs, "shapley") == shares(costs, "use") == {"club": 5100, "choir": 0}


def test_begun_hours_are_split_by_what_each_adds() -> None:
    """18 to 21 is three hours on four Mondays, 360 EUR; alone each would need two, so they bear one and a half."""
    costs = costs_of(town(CARETAKER), PLAN)
    assert [item.cents for item in costs.shared] == [36000]
    assert shares(costs, "shapley") == {"club": 18000, "choir": 18000}


def test_who_comes_while_it_is_open_pays_less_by_shapley_than_by_use() -> None:
    """A choir 18-21 and a club 19-21: by use 3 to 2; by Shapley value they share the two hours, the choir one alone."""
    plan = make_plan(place("song", end="21:00"), place("yoga", "room", "19:00", "21:00"))
    costs = costs_of(town(CARETAKER), plan)
    assert shares(costs, "use") == {"club": 14400, "choir": 21600}
    assert shares(costs, "shapley") == {"club": 12000, "choir": 24000}


def test_openings_count_late_dates_only() -> None:
    """After 20:00 only the club is there."""
    costs = costs_of(town(ALARM | {"after": "20:00"}), PLAN)
    assert (costs.shared[0].units, shares(costs, "shapley")) == (4, {"club": 2000, "choir": 0})


def test_membership_follows_the_weights_of_agreements_that_stand() -> None:
    """Weights 2 and 1 of 100 EUR; a fallen agreement has none."""
    deals = [make_agreement("a", weight=2), make_agreement("b", organisations=("choir",))]
    fallen = make_agreement("c", organisations=("choir",), weight=9, status="fallen")
    costs = costs_of(town(HEAT, agreements=[*deals, fallen]), PLAN)
    assert shares(costs, "membership") == {"club": 6667, "choir": 3333}
    assert costs_of(town(HEAT), PLAN).splits == ("use", "shapley")


def test_many_at_one_building_are_drawn_with_an_error_bar() -> None:
    """Fourteen clubs come one after the other; what they bear sums to the cost all the same."""
    names = [f"o{n:02d}" for n in range(14)]
    scenario = make_scenario(
        *(make_need(name, organisation=name) for name in names),
        organisations=[make_organisation(name) for name in names],
        policy=make_policy(shared_costs=(CARETAKER,)),
    )
    hours = [(f"{8 + n:02d}:00", f"{9 + n:02d}:00") for n in range(14)]
    plan = make_plan(*(place(name, "hall", *times) for name, times in zip(names, hours, strict=True)))
    costs = costs_of(scenario, plan)
    assert sum(shares(costs, "shapley").values()) == costs.shared[0].cents == 14 * 4 * 3000
    assert min(bill.error for bill in costs.bills) > 0


def test_errors_of_evenings_are_not_in_step() -> None:
    """Twelve evenings of fourteen, each drawn for itself: the sum is within its error bar of the exact one."""
    evenings = tuple(
        SharedEvening(
            dates=1,
            present=tuple((f"o{n:02d}", 600 + 20 * n, 720 + 20 * n + night * n) for n in range(14)),
            minutes={f"o{n:02d}": 60 for n in range(14)},
        )
        for night in range(12)
    )
    item = SharedItem(title="Caretaker", site="hall", per="hour", unit=100_00, units=1, evenings=evenings)
    game = [_hours(evening) for evening in evenings]
    item = item.model_copy(update={"units": int(sum(one(np.ones((1, 14), dtype=np.bool_))[0] for one in game))})
    truth = 100_00 * np.sum([exact(one, 14).value for one in game], axis=0)
    far = []
    for seed in range(3):
        shares, error = split([item], {}, seed)
        far += [abs(shares["shapley"][f"o{n:02d}"] - truth[n]) / error[f"o{n:02d}"] for n in range(14)]
    assert np.mean(np.array(far) <= 2) >= 0.9
    assert max(far) < 5


def test_members_of_equal_weight_pay_alike_to_a_cent() -> None:
    """However many costs there are, for a cent that does not divide goes to the same one each time."""
    costs = [{**HEAT, "title": f"Heating {n}", "euros": 0.01 + n} for n in range(9)]
    deal = make_agreement(organisations=("club", "choir"))
    made = shares(costs_of(town(*costs, agreements=[deal]), PLAN), "membership")
    assert abs(made["club"] - made["choir"]) <= 1


@pytest.mark.parametrize("name", ["use", "membership", "shapley"])
@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=3))
def test_every_split_sums_to_the_cent(name: str, euros: list[int]) -> None:
    """Whatever the costs are."""
    costs = [{**one, "euros": cents / 100} for one, cents in zip((CARETAKER, HEAT, ALARM), euros, strict=False)]
    made = costs_of(town(*costs, agreements=[make_agreement(weight=3), make_agreement("b", organisations=("choir",))]),
                    PLAN)  # fmt: skip
    assert sum(shares(made, name).values()) == sum(item.cents for item in made.shared)


STAYS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["hall", "room"]), st.integers(14, 20), st.integers(1, 3)),
    min_size=1,
    max_size=8,
)
"""Who is where, from which hour and for how many."""


@given(STAYS, st.lists(st.integers(1, 10**6), min_size=3, max_size=3))
def test_whoever_comes_when_shares_sum_and_nobody_pays_for_nothing(
    stays: list[tuple[str, str, int, int]], euros: list[int]
) -> None:
    """Any stays, clashes among them too; who is never there in the hours of a cost bears none of it but as a member."""
    organisations = [make_organisation(name) for name in "abcd"]
    costs = [{**one, "euros": cents / 100} for one, cents in zip((CARETAKER, HEAT, ALARM), euros, strict=True)]
    scenario = make_scenario(
        *(make_need(f"n{at}", organisation=who) for at, (who, *_) in enumerate(stays)),
        spaces=[make_space(), make_space("room")],
        organisations=organisations,
        policy=make_policy(shared_costs=[{**one, "after": "17:00"} for one in costs]),
        agreements=[make_agreement(organisations=tuple("abc"), weight=3), make_agreement("b", organisations=("b",))],
    )
    plan = make_plan(*(place(f"n{at}", space, f"{start}:00", f"{start + hours}:00")
                       for at, (_, space, start, hours) in enumerate(stays)))  # fmt: skip
    made = costs_of(scenario, plan)
    late = {who for who, _, start, hours in stays if start + hours > 17}
    for name in ("use", "membership", "shapley"):
        due = shares(made, name)
        assert sum(due.values()) == made.shared_cents
        assert all(cents >= 0 for cents in due.values())
        payers = {who for who, cents in due.items() if cents}
        assert payers <= (set("abc") if name == "membership" else late)


@given(st.integers(0, 10**9), st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 1e6), min_size=1))
def test_largest_remainders_keep_the_sum(total: int, weights: dict[str, float]) -> None:
    """No share is a cent or more from its due."""
    split = to_the_cent(total, weights)
    assert sum(split.values()) == total
    whole = sum(weights.values())
    assert all(abs(split[who] - total * weight / whole) < 1.001 for who, weight in weights.items())


def test_equal_claims_on_a_cent_go_by_id() -> None:
    """Ten cents for three."""
    assert to_the_cent(10, {"b": 1, "a": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}


def test_a_plan_without_placements_costs_nothing() -> None:
    """Nobody has a bill."""
    costs = costs_of(town(CARETAKER, HEAT, ALARM), Plan())
    assert (costs.bills, costs.shared) == ((), ())
