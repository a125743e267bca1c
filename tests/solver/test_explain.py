"""explain: outcomes, the rules that made them, who holds what, and smallest changes that really help."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from models.changes import Change
from models.needs import DateList, Need, Wish
from models.result import Reason
from models.scenario import Scenario
from scenarios.notation import read_wish
from scenarios.wording import LANGUAGES, change_sentence, reason_sentence
from solver.engine import Limits
from solver.explain import explain
from solver.solve import solve
from tests.builders import (
    changed,
    dates_from,
    make_exception,
    make_hours,
    make_need,
    make_organisation,
    make_plan,
    make_policy,
    make_pool,
    make_scenario,
    make_site,
    make_space,
    make_wish,
    place,
)

EVENING = make_wish("mon", "18:00", "20:00")
HOLDER = make_need("choir", EVENING)


def reasons_of(scenario: Scenario) -> dict[str, Reason]:
    """Explain the plan in which the choir holds the hall on Mondays 18-20."""
    return {reason.need: reason for reason in explain(scenario, make_plan(place("choir")))}


def test_placed_need_has_its_outcome() -> None:
    """A need with all its sessions is placed, and cites the rules by which these earn their points."""
    reason = reasons_of(make_scenario(HOLDER))["choir"]
    assert (reason.outcome, reason.sessions_placed, reason.smallest_change) == ("placed", 1, None)
    assert reason.points == {"worth.hours": 80, "worth.sessions": 100, "worth.wish": 24, "worth.fit": 11}
    assert reason.rules == tuple(reason.points)


def test_need_that_lost_to_another_names_it() -> None:
    """A need whose only places are held is told by whom, and by which rule."""
    reason = reasons_of(make_scenario(HOLDER, make_need("chess", EVENING)))["chess"]
    assert reason.outcome == "unplaced"
    assert reason.candidates == reason.blocked == 1
    assert [holder.need for holder in reason.holders] == ["choir"]
    assert reason.rules == ("space.double",)


@pytest.mark.parametrize(("minutes", "rules"), [(239, ("fairness.quota",)), (240, ())])
def test_need_beyond_the_quota_is_told_so(minutes: int, rules: tuple[str, ...]) -> None:
    """A free hour that the organisation's quota does not reach is said to be no use; one that it reaches is free."""
    policy = make_policy(quotas=({"title": "Clubs", "minutes": minutes},))
    chess = make_need("chess", make_wish("tue", "18:00", "20:00"))
    scenario = make_scenario(HOLDER, chess, policy=policy)
    reason = reasons_of(scenario)["chess"]
    assert (reason.candidates, reason.blocked, reason.rules) == (1, 0, rules)
    assert ("quota" in reason_sentence(reason, scenario, "en")) == bool(rules)


@pytest.mark.parametrize(("euros", "rules"), [(47.99, ("money.pot",)), (48, ())])
def test_need_beyond_the_pot_is_told_so(euros: float, rules: tuple[str, ...]) -> None:
    """Each would cost the pot 24 EUR; the free hour of the second is of no use where that is not left."""
    pot = {"euros": euros, "subsidies": ({"title": "All", "percent": 100},)}
    chess = make_need("chess", make_wish("tue", "18:00", "20:00"))
    spaces = [make_space(prices={"*": 3})]
    scenario = make_scenario(HOLDER, chess, spaces=spaces, policy=make_policy(pot=pot))
    reason = reasons_of(scenario)["chess"]
    assert (reason.candidates, reason.blocked, reason.rules) == (1, 0, rules)
    assert ("pot" in reason_sentence(reason, scenario, "en")) == bool(rules)


def test_need_too_large_is_told_the_rule() -> None:
    """A need larger than every room is stopped by the capacity, which left no space."""
    reason = reasons_of(make_scenario(HOLDER, make_need("crowd", EVENING, size=900)))["crowd"]
    assert reason.candidates == 0
    assert reason.rules == ("space.capacity",)
    assert [(f.rule, f.removed, f.left) for f in reason.filters if f.removed] == [("space.capacity", 1, 0)]


def test_need_too_small_is_told_the_rule() -> None:
    """A group smaller than every room is given to is stopped by that, and no larger group is asked of it."""
    scenario = make_scenario(make_need("duo", EVENING, size=2), spaces=[make_space(fewest=3)])
    reason = reasons_of(scenario)["duo"]
    assert (reason.candidates, reason.rules, reason.smallest_change) == (0, ("space.fewest",), None)
    assert [(f.rule, f.removed, f.left) for f in reason.filters if f.removed] == [("space.fewest", 1, 0)]
    assert "a group of 2 is too small for the space" in reason_sentence(reason, scenario, "en")


