"""A rich plan breaks nothing; each small change to it breaks exactly one rule, once, or moves a score by so much."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from models.plan import Placement, Plan, Skip
from models.rules import HARD_RULES
from models.scenario import Scenario
from solver.verify import verify
from tests.builders import changed, dates_from, make_agreement, place
from tests.verify.rich_town import (
    BREAK,
    CHRISTMAS,
    FRIDAYS,
    INVENTORY,
    LAST,
    MONDAYS,
    THURSDAYS,
    TUESDAYS,
    WEDNESDAYS,
    WORKING_DAYS,
    rich_plan,
    rich_scenario,
)

Mutation = Callable[[Scenario, Plan], tuple[Scenario, Plan]]


def move(need: str, nth: int = 0, **changes: Any) -> Mutation:
    """Change the nth placement of a need."""

    def mutate(scenario: Scenario, plan: Plan) -> tuple[Scenario, Plan]:
        old = plan.of_need(need)[nth]
        new = changed(old, **changes)
        placements = tuple(new if placement is old else placement for placement in plan.placements)
        return scenario, changed(plan, placements=placements)

    return mutate


def add(*placements: Placement) -> Mutation:
    """Add placements."""
    return lambda scenario, plan: (scenario, changed(plan, placements=(*plan.placements, *placements)))


def remove(need: str) -> Mutation:
    """Take away a need's placements."""

    def mutate(scenario: Scenario, plan: Plan) -> tuple[Scenario, Plan]:
        return scenario, changed(plan, placements=tuple(one for one in plan.placements if one.need != need))

    return mutate


def opening(*options: str) -> Mutation:
    """Open other options of the activity centre."""
    return lambda scenario, plan: (scenario, changed(plan, decisions={"opened": options}))


def ask(need: str, **changes: Any) -> Mutation:
    """Change what a need asks."""

    def mutate(scenario: Scenario, plan: Plan) -> tuple[Scenario, Plan]:
        old = scenario.need_by_id[need]
        new = changed(old, **changes)
        return changed(scenario, needs=tuple(new if entry is old else entry for entry in scenario.needs)), plan

    return mutate


def staff(**changes: Any) -> Mutation:
    """Change the pool of keepers."""

    def mutate(scenario: Scenario, plan: Plan) -> tuple[Scenario, Plan]:
        old = scenario.pool_by_id["keeper"]
        new = changed(old, **changes)
        return changed(scenario, pools=tuple(new if entry is old else entry for entry in scenario.pools)), plan

    return mutate


def join_twin(need: str) -> Mutation:
    """Let a need that is the same as another one ask too, with a lower lot and without a session."""

    def mutate(scenario: Scenario, plan: Plan) -> tuple[Scenario, Plan]:
        drawn = scenario.policy.drawn
        twin = next(name for n in range(99) if drawn(name := f"twin{n}") < drawn(need))
        return changed(scenario, needs=(*scenario.needs, changed(scenario.need_by_id[need], id=twin))), plan

    return mutate


def list_skips(*skips: Skip) -> Mutation:
    """List dates as given up."""
    return lambda scenario, plan: (scenario, changed(plan, decisions=changed(plan.decisions, skips=skips)))


def terms(**changes: Any) -> Mutation:
    """Change the policy."""

    def mutate(scenario: Scenario, plan: Plan) -> tuple[Scenario, Plan]:
        return changed(scenario, policy=changed(scenario.policy, **changes)), plan

    return mutate


def agree(**changes: Any) -> Mutation:
    """Let the club join by an agreement."""

    def mutate(scenario: Scenario, plan: Plan) -> tuple[Scenario, Plan]:
        return changed(scenario, agreements=(make_agreement(**changes),)), plan

    return mutate


HALF = ({"title": "Learning", "percent": 50, "tags": ("learning",)},)
OTHER_FRIDAYS = dates_from(date(2026, 9, 4), date(2026, 12, 18), step=14)
"""Those of the season's first week's phase, where the disco asks for the second's."""
OTHER_SATURDAYS = [date(2026, 10, 24), date(2026, 10, 31), date(2026, 11, 7)]
"""Two dates of the fair's list and one that is not."""

