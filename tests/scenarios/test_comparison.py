"""Results side by side: what intervals decide, who gains and loses, and no comparison of what cannot be compared."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.tables import comparison_lines
from models.base import BadInput
from models.plan import Plan
from models.result import Level, Status
from models.rules import HARD_RULES, SOFT_RULES
from models.scenario import Scenario
from scenarios.comparison import Made, compare, improve
from scenarios.comparison.changes import need_changes
from scenarios.comparison.intervals import Interval, decide
from scenarios.comparison.offers import carried
from scenarios.comparison.pairs import movement
from scenarios.comparison.sentences import Teller
from scenarios.comparison.tallies import Tally
from scenarios.run import judged
from solver.engine import Limits
from tests.builders import (
    FIRST,
    changed,
    dates_from,
    make_need,
    make_option,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    place,
)

DECISION = {"reason": "agreed", "decided_by": "planner", "decided_on": date(2026, 8, 1)}
TUESDAYS = dates_from(FIRST + timedelta(days=1))
OTHER_WEEKS = dates_from(FIRST, step=14)


def made_of(name: str, scenario: Scenario, plan: Plan, **changes: Any) -> Made:
    """Return a judged plan as a run would give it, without a bound where none is given."""
    return Made(name, changed(judged(scenario, plan).result, **changes), plan, scenario)


@pytest.fixture
def scenario() -> Scenario:
    """Two needs that want the same hall; the choir is too large for it."""
    return make_scenario(make_need("yoga"), make_need("choir", size=50))


@pytest.fixture
def judged_two(scenario: Scenario) -> tuple[Made, Made]:
    """Return results of a plan with yoga alone, and of one with both at once, where the choir's size is overridden."""
    override = {"rule": "space.capacity", "needs": ("choir",), **DECISION}
    both = make_plan(place(), place("choir"), decisions={"overrides": [override]})
    return made_of("one", scenario, make_plan(place())), made_of("both", scenario, both)


def test_each_side_has_its_verdict_and_counts(judged_two: tuple[Made, Made]) -> None:
    """Counts by rule name every rule, and what is overridden is no violation."""
    made = compare(judged_two)
    one, both = made.sides
    assert (one.name, both.name) == ("one", "both")
    assert set(one.violations) == set(both.overridden) == set(HARD_RULES)
    assert sum(one.violations.values()) == sum(one.overridden.values()) == 0
    assert {rule for rule, n in both.violations.items() if n} == {"space.double"}
    assert {rule for rule, n in both.overridden.items() if n} == {"space.capacity"}
    assert (one.needs.placed, both.needs.placed) == (1, 2)
    assert one.score == judged_two[0].result.score
    assert set(one.measures) == set(SOFT_RULES)
    assert (one.bound, one.gap) == (None, None)
    assert made.same_data
    assert made.intervals["one"] == Interval(low=one.objective, high=None)


def test_table_has_a_line_for_each_figure(judged_two: tuple[Made, Made]) -> None:
    """Names stand over the columns, the sums are those of the rules below them, and rules nobody met are left out."""
    lines = list(comparison_lines(compare(judged_two)))
    assert lines[0].split() == ["one", "both"]
    by_name = {line.split("  ")[0] or line.strip().split("  ")[0]: line.split()[-2:] for line in lines[1:]}
    assert by_name["violations"] == ["0", "1"]
    assert by_name["overridden"] == ["0", "1"]
    assert by_name["needs placed"] == ["1", "2"]
    assert by_name["bound"] == ["-", "-"]
    assert any("space.double" in line for line in lines)
    assert not any("time.grid" in line for line in lines)


def test_another_scenario_is_refused(judged_two: tuple[Made, Made]) -> None:
    """Two scenarios are not compared; of other data without a scenario beside it, points are not."""
    one = judged_two[0]
    alone = Made("alone", changed(one.result, scenario_hash="0" * 64))
    made = compare([one, alone])
    assert not made.same_data
    assert (made.pairs[0].decision.answer, made.pairs[0].decision.why) == ("not_asked", "measure")
    assert made.pairs[0].movement is None
    with pytest.raises(BadInput, match="for scenario other"):
        compare([one, Made("b", changed(one.result, scenario="other"))])