def test_need_at_closed_hours_is_told_the_rule() -> None:
    """A wish outside the opening hours is stopped by these."""
    reason = reasons_of(make_scenario(HOLDER, make_need("early", make_wish("mon", "05:00", "07:00"))))["early"]
    assert reason.rules == ("space.open",)


def test_need_partly_placed_counts_its_sessions() -> None:
    """Of two sessions asked, one placed is partly, and the day it uses is no candidate."""
    scenario = make_scenario(changed(HOLDER, sessions=2))
    reason = reasons_of(scenario)["choir"]
    assert (reason.outcome, reason.sessions_asked, reason.sessions_placed) == ("partly", 2, 1)
    assert reason.candidates == 0


def test_towns_own_plan_with_a_violation_is_explained() -> None:
    """Two needs booked over each other, as in a plan by hand, both count as placed."""
    scenario = make_scenario(HOLDER, make_need("chess", EVENING))
    reasons = explain(scenario, make_plan(place("choir"), place("chess")))
    assert [reason.outcome for reason in reasons] == ["placed", "placed"]


LISTED: dict[str, Any] = {"spaces": ("hall",), "only_listed": True}
CHANGES: dict[str, tuple[Need, dict[str, Any]]] = {
    "shorter": (make_need("chess", make_wish("mon", "16:30", "18:00"), **LISTED), {}),
    "longer_range": (make_need("chess", make_wish("mon", "19:00", "21:00"), **LISTED), {"hours": ("16:00", "22:00")}),
    "other_day": (make_need("chess", EVENING, **LISTED), {}),
    "other_space": (make_need("chess", EVENING, **LISTED), {"days": "mon"}),
    "other_district": (make_need("chess", EVENING, districts=("centre",)), {"days": "mon"}),
    "fewer_people": (make_need("chess", EVENING, size=28), {"days": "mon", "club": 20}),
    "less_features": (make_need("chess", EVENING, features=("piano",)), {"days": "mon"}),
}


def town(need: Need, *, hours: tuple[str, str] = ("16:00", "20:00"), days: str = "mon,tue", club: int = 30) -> Scenario:
    """Return a hall with a piano in the centre and a club room elsewhere, the choir asking first."""
    return make_scenario(
        HOLDER,
        need,
        sites=[make_site(district="centre"), make_site("edge", district="edge")],
        spaces=[make_space("hall", features=("piano",)), make_space("club", site="edge", capacity=club)],
        availability=[make_hours("hall", days, *hours), make_hours("club", days, *hours)],
        organisations=[make_organisation()],
    )


@pytest.mark.parametrize("kind", CHANGES)
def test_smallest_change_is_confirmed_and_helps(kind: str) -> None:
    """Each kind of change is found where it is the smallest, is confirmed, and is worded in every language."""
    need, setting = CHANGES[kind]
    if kind == "shorter":
        need = changed(need, min_minutes=120, max_minutes=120)
    scenario = town(need, **setting)
    reason = reasons_of(scenario)["chess"]
    assert reason.smallest_change is not None
    assert (reason.smallest_change.kind, reason.smallest_change.confirmed) == (kind, True)
    for lang in LANGUAGES:
        assert change_sentence(reason.smallest_change, scenario, lang)
        assert reason_sentence(reason, scenario, lang)


def as_told(need: Need, change: Change) -> Need:
    """Change a need's field as a planner would who reads the change: one more item, or another value."""
    value: Any = change.value
    match change.kind:
        case "longer_range":
            value = (*need.wishes, Wish.model_validate(read_wish(change.value)))
        case "other_day":
            days = change.value.split(",")
            value = tuple(changed(wish, weekdays=(*wish.weekdays, *days)) for wish in need.wishes)
        case "other_district" | "other_space":
            value = (*getattr(need, change.field), change.value)
        case "less_features":
            value = tuple(word for word in change.value.split("; ") if word)
    return changed(need, **{change.field: value})


@pytest.mark.parametrize("kind", CHANGES)
def test_changed_wish_is_really_solvable(kind: str) -> None:
    """With the wish changed as told, a new run that keeps the choir where it is gives the need its session."""
    need, setting = CHANGES[kind]
    if kind == "shorter":
        need = changed(need, min_minutes=120, max_minutes=120)
    change = reasons_of(town(need, **setting))["chess"].smallest_change
    assert change is not None
    scenario = town(as_told(need, change), **setting)
    pinned = changed(HOLDER, pins=({"space": "hall", "weekday": "mon", "start": "18:00", "end": "20:00"},))
    solution = solve(changed(scenario, needs=(pinned, *scenario.needs[1:])), Limits(seconds=20, threads=1))
    assert [placement.need for placement in solution.placements].count("chess") == 1