SCHOOL_THURSDAYS = [
    day for day in dates_from(date(2026, 9, 3), LAST) if not (BREAK.covers(day) or CHRISTMAS.covers(day))
]

MUTATIONS: tuple[tuple[str, str, set[str], Mutation], ...] = (
    ("space.double", "same space", {"floorball", "badminton"}, move("floorball", space="arena-b")),
    ("space.double", "part and whole", {"floorball", "handball"}, move("floorball", dates=TUESDAYS)),
    ("space.double", "conflict edge, by 15 minutes", {"yoga", "band"}, move("band", start="20:00")),
    ("space.double", "buffers, by 15 minutes", {"yoga", "course"}, move("yoga", start="17:45", end="19:15")),
    ("space.double", "take-down, by 5 minutes", {"yoga", "band"}, ask("yoga", takedown_minutes=5)),
    ("space.double", "set-up, by 5 minutes", {"stories", "cards"}, ask("cards", setup_minutes=5)),
    ("space.double", "one person too many", {"cards", "knitting"}, ask("knitting", size=31)),
    ("space.double", "no consent", {"cards", "knitting"}, ask("cards", may_share=False)),
    ("space.open", "a school's break", {"floorball"}, move("floorball", dates=(*MONDAYS, date(2026, 10, 12)))),
    ("space.open", "a holiday", {"floorball"}, move("floorball", dates=(*MONDAYS, date(2026, 12, 28)))),
    ("space.open", "an exception", {"yoga"}, move("yoga", dates=(*THURSDAYS, INVENTORY))),
    ("space.open", "hours for juniors", {"gymnastics"}, ask("gymnastics", organisation="club")),
    ("space.open", "past the night's end", {"watch"}, move("watch", start="22:00", end="06:00")),
    ("space.capacity", "a small room", {"tango"}, move("tango", space="bandroom")),
    ("space.fewest", "one person too few", {"handball"}, ask("handball", size=39)),
    ("space.features", "no piano", {"band"}, move("band", space="studio")),
    ("space.choice", "forbidden", {"badminton"}, move("badminton", 1, space="arena", dates=FRIDAYS)),
    ("space.choice", "another district", {"handball"}, ask("handball", districts=("North",))),
    ("space.choice", "not listed", {"yoga"}, ask("yoga", spaces=("parlour",))),
    ("time.wish", "a quarter too late", {"board"}, move("board", start="19:15", end="21:15")),
    ("time.duration", "half an hour too long", {"badminton"}, move("badminton", end="21:30")),
    ("time.duration", "a night without the change of clocks", {"watch"}, move("watch", dates=[date(2026, 10, 31)])),
    ("time.grid", "a quarter off", {"badminton"}, move("badminton", start="18:15", end="20:15")),
    ("time.pattern", "half of the dates", {"floorball"}, move("floorball", dates=MONDAYS[::2])),
    (
        "time.pattern",
        "the other phase",
        {"disco"},
        move("disco", dates=OTHER_FRIDAYS),
    ),
    ("time.pattern", "on a date called off", {"floorball"}, ask("floorball", off_dates=MONDAYS[1:2])),
    ("time.pattern", "before its part of the season", {"course"}, ask("course", first=date(2026, 9, 18))),
    (
        "time.pattern",
        "not on the list",
        {"fair"},
        move("fair", dates=[date(2026, 10, 24), date(2026, 10, 31), date(2026, 11, 7)]),
    ),
    ("time.pattern", "another nth", {"board"}, ask("board", recurrence={"kind": "monthly", "nth": (2,)})),
    ("time.age", "half an hour too late", {"gymnastics"}, move("gymnastics", start="19:00", end="20:30")),
    ("time.age", "too early in that hall", {"gymnastics"}, move("gymnastics", start="16:00", end="17:30")),
    ("people.clash", "the coach is on the way", {"floorball", "tango"}, move("tango", start="20:30", end="21:30")),
    ("people.clash", "the audience is elsewhere", {"knitting", "cards"}, ask("knitting", audience=("seniors",))),
    ("things.pool", "a lamp too few", {"cards", "knitting"}, ask("knitting", equipment={"lamps": 31})),
    ("things.pool", "more than there are", {"board"}, ask("board", equipment={"lamps": 51})),
    ("things.pool", "lamps of another site", {"handball"}, ask("handball", equipment={"lamps": 1})),
    ("things.pool", "one keeper for two", {"cards", "knitting"}, staff(count=1)),
    ("need.sessions", "one too many", {"yoga"}, add(place("yoga", "studio", "16:00", "17:30", MONDAYS))),
    ("need.sessions", "two on Mondays", {"badminton"}, move("badminton", 1, start="20:00", end="22:00", dates=MONDAYS)),
    ("need.pin", "in the other half", {"gymnastics"}, move("gymnastics", space="arena-a", start="16:00", end="17:30")),
    ("need.pin", "not placed", {"gymnastics"}, remove("gymnastics")),
    ("need.ban", "on a banned weekday", {"tango"}, move("tango", dates=TUESDAYS)),
    (
        "time.pattern",
        "an office without its Fridays",
        {"advice"},
        move("advice", dates=[day for day in WORKING_DAYS if day.weekday() < 4]),
    ),
    ("time.pattern", "an office on a third weekday", {"press"}, move("press", dates=WORKING_DAYS[:3])),
    ("office.capacity", "a square metre too many", {"advice", "press"}, ask("press", area_m2=16)),
    ("office.relation", "not next door", {"editor", "advice"}, move("editor", space="loft")),
    ("fairness.quota", "half an hour too long", {"gymnastics"}, move("gymnastics", end="18:30")),
    ("money.pot", "a cent too little", {"course"}, terms(pot={"euros": 59.99, "subsidies": HALF})),
    ("centre.closed", "nothing is opened", {"band"}, opening()),
    ("centre.budget", "500 EUR too dear", set(), opening("drums", "barn")),
    ("centre.mix", "two mixes of one site", set(), opening("drums", "gigs")),
    ("order.tiers", "a second session that others hold", {"course", "handball"}, ask("course", sessions=2)),
    (
        "skip.leave",
        "listed and held",
        {"band"},
        list_skips(Skip(need="band", space="bandroom", start=1215, end=1320, day=THURSDAYS[0])),
    ),
    ("order.lot", "a twin with a lower lot", {"tango", "twin2"}, join_twin("tango")),
)
"""Rule broken, how, by which needs, and the change."""