def test_result_without_a_plan_is_compared(judged_two: tuple[Made, Made]) -> None:
    """Where a run found nothing, its column and its decision say so."""
    nothing = changed(
        judged_two[0].result, status="unknown", objective=None, fairness=None, score={}, measures={}, violations=()
    )
    made = compare([Made("a", nothing), judged_two[1]])
    assert made.sides[0].score == dict.fromkeys(SOFT_RULES, 0)
    assert all(line for line in comparison_lines(made))
    assert made.pairs[0].decision.why == "no_plan"


@pytest.mark.parametrize(
    ("base", "other", "answer", "low", "high"),
    [
        ((100, 110), (80, 99), "worse", -30, -1),
        ((100, 110), (80, 100), "undecided", -30, 0),
        ((100, 110), (111, 130), "better", 1, 30),
        ((100, 110), (110, 130), "undecided", 0, 30),
        ((100, 110), (105, 107), "undecided", -5, 7),
        ((100, 100), (100, 100), "equal", 0, 0),
        ((100, None), (80, 90), "worse", None, -10),
        ((100, 110), (120, None), "better", 10, None),
        ((100, None), (80, None), "undecided", None, None),
        ((None, 110), (120, 130), "better", 10, None),
    ],
)
def test_what_intervals_decide(
    base: tuple[int | None, int | None],
    other: tuple[int | None, int | None],
    answer: str,
    low: int | None,
    high: int | None,
) -> None:
    """The second is worse where its bound is below the first plan, better where its plan is above the first bound."""
    decision = decide(Interval(low=base[0], high=base[1]), Interval(low=other[0], high=other[1]))
    assert (decision.answer, decision.low, decision.high) == (answer, low, high)