def test_filters_account_for_every_stay() -> None:
    """Each rule starts from what the one before it left, and the last leaves the candidates."""
    need = make_need("chess", make_wish("mon", "16:00", "21:00"), min_minutes=60, size=25, bans=({"start": "17:00"},))
    scenario = town(need, club=20)
    reason = reasons_of(scenario)["chess"]
    for unit in ("spaces", "stays"):
        chain = [entry for entry in reason.filters if entry.unit == unit]
        assert all(now.removed + now.left == before.left for before, now in pairwise(chain))
    assert reason.filters[-1].left == reason.candidates > 0


def test_own_weekday_is_the_rule_of_a_need_that_has_no_other() -> None:
    """A need that asks two sessions and wishes one weekday is stopped by having a session on it."""
    assert reasons_of(make_scenario(changed(HOLDER, sessions=2)))["choir"].rules == ("need.sessions",)


def test_no_change_is_told_where_a_stay_is_free() -> None:
    """A need that could be added as it is needs no change of its wish, and no rule is said to stop what is free."""
    reason = reasons_of(make_scenario(HOLDER, make_need("chess", make_wish("mon", "16:00", "22:00"))))["chess"]
    assert 0 < reason.blocked < reason.candidates
    assert reason.smallest_change is None


def test_placement_that_breaks_a_rule_holds_its_room() -> None:
    """In a town's own plan the choir stays an hour too long: it holds the hall, is named, and keeps others out."""
    scenario = make_scenario(HOLDER, make_need("chess", make_wish("mon", "20:00", "22:00")))
    reason = explain(scenario, make_plan(place("choir", end="21:00")))[1]
    assert reason.blocked == reason.candidates == 1
    assert [(holder.need, holder.end) for holder in reason.holders] == [("choir", "21:00")]
    assert reason.rules == ("space.double",)


def test_placement_on_other_dates_holds_nothing() -> None:
    """A placement that breaks a rule stands in the way on its own dates only."""
    scenario = make_scenario(HOLDER, make_need("chess", EVENING))
    reason = explain(scenario, make_plan(place("choir", dates=dates_from(date(2026, 9, 1)))))[1]
    assert (reason.candidates, reason.blocked, reason.holders) == (1, 0, ())


def test_change_beside_a_fault_of_the_needs_own() -> None:
    """A need with one session at a wrong time is still told what would give it the other."""
    need = make_need("chess", make_wish("mon,tue", "18:00", "20:00"), sessions=2)
    own = place("chess", start="17:30", end="19:30", dates=dates_from(date(2026, 9, 1)))
    reason = explain(make_scenario(HOLDER, need), make_plan(place("choir"), own))[1]
    assert (reason.outcome, reason.candidates, reason.blocked) == ("partly", 1, 1)
    assert reason.smallest_change is not None


def test_people_alone_can_block() -> None:
    """Where a room is free but the leader is elsewhere, the rule is the one on people, and that stay is named."""
    scenario = make_scenario(
        changed(HOLDER, leaders=("leader",)),
        make_need("chess", EVENING, leaders=("leader",), spaces=("club",), only_listed=True),
        spaces=[make_space(), make_space("club")],
    )
    reason = reasons_of(scenario)["chess"]
    assert reason.candidates == reason.blocked == 1
    assert reason.rules == ("people.clash",)
    assert [holder.need for holder in reason.holders] == ["choir"]


@pytest.mark.parametrize(("count", "rules"), [(1, ("things.pool",)), (2, ())])
def test_used_up_pool_is_told(count: int, rules: tuple[str, ...]) -> None:
    """Where a room is free but the only projector is elsewhere, who has it is named; another one is enough for both."""
    scenario = make_scenario(
        changed(HOLDER, equipment={"projector": 1}),
        make_need("chess", EVENING, equipment={"projector": 1}, spaces=("club",), only_listed=True),
        make_need("bridge", make_wish("tue", "18:00", "20:00"), equipment={"projector": 1}),
        spaces=[make_space(), make_space("club")],
        pools=[make_pool(count=count)],
    )
    reason = reasons_of(scenario)["chess"]
    assert (reason.candidates, reason.blocked, reason.rules) == (1, len(rules), rules)
    assert [holder.need for holder in reason.holders] == ["choir"] * len(rules)
    assert ("shared equipment or staff is then not enough" in reason_sentence(reason, scenario, "en")) == bool(rules)


