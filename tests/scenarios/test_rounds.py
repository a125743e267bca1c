"""Rounds without a service: the scenario of what was handed in, and a plan that changes by answers."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import BadInput
from models.needs import Need, Spot
from models.plan import Decisions, Override, Placement
from models.scenario import Scenario
from scenarios.rounds.entering import read_need, read_slot
from scenarios.rounds.making import HandedIn, for_new_season, made_of, with_last_season
from scenarios.rounds.proposing import changed as changed_plan
from scenarios.rounds.proposing import judged
from scenarios.rounds.standing import Standing
from scenarios.rounds.wording import anonymous, reason_text
from solver.explain import explain
from solver.verify import verify
from tests.builders import (
    FIRST,
    changed,
    make_exception,
    make_hours,
    make_link,
    make_need,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_space,
    make_wish,
    place,
)

EVENING = make_wish("mon", "18:00", "20:00")


def town(**policy: object) -> Scenario:
    """Return three needs that want the only evening of the hall; the last one asks twice."""
    return make_scenario(
        make_need("song", EVENING, organisation="choir"),
        make_need("chess", EVENING, weight=200),
        make_need("dance", EVENING, make_wish("tue", "18:00", "20:00"), sessions=2),
        organisations=[make_organisation(), make_organisation("choir", applicant_class="junior")],
        availability=[make_hours("hall", "mon", "18:00", "20:00")],
        policy=make_policy(**policy),
    )


def standing(scenario: Scenario, *placements: Placement) -> Standing:
    """Return a plan as it stands, without decisions."""
    return Standing(scenario, placements, Decisions())


def test_a_rounds_scenario_has_its_own_needs_and_the_bases_places() -> None:
    """Hours take the place of those for the same place; links stay where both needs are there."""
    needs = [make_need("song"), make_need("chess"), make_need("gone")]
    base = make_scenario(
        *needs,
        spaces=(make_space("hall"), make_space("attic")),
        availability=[make_hours("hall", "mon"), make_hours("attic", "tue")],
        links=[make_link("song", "chess"), make_link("song", "gone")],
        exceptions=[make_exception("hall", FIRST)],
    )
    new = HandedIn(
        [make_hours("attic", "wed"), make_hours("attic", "thu")], [make_exception("attic", FIRST)], needs[:2]
    )
    made = made_of(base, "next", "Next", new)
    assert (made.id, made.title) == ("next", "Next")
    assert [(one.place, one.weekdays) for one in made.availability] == [
        ("hall", (0,)),
        ("attic", (2,)),
        ("attic", (3,)),
    ]
    assert [one.id for one in made.needs] == ["song", "chess"]
    assert [(link.a, link.b) for link in made.links] == [("song", "chess")]
    assert [one.place for one in made.exceptions] == ["hall", "attic"]
    assert Scenario.model_validate(made.model_dump()).hash == made.hash


def test_what_is_handed_in_is_read_as_in_files_and_told_with_pointers() -> None:
    """Cells as in spreadsheets are taken; what is wrong alone or beside the round has its place in the body."""
    raw = {"id": "yoga", "organisation": "club", "title": "Yoga", "size": 10, "min_minutes": 60, "max_minutes": 60}
    need, issues = read_need(town(), {**raw, "wishes": "mon 18:00-20:00"})
    assert need is not None
    assert need.wishes == (EVENING,)
    assert issues == []
    for change, path in (({"spaces": ["hal"]}, "/spaces"), ({"wishes": [{"weekdays": ["x"]}]}, "/wishes/0/weekdays/0")):
        found = read_need(town(), {**raw, "wishes": "mon 18:00-20:00", **change})[1]
        assert path in [one.path for one in found]
    dated = {"place": "hall", "first": "2026-09-02", "last": "2026-09-01", "reason": "works"}
    assert [one.problem for one in read_slot(town(), "exception", dated)] == [
        "last 2026-09-01 is before first 2026-09-02."
    ]
    assert read_slot(town(), "hours", {"place": "hall", "weekdays": ["mon"], "start": "18:00", "end": "20:00"}) == []


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(Need.model_fields)),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-5, 3000)
            | st.sampled_from(["mon", "18:00", "hall", "2026-09-07", "x"]),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["kind", "weekdays", "start", "end", "space"]), inner, max_size=3)
            ),
            max_leaves=6,
        ),
        max_size=4,
    )
)
def test_whatever_is_handed_in_is_read_or_told(change: dict[str, Any]) -> None:
    """No body makes the reader fail; what is not whole has an error with a place."""
    whole = make_need("yoga", EVENING).model_dump(mode="json")
    need, issues = read_need(town(), {**whole, **change})
    assert need is not None or any(one.severity == "error" for one in issues)
    assert all(one.path is not None and one.path.startswith("/") for one in issues)


def test_a_copy_leaves_the_dates_of_its_season_and_has_its_places() -> None:
    """Stays in spaces that are no more are left out."""
    need = make_need("song", first=FIRST, off_dates=(FIRST,), weight=150)
    held = with_last_season(need, make_plan(place("song"), place("song", "shed"), place("other")))
    copy = for_new_season(held, town())
    assert [(one.space, one.weekday, one.start) for one in copy.last_season] == [("hall", 0, 18 * 60)]
    assert (copy.first, copy.off_dates, copy.weight) == (None, (), 150)


def test_the_first_in_line_gets_what_is_free() -> None:
    """By weight where the policy has no tiers: chess has twice the weight of the others."""
    found = standing(town()).fill({"song": 1, "chess": 1, "dance": 2})
    assert [one.need for one in found] == ["chess"]
    assert standing(town(), *found).fill({"song": 1, "dance": 2}) == []


def test_a_tier_comes_before_points() -> None:
    """Juniors first: the choir gets the place, though chess would add more points."""
    band = {"title": "Evenings", "weekdays": ["mon"], "start": "17:00", "end": "22:00"}
    order = {"bands": [{**band, "tiers": [{"title": "Juniors", "applicant_classes": ["junior"]}]}]}
    scenario = town(order=order)
    assert [one.need for one in standing(scenario).fill({"song": 1, "chess": 1})] == ["song"]
    line = standing(scenario)
    assert sorted(["song", "chess", "dance"], key=line.rank) == ["song", "chess", "dance"]


def test_a_lot_decides_between_equals() -> None:
    """As it was published; without one, the id does."""
    equal = make_scenario(
        *(make_need(name, EVENING) for name in ("a", "b", "c")),
        availability=[make_hours("hall", "mon", "18:00", "20:00")],
        policy=make_policy(lot=7),
    )
    first = min(("a", "b", "c"), key=equal.policy.drawn)
    assert [one.need for one in standing(equal).fill(dict.fromkeys("abc", 1))] == [first]
    plain = changed(equal, policy=make_policy())
    assert [one.need for one in standing(plain).fill(dict.fromkeys("abc", 1))] == ["a"]
    assert first != "a"


def test_who_waits_for_two_gets_two_where_there_is_room() -> None:
    """Each sought beside what was given before, none on the same day."""
    scenario = changed(town(), availability=(make_hours("hall", "mon,tue", "18:00", "20:00"),))
    found = standing(scenario).fill({"dance": 2})
    assert sorted(one.weekday for one in found) == [0, 1]
    assert not verify(scenario, make_plan(*found)).violations


def test_a_place_that_breaks_a_rule_is_not_given() -> None:
    """A stay that an override lets stand holds its room against others, though no rule of the Problem says so."""
    astray = place("chess", "hall", "17:30", "19:30")
    assert standing(town(), astray).fill({"song": 1}) == []


def test_a_session_moves_to_a_free_spot_only() -> None:
    """The best one that matches what was asked; otherwise it says why not."""
    scenario = changed(town(), availability=(make_hours("hall", "mon,tue", "18:00", "20:00"),))
    mine = place("dance")
    moved = standing(scenario, mine).moved(mine, Spot(weekday=1))
    assert isinstance(moved, Placement)
    assert (moved.weekday, moved.space) == (1, "hall")
    assert "No place there" in str(standing(scenario, mine).moved(mine, Spot(weekday=4)))
    tuesday = standing(scenario, mine).moved(mine, Spot(weekday=1))
    assert isinstance(tuesday, Placement)
    other = changed(tuesday, need="chess")
    assert "Others hold the place" in str(standing(scenario, mine, other).moved(mine, Spot(weekday=1)))


def test_a_pinned_place_that_was_given_back_keeps_nobody_in_place() -> None:
    """Chess was pinned and has declined; the dance still moves, also to where chess was."""
    pinned = make_need("chess", make_wish("mon,tue", "18:00", "20:00"), pins=({"weekday": "mon"},))
    scenario = changed(
        town(),
        needs=(pinned, make_need("dance", make_wish("mon,tue", "18:00", "20:00"))),
        availability=(make_hours("hall", "mon,tue", "18:00", "20:00"),),
    )
    tuesday = changed(place("dance"), dates=tuple(day + timedelta(days=1) for day in place("dance").dates))
    moved = standing(scenario, tuesday).moved(tuesday, Spot(weekday=0))
    assert moved == place("dance")


def test_a_proposal_is_judged_and_changed_with_leave_only() -> None:
    """What is taken out has to be there; an override excuses what it names, and is kept in the plan."""
    scenario = town()
    plan, verdict = judged(scenario, make_plan(place("chess")))
    assert (plan.scenario_hash, verdict.violations) == (scenario.hash, ())
    with pytest.raises(BadInput, match="no such session"):
        changed_plan(scenario, plan, [place("song")], [], [])
    late = place("song", start="20:00", end="22:00")
    broken = {one.rule for one in verify(scenario, make_plan(late)).violations}
    with pytest.raises(BadInput) as refused:
        judged(scenario, changed_plan(scenario, plan, [], [late], []))
    assert {issue.where for issue in refused.value.issues} == broken
    overrides = [
        Override.model_validate(
            {"rule": rule, "needs": ["song"], "reason": "R", "decided_by": "planner", "decided_on": "2026-08-01"}
        )
        for rule in sorted(broken)
    ]
    taken, verdict = judged(scenario, changed_plan(scenario, plan, [], [late], overrides))
    assert {one.rule for one in verdict.overridden} == broken != set()
    assert late in taken.placements


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_a_reason_names_nobody_else(lang: str) -> None:
    """Neither in words nor as data; the need's own name may be there."""
    scenario, plan = town(), make_plan(place("chess"))
    reason = next(one for one in explain(scenario, plan) if one.need == "song")
    assert "chess" in str(reason)
    assert "chess" not in str(anonymous(reason)).lower()
    told = reason_text(scenario, reason, lang).lower()
    assert "chess" not in told
    assert len(told) > 60