COSTS = ("use.opening", "use.fragment", "money.price", "skip.dates", "centre.cost", "travel.way")
"""Soft rules that only cost; of the rich plan no gap is too short, and no date given up."""


def test_the_rich_plan_breaks_nothing() -> None:
    """What the mutations start from is clean and earns by every soft rule."""
    verdict = verify(rich_scenario(), rich_plan())
    assert verdict.violations == ()
    assert all(points > 0 for rule, points in verdict.score.items() if rule not in COSTS)
    assert [verdict.score[rule] < 0 for rule in COSTS] == [True, False, True, False, True, True]


def test_every_hard_rule_has_a_mutation() -> None:
    """A rule added without a mutation is a rule that nobody has seen broken."""
    assert {rule for rule, _, _, _ in MUTATIONS} == set(HARD_RULES)


TEN_PERCENT_OF_BAND = {"worth.hours": 39, "worth.sessions": 10}
"""The juniors have two full hundreds of members, so that their needs weigh ten percent more."""

# At half the price the 760 EUR of tango and yoga, the board's 160 and the course's 60 are 490 less.
GAINS: tuple[tuple[str, Mutation, dict[str, int]], ...] = (
    ("away from its link's day", move("floorball", dates=FRIDAYS), {"synergy.link": -60, "use.opening": -7}),
    ("to its link's day at another site", move("handball", dates=SCHOOL_THURSDAYS), {}),
    ("to another hour of its link's day", move("stories", start="11:00", end="13:00"), {"synergy.sequence": -60}),
    (
        "half an hour out of its link's time",
        move("knitting", start="14:30", end="16:30"),
        {"synergy.shared": -10, "use.offpeak": -93, "use.opening": -7},
    ),
    (
        "to its link's other day, behind it",
        move("floorball", start="20:00", end="22:00", dates=WEDNESDAYS),
        {"synergy.sequence": 40},
    ),
    ("to an evening on which its building is open", move("handball", dates=WEDNESDAYS), {"use.opening": 7}),
    ("with one more person on 31 dates", ask("tango", size=25), {"use.seats": 9}),
    (
        "half an hour later, past quiet hours and out of the room that it shared",
        move("cards", start="14:30", end="16:30"),
        {"synergy.sequence": -60, "synergy.shared": -10, "use.offpeak": -93, "use.opening": -7},
    ),
    ("of an age that the owner does not wish", ask("gymnastics", ages=(7, 13)), {"use.owner": -108}),
    (
        "to a quarter before another's buffer on eight dates",
        move("course", start="18:30", end="20:00", dates=dates_from(date(2026, 9, 21), date(2026, 11, 9))),
        {"use.fragment": -16},
    ),
    (
        "as a second organisation's second",
        ask("band", organisation="juniors"),
        {"fairness.organisation": 50, "fairness.floor": 30, **TEN_PERCENT_OF_BAND},
    ),
    (
        "as a second organisation's first",
        ask("gymnastics", organisation="club"),
        {"fairness.organisation": -50, "fairness.floor": -30, "worth.hours": -45, "worth.sessions": -10},
    ),
    (
        "as something that goes on, rather than an event",
        ask("fair", kind="activity"),
        {"takeover.visibility": -10, "takeover.variety": -36},
    ),
    (
        "without a date that it may give up",
        move("band", dates=THURSDAYS[1:]),
        {"skip.dates": -9, "worth.hours": -13, "worth.wish": -5, "worth.fit": -2, "worth.tier": -2, "use.seats": -5},
    ),
    (
        "an office with a square metre less beyond its room, on 31 Wednesdays",
        ask("editor", area_m2=13),
        {"office.area": 93},
    ),
    (
        "out of last season's room, to another floor than a wish names",
        move("press", space="loft"),
        {"worth.continuity": -744, "office.near": -15},
    ),
    ("one more asked for than placed", ask("badminton", sessions=3), {"fairness.equality": -4}),
    ("at the prices of juniors, by agreement", agree(price_class="junior"), {"money.price": 490}),
    ("with a tenth paid for by agreement, where the pot pays a half of one", agree(subsidy=10), {"money.price": 92}),
    (
        "all from near its school, 20 minutes away, instead of 34 on average",
        ask("handball", comes_from={"south": 100}),
        {"travel.way": 244 - 144},
    ),
    ("to a dearer mix, 676 EUR instead of 550", opening("gigs"), {"centre.cost": -4}),
)
"""What is moved, and by how much each soft rule's points change where they do."""