def test_room_and_pool_are_told_apart() -> None:
    """A room that is held is told as such; a pool only where it stands in the way, and by those who take of it."""
    scenario = make_scenario(
        HOLDER,
        make_need("band", EVENING, equipment={"projector": 1}),
        make_need("chess", EVENING, equipment={"projector": 1}),
        spaces=[make_space(), make_space("club"), make_space("den")],
        pools=[make_pool()],
    )
    reason = explain(scenario, make_plan(place("choir"), place("band", "club")))[2]
    assert (reason.candidates, reason.blocked, reason.rules) == (3, 3, ("space.double", "things.pool"))
    assert [holder.need for holder in reason.holders] == ["band", "choir"]


def test_pool_with_enough_names_nobody() -> None:
    """Who takes of a pool of which there is enough for all stands in nobody's way."""
    scenario = make_scenario(
        HOLDER,
        make_need("band", EVENING, equipment={"projector": 1}),
        make_need("chess", EVENING, equipment={"projector": 1}, spaces=("hall",), only_listed=True),
        make_need("film", EVENING, equipment={"projector": 1}),
        spaces=[make_space(), make_space("club")],
        pools=[make_pool(count=2)],
    )
    reason = explain(scenario, make_plan(place("choir"), place("band", "club")))[2]
    assert (reason.blocked, reason.rules) == (1, ("space.double",))
    assert [holder.need for holder in reason.holders] == ["choir"]


def test_hours_by_age_of_a_room_are_told() -> None:
    """Every stay in the only rooms left is too late: in the hall by its own hours, in the club by those of all."""
    rows = (
        {"oldest": 12, "latest": "19:00"},
        {"oldest": 12, "earliest": "20:00", "latest": "22:00", "places": ("club",)},
    )
    scenario = make_scenario(
        HOLDER, make_need("chess", make_wish("mon", "18:00", "20:00"), ages=(7, 12)),
        spaces=[make_space(), make_space("club")], policy=make_policy(hours_by_age=rows),
    )  # fmt: skip
    reason = reasons_of(scenario)["chess"]
    assert reason.rules == ("time.age",)
    assert [(f.removed, f.left) for f in reason.filters if f.rule == "time.age"] == [(2, 0)]
    free = changed(scenario, policy=make_policy(hours_by_age=({**rows[0], "places": ("hall",)},)))
    reason = reasons_of(free)["chess"]
    assert [(f.removed, f.left) for f in reason.filters if f.rule == "time.age"] == [(1, 1)]


def test_second_decision_owners_are_told_of_what_is_placed() -> None:
    """Of a need with sessions at their places, and each once; of others nothing."""
    deciders = ({"who": "School", "places": ("gym",)}, {"who": "Parish", "places": ("centre",)})
    scenario = make_scenario(
        changed(HOLDER, sessions=2, wishes=(make_wish("mon,tue"),)), make_need("chess", EVENING), make_need("bridge"),
        sites=(make_site(), make_site("mill")), spaces=[make_space(), make_space("gym", site="mill")],
        policy=make_policy(deciders=deciders),
    )  # fmt: skip
    plan = make_plan(place("choir"), place("choir", dates=dates_from(date(2026, 9, 1))), place("chess", "gym"))
    assert [reason.subject_to for reason in explain(scenario, plan)] == [("Parish",), ("School",), ()]


def test_need_that_no_place_of_a_pool_can_host_is_told_so() -> None:
    """A piano in a room too small takes the other room away."""
    need = make_need("chess", EVENING, equipment={"piano": 1})
    scenario = make_scenario(HOLDER, need, spaces=[make_space(), make_space("cell", capacity=2)],
                             pools=[make_pool("piano", places=("cell",))])  # fmt: skip
    reason = reasons_of(scenario)["chess"]
    assert [(entry.rule, entry.removed) for entry in reason.filters if entry.removed][-1] == ("things.pool", 1)
    assert reason.rules == ("things.pool",)


def test_change_leaves_a_pool_as_it_is() -> None:
    """A free room is no help at an hour at which the only projector is taken, wherever that is."""
    scenario = make_scenario(
        changed(HOLDER, equipment={"projector": 1}),
        make_need("chess", EVENING, equipment={"projector": 1}, spaces=("hall",), only_listed=True),
        spaces=[make_space(), make_space("club")],
        availability=[make_hours("centre", "mon", "18:00", "20:00")],
        pools=[make_pool()],
    )
    assert reasons_of(scenario)["chess"].smallest_change is None
    free = reasons_of(changed(scenario, pools=(make_pool(count=2),)))["chess"].smallest_change
    assert free is not None
    assert free.space == "club"