@given(*[st.tuples(st.integers(0, 50), st.integers(0, 20), st.integers(0, 20)) for _ in range(2)])
def test_what_is_decided_holds_for_the_best_plans(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    """Whatever the best plans are worth inside the intervals, what they differ by is inside what is told."""
    best = [points + below for points, below, _ in (one, other)]
    intervals = [Interval(low=points, high=points + below + above) for points, below, above in (one, other)]
    decision = decide(*intervals)
    assert decision.low is not None
    assert decision.high is not None
    gain = best[1] - best[0]
    assert decision.low <= gain <= decision.high
    assert {"worse": gain < 0, "better": gain > 0, "equal": gain == 0}.get(decision.answer, True)
    if decision.low_share is not None and decision.high_share is not None and best[0]:
        assert decision.low_share - 1e-9 <= gain / best[0] <= decision.high_share + 1e-9


def town(**changes: Any) -> Scenario:
    """Return two sites with rooms, four clubs and a need of each."""
    needs = [make_need(name, organisation=f"{name}-club") for name in ("yoga", "choir", "chess", "dance")]
    fields: dict[str, Any] = {
        "sites": [make_site("north"), make_site("south")],
        "spaces": [
            make_space("hall", site="north"),
            make_space("room", site="north"),
            make_space("barn", site="south"),
        ],
        "organisations": [
            make_organisation(f"{name}-club", theme=theme)
            for name, theme in (("yoga", "sports"), ("choir", "music"), ("chess", None), ("dance", "sports"))
        ],
    }
    return make_scenario(*needs, **{**fields, **changes})


def test_one_moves_one_is_lost_and_one_is_won() -> None:
    """Exactly these are told: yoga in which dimensions, the choir as lost, chess as won, and dance not at all."""
    before = make_plan(place("yoga"), place("choir", "room"), place("dance", "barn"))
    after = make_plan(place("yoga", "barn", "10:00", "12:30", TUESDAYS), place("chess", "room"), place("dance", "barn"))
    pair = compare([made_of("before", town(), before), made_of("after", town(), after)]).pairs[0]
    move = pair.movement
    assert move is not None
    told = {one.need: (one.moved, one.won, one.lost, one.kept) for one in move.needs}
    assert told == {"yoga": (1, 0, 0, 0), "choir": (0, 0, 1, 0), "chess": (0, 1, 0, 0)}
    (yoga,) = next(one.sessions for one in move.needs if one.need == "yoga")
    assert yoga.dimensions == ("site", "weekday", "time", "duration")
    assert (move.unchanged, move.unchanged_served) == (1, 1)
    sites = {one.key: (one.sessions, one.gain) for one in move.sites}
    assert sites == {"north": ((2, 1), -480), "south": ((1, 2), 600)}
    themes = {one.key: (one.gain, one.moved, one.won, one.lost) for one in move.themes}
    assert themes == {"sports": (120, 1, 0, 0), "music": (-480, 0, 0, 1), "": (480, 0, 1, 0)}
    hours = {(one.weekday, one.hour): one.minutes for one in move.hours}
    assert hours[0, 18] == (720, 480)
    assert hours[1, 12] == (0, 120)
    assert pair.decision.about == "plans"


@pytest.mark.parametrize(
    ("then", "dimensions"),
    [
        (place(space="room"), ("room",)),
        (place(space="barn"), ("site",)),
        (place(dates=TUESDAYS), ("weekday",)),
        (place(start="17:00", end="19:00"), ("time",)),
        (place(end="21:00"), ("duration",)),
        (place(dates=OTHER_WEEKS), ("dates",)),
    ],
)
def test_each_dimension_alone(then: Any, dimensions: tuple[str, ...]) -> None:
    """What differs is told, and nothing besides."""
    (change,) = need_changes((town(), make_plan(place())), (town(), make_plan(then)))
    assert change.sessions[0].dimensions == dimensions


def test_sessions_are_matched_so_that_least_differs() -> None:
    """Of two sessions, the one that stays is no move, whatever the order in the plan."""
    kept, gone, new = place(), place(dates=TUESDAYS), place(space="barn", dates=TUESDAYS)
    (change,) = need_changes((town(), make_plan(gone, kept)), (town(), make_plan(kept, new)))
    assert (change.kept, change.moved) == (1, 1)
    assert change.sessions[0].dimensions == ("site",)


def test_what_cannot_stay_is_told_apart_from_other_moves() -> None:
    """The hall closes: yoga there is hit, and the choir, which moves all the same, is not."""
    closed = changed(town(), spaces=[changed(town().spaces[0], status="closed"), *town().spaces[1:]])
    before = made_of("open", town(), make_plan(place("yoga"), place("choir", "room")))
    after = made_of("closed", closed, make_plan(place("yoga", "barn"), place("choir", "room", "10:00", "12:00")))
    move = compare([before, after]).pairs[0].movement
    assert move is not None
    assert (move.hit_sessions, move.closed, move.opened) == (1, ("hall",), ())
    assert [(one.need, one.hit) for one in move.needs] == [("yoga", 1), ("choir", 0)]


def test_needs_that_one_side_does_not_have() -> None:
    """They are told as such; sessions of them are won or lost, and hit where the need is gone."""
    less = changed(town(), needs=town().needs[1:])
    plan = make_plan(place("yoga"), place("choir", "room"))
    without = make_plan(place("choir", "room"))
    move = compare([made_of("all", town(), plan), made_of("less", less, without)]).pairs[0].movement
    back = compare([made_of("less", less, without), made_of("all", town(), plan)]).pairs[0].movement
    assert move is not None
    assert back is not None
    assert (move.only_before, move.only_after, move.hit_sessions) == (("yoga",), (), 1)
    assert (back.only_before, back.only_after) == ((), ("yoga",))
    assert [(one.need, one.lost) for one in move.needs] == [("yoga", 1)]
    assert [(one.need, one.won) for one in back.needs] == [("yoga", 1)]


def test_points_of_other_criteria_are_not_compared_but_reckoned_anew() -> None:
    """An hour worth twice as much is another measure; by the base's criteria the other plan has its points."""
    dear = changed(town(), policy=make_policy(worth={"hour": 20}))
    one, two = make_plan(place("yoga")), make_plan(place("yoga"), place("choir", "room"))
    made = compare([made_of("base", town(), one), made_of("dear", dear, two)])
    assert not made.same_measure
    assert (made.pairs[0].decision.why, made.offers) == ("measure", ())
    (again,) = made.rescored
    assert again.points == judged(town(), two).result.objective
    assert again.violations == 0


def test_criteria_that_value_alike_are_of_one_measure() -> None:
    """A rule that only forbids, or a field of a rule that earns nothing, changes no measure."""
    strict = changed(town(), policy=make_policy(hours_by_age=[{"oldest": 12, "latest": "20:00"}]))
    plan = make_plan(place())
    assert compare([made_of("a", town(), plan), made_of("b", strict, plan)]).same_measure


def test_strict_tiers_are_not_compared_by_points() -> None:
    """Where levels were solved one by one, a sum of points decides nothing, and the bound is no bound of all plans."""
    level = Level(tier=1, titles=(), status=Status.OPTIMAL, objective=5, bound=5, gap=0.0, kept=5)
    other = changed(town(), needs=town().needs[1:])
    plan = make_plan(place("choir"))
    levels = made_of("levels", other, plan, levels=(level, level), bound=10**6)
    made = compare([made_of("a", town(), plan), levels])
    assert made.pairs[0].decision.why == "levels"
    assert made.sides[1].bound is None


def test_a_better_plan_of_another_side_is_offered() -> None:
    """One more space, and no plan made of it: the base's plan is worth more there, and the interval says so."""
    more = changed(town(), spaces=[*town().spaces, make_space("tent", site="south")])
    best = make_plan(place("yoga"), place("choir", "room"))
    made = compare([made_of("base", town(), best, bound=9999), made_of("more", more, make_plan(), bound=9999)])
    offer = next(one for one in made.offers if one.side == "more")
    assert (offer.is_better, offer.left_out, offer.violations) == (True, 0, 0)
    assert made.intervals["more"] == Interval(low=offer.points, high=9999)
    assert offer.points == made.sides[0].objective
    sides = [made_of("base", town(), best, bound=9999), made_of("more", more, make_plan(), bound=9999)]
    assert Teller.of(made, sides, "en").offered()[0].startswith("In more the plan base would do as it is: it earns")


def test_a_plan_is_carried_without_what_breaks_a_rule_there() -> None:
    """Too many for a smaller hall: its session is left out, the other stays, and the rest is valid."""
    small = changed(town(), spaces=[changed(town().spaces[0], capacity=10), *town().spaces[1:]])
    moved = carried(make_plan(place("yoga"), place("choir", "room")), small)
    assert moved is not None
    assert [one.need for one in moved.left_out] == ["yoga"]
    assert [one.need for one in moved.plan.placements] == ["choir"]
    assert moved.violations == 0


def test_improving_gives_a_side_the_better_plan_of_another() -> None:
    """The empty plan of one side is solved again from the plan of the other; that one stays as good as it was."""
    more = changed(town(), spaces=[*town().spaces, make_space("tent", site="south")])
    poor = made_of("poor", town(), make_plan(), bound=10**6)
    good = made_of("good", more, make_plan(place("yoga"), place("choir", "room")))
    improved = improve([good, poor], Limits(seconds=10, steps=50, threads=1))
    told = {one.side: one for one in improved.improvements}
    assert (told["poor"].plan_of, told["good"].plan_of) == ("good", "good")
    assert told["poor"].points[0] == 0
    assert told["poor"].points[1] >= (good.result.objective or 0)
    assert told["poor"].bounds[1] is not None
    assert told["poor"].bounds[1] < 10**6
    assert "poor" in improved.runs
    made = compare(improved.made, improved.improvements)
    assert made.sides[1].objective == told["poor"].points[1]


def test_options_of_a_centre_that_were_given_are_what_is_compared() -> None:
    """A bound of a run that opened what it was told holds for that choice: it is no bound of another choice's plans."""
    annex = make_space("annex", site="south", status="candidate")
    centre = changed(town(), spaces=[*town().spaces, annex], centres=(make_option("annex", site="south"),))
    small = make_plan(place("yoga"))
    large = make_plan(place("yoga"), place("choir", "annex"), decisions={"opened": ("annex",)})
    points = [judged(centre, plan).result.objective or 0 for plan in (small, large)]
    made = compare(
        [
            made_of("without", centre, small, bound=points[0] + 1),
            made_of("with", centre, large, bound=points[1] + 1),
        ]
    )
    assert made.same_data
    assert (made.sides[0].given, made.sides[1].given) == ((), ("annex",))
    assert made.intervals["without"] == Interval(low=points[0], high=points[0] + 1)
    decision = made.pairs[0].decision
    assert (decision.answer, decision.about) == ("better", "best")
    assert decision.low == points[1] - points[0] - 1
    move = made.pairs[0].movement
    assert move is not None
    assert move.opened == ("annex",)
    back = next(one for one in made.offers if one.side == "without")
    assert (back.left_out, back.points, back.is_better) == (1, points[0], False)


NEEDS = ("yoga", "choir", "chess", "dance")
PLACEMENTS = st.lists(
    st.builds(
        lambda need, space, start, minutes, day, step: place(
            need, space, f"{start // 60:02d}:{start % 60:02d}", _end(start + minutes), dates_from(_day(day), step=step)
        ),
        st.sampled_from(NEEDS),
        st.sampled_from(("hall", "room", "barn")),
        st.integers(0, 47).map(lambda half: 30 * half),
        st.integers(1, 8).map(lambda half: 30 * half),
        st.integers(0, 6),
        st.sampled_from((7, 14, 1)),
    ),
    max_size=8,
)


def _day(offset: int) -> date:
    return FIRST + timedelta(days=offset)


def _end(minutes: int) -> str:
    minutes = minutes if minutes <= 1440 else minutes - 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@given(PLACEMENTS, PLACEMENTS)
@settings(max_examples=60)
def test_parts_sum_to_the_totals(one: list[Any], other: list[Any]) -> None:
    """By organisation, site, class, theme, age and hour, sessions and minutes sum up, and none is counted twice."""
    move = movement((town(), make_plan(*one)), (town(), make_plan(*other)), None)
    minutes = tuple(sum(each.minutes * len(each.dates) for each in plan) for plan in (one, other))
    assert (move.total.minutes, move.total.sessions) == (minutes, (len(one), len(other)))
    groupings: list[tuple[Tally, ...]] = [move.organisations, move.sites, move.classes, move.themes, move.ages]
    for tallies in groupings:
        for at in range(2):
            assert sum(each.minutes[at] for each in tallies) == minutes[at]
            assert sum(each.sessions[at] for each in tallies) == move.total.sessions[at]
    assert tuple(sum(each.minutes[at] for each in move.hours) for at in range(2)) == minutes
    counts = {kind: sum(getattr(each, kind) for each in move.needs) for kind in ("moved", "won", "lost")}
    assert len(other) - len(one) == counts["won"] - counts["lost"]
    assert sum(each.season_minutes for each in move.needs) == minutes[1] - minutes[0]
    assert counts == {kind: sum(getattr(each, kind) for each in move.organisations) for kind in counts}


def test_points_by_rule_sum_to_the_difference(judged_two: tuple[Made, Made]) -> None:
    """What the rules gain is what the plan gains."""
    made = compare(judged_two)
    one, both = made.sides
    assert sum(each.gain for each in made.pairs[0].rules) == (both.objective or 0) - (one.objective or 0)


def test_a_bound_of_given_options_is_none_of_a_free_choice() -> None:
    """Not even where the run that was given them has no plan."""
    annex = make_space("annex", site="north", status="candidate")
    centre = changed(town(), spaces=[*town().spaces, annex], centres=(make_option("annex", site="north"),))
    free = made_of("free", centre, make_plan(place("yoga")), bound=1000, given=None)
    stuck = changed(free.result, given=("annex",), objective=None, bound=100, status=Status.UNKNOWN)
    made = compare([free, Made("stuck", stuck)])
    assert made.intervals["free"] == Interval(low=free.result.objective, high=1000)


def test_what_overrides_allow_is_no_measure_of_the_best_plan(judged_two: tuple[Made, Made]) -> None:
    """Bounds are of plans that keep every rule, so a plan beyond them is not set against them, nor made anew."""
    one, both = judged_two
    assert one.result.objective is not None
    assert both.result.objective is not None
    bounded = Made(one.name, changed(one.result, bound=one.result.objective), one.plan, one.scenario)
    interval = compare([bounded, both]).intervals["one"]
    assert interval == Interval(low=one.result.objective, high=one.result.objective)
    assert both.result.objective > one.result.objective
    assert [told.side for told in improve([bounded, both], Limits(seconds=5, threads=1)).improvements] == ["one"]