@pytest.mark.parametrize(("mutate", "gains"), [pytest.param(mutate, gains, id=how) for how, mutate, gains in GAINS])
def test_move_changes_the_score_by_rule(mutate: Mutation, gains: dict[str, int]) -> None:
    """Links of 60, 33, 90 and 24 points are earned and organisations have 50 + 50 + 20 and 50; then one is moved."""
    before, after = verify(rich_scenario(), rich_plan()), verify(*mutate(rich_scenario(), rich_plan()))
    assert (before.score["synergy.link"], before.score["fairness.organisation"]) == (207, 170)
    assert (before.score["synergy.sequence"], before.score["synergy.shared"]) == (60, 10)
    changes = {rule: after.score[rule] - points for rule, points in before.score.items()}
    assert {rule: change for rule, change in changes.items() if change} == gains


@pytest.mark.parametrize(
    ("rule", "needs", "mutate"),
    [pytest.param(rule, needs, mutate, id=f"{rule}: {how}") for rule, how, needs, mutate in MUTATIONS],
)
def test_mutation_breaks_one_rule(rule: str, needs: set[str], mutate: Mutation) -> None:
    """The change breaks its rule once and no other, and the message names the needs."""
    (violation,) = verify(*mutate(rich_scenario(), rich_plan())).violations
    assert (violation.rule, set(violation.needs)) == (rule, needs)
    assert all(f"({need})" in violation.message for need in needs)