def test_lifted_ban_on_a_space_keeps_the_others() -> None:
    """Of two forbidden spaces, only the one that has room is taken off the list."""
    need = make_need("chess", EVENING, forbidden_spaces=("club", "den"))
    spaces = [make_space(), make_space("club"), make_space("den", capacity=5)]
    change = reasons_of(make_scenario(HOLDER, need, spaces=spaces, availability=[make_hours(days="mon")]))
    told = change["chess"].smallest_change
    assert told is not None
    assert (told.kind, told.field, told.value, told.space) == ("other_space", "forbidden_spaces", "den", "club")


def test_group_is_told_the_largest_size_that_works() -> None:
    """The gym for 18 is held, so the club room for 15 sets the size; in a shared hall, what the others leave does."""
    hours = [make_hours(days="mon", start="18:00", end="20:00")]
    rooms = [make_space(capacity=20), make_space("gym", capacity=18), make_space("club", capacity=15)]
    scenario = make_scenario(HOLDER, make_need("band", EVENING, size=18), make_need("chess", EVENING), spaces=rooms,
                             availability=hours)  # fmt: skip
    reason = explain(scenario, make_plan(place("choir"), place("band", "gym")))[2]
    assert reason.smallest_change is not None
    assert (reason.smallest_change.kind, reason.smallest_change.value) == ("fewer_people", "15")
    sharing = make_scenario(changed(HOLDER, size=23, may_share=True), make_need("chess", EVENING, may_share=True),
                            spaces=[make_space(shareable=True)], availability=hours)  # fmt: skip
    shared = reasons_of(sharing)["chess"].smallest_change
    assert shared is not None
    assert (shared.kind, shared.value) == ("fewer_people", "17")


def test_site_without_a_district_is_never_told_as_one() -> None:
    """A room at a site of no district cannot be had by naming a district."""
    scenario = make_scenario(
        HOLDER, make_need("chess", EVENING, districts=("centre",)),
        sites=[make_site(district="centre"), make_site("edge")], spaces=[make_space(), make_space("club", site="edge")],
        availability=[make_hours(place, "mon", "18:00", "20:00") for place in ("centre", "edge")],
    )  # fmt: skip
    assert reasons_of(scenario)["chess"].smallest_change is None


def test_dates_lost_to_a_closure_are_listed() -> None:
    """A series that a closure takes a Monday from tells that Monday, and no other date."""
    closed = date(2026, 9, 14)
    scenario = changed(make_scenario(HOLDER), exceptions=(make_exception("hall", closed),))
    dates = [day for day in dates_from(date(2026, 8, 31)) if day != closed]
    assert explain(scenario, make_plan(place("choir", dates=dates)))[0].lost_dates == (closed,)


def test_dates_given_up_are_told_apart_from_lost_ones() -> None:
    """Of two Mondays not held, one is closed, and on the other a fair is in the choir's place."""
    days = dates_from(date(2026, 8, 31))
    fair = make_need("fair", EVENING, recurrence=DateList(dates=(days[1],)))
    policy = make_policy(skips=({"title": "Fairs", "points": 1, "to": {"title": "All"}},))
    scenario = make_scenario(HOLDER, fair, exceptions=[make_exception("hall", days[2])], policy=policy)
    choir, event = explain(
        scenario, make_plan(place("choir", dates=[days[0], days[3]]), place("fair", dates=days[1:2]))
    )
    assert choir.lost_dates == (days[2],)
    assert [(skip.day, skip.to) for skip in choir.given_up] == [(days[1], ("fair",))]
    assert (choir.points["skip.dates"], event.given_up) == (-1, ())


def test_stays_that_run_into_their_own_next_date_are_told_so() -> None:
    """Two days in a row, around the clock, with a buffer between: what stops the camp is the room it holds itself."""
    camp = make_need(
        "camp",
        make_wish("sat,sun", "00:00", "48:00"),
        recurrence=DateList(dates=(date(2026, 9, 5), date(2026, 9, 6))),
        min_minutes=1440,
        max_minutes=1440,
    )
    hours = [make_hours("hall", "mon,tue,wed,thu,fri,sat,sun", "00:00", "24:00")]
    scenario = make_scenario(camp, spaces=[make_space(buffer_after=30)], availability=hours)
    (reason,) = explain(scenario, make_plan())
    assert reason.candidates == 0
    assert reason.rules == ("space.double",)
