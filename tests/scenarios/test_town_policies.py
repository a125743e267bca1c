"""What towns have published, statement by statement: the plan obeys it, and a plan that breaks it is caught."""

from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from models.base import BadInput
from models.policy import Policy
from models.scenario import Scenario
from scenarios.files import read_policy, read_scenario
from scenarios.layout import policy_names
from tests.builders import (
    changed,
    make_link,
    make_need,
    make_organisation,
    make_plan,
    make_scenario,
    make_space,
    make_wish,
    place,
)
from tests.solver.test_solve import solved
from tests.verify.judging import broken, judge


class Applicant(NamedTuple):
    """An organisation and what of its need a policy looks at."""

    applicant_class: str
    home_town: str | None = None
    ages: tuple[int, int] | None = None
    tags: tuple[str, ...] = ()


class Statement(NamedTuple):
    """A sentence of a town's criteria, two applicants for one room and time, and the rule that decides between them."""

    town: str
    says: str
    first: Applicant
    then: Applicant
    start: str = "18:00"
    day: str = "mon"
    kind: str = "school_hall"
    rule: str = "order.tiers"


CHILDREN, ADULTS, SENIORS = (7, 12), (20, 60), (65, 90)
STATEMENTS = (
    Statement(
        "helsinki", "on weekdays 8-16, schools before other applicants",
        Applicant("school", "Helsinki", CHILDREN), Applicant("club", "Helsinki", CHILDREN), "12:00",
    ),
    Statement(
        "helsinki", "from 16, children and young people of clubs before their adults",
        Applicant("club", "Helsinki", CHILDREN), Applicant("club", "Helsinki", ADULTS), "17:00",
    ),
    Statement(
        "helsinki", "young people early in the evening, adults late",
        Applicant("club", "Helsinki", ADULTS), Applicant("club", "Helsinki", (13, 19)), "20:00",
    ),
    Statement(
        "helsinki", "on weekends, clubs of Helsinki before other communities of Helsinki",
        Applicant("club", "Helsinki", ADULTS), Applicant("company", "Helsinki", ADULTS), "10:00", "sat",
    ),
    Statement(
        "oulu", "clubs registered and active in Oulu before other local groups",
        Applicant("club", "Oulu", ADULTS, ("registered",)), Applicant("group", "Oulu", ADULTS),
    ),
    Statement(
        "oulu", "local groups of those over 65 before commercial ones",
        Applicant("group", "Oulu", SENIORS), Applicant("company", "Oulu", ADULTS),
    ),
    Statement(
        "oulu", "in venues built for young people, those under 18 first",
        Applicant("group", "Oulu", CHILDREN), Applicant("city", "Oulu", ADULTS), kind="youth_centre",
    ),
    Statement(
        "oulu", "local groups before clubs from elsewhere",
        Applicant("group", "Oulu", ADULTS), Applicant("club", "Kempele", ADULTS, ("registered",)),
    ),
    Statement(
        "tuusula", "the school's own use before all others",
        Applicant("school"), Applicant("club", "Tuusula", CHILDREN, ("registered",)),
    ),
    Statement(
        "tuusula", "registered local actors before unregistered local groups",
        Applicant("club", "Tuusula", ADULTS, ("registered",)), Applicant("group", "Tuusula", CHILDREN),
    ),
    Statement(
        "tuusula", "wider actors that are for the people of Tuusula before unregistered local groups",
        Applicant("association", "Helsinki", ADULTS, ("for_locals",)), Applicant("group", "Tuusula", ADULTS),
    ),
    Statement(
        "tuusula", "business and those from elsewhere last",
        Applicant("group", "Tuusula", ADULTS), Applicant("company", "Tuusula", ADULTS),
    ),
    Statement(
        "umea", "times of young people before 20 o'clock",
        Applicant("association", ages=(13, 19)), Applicant("association", ages=ADULTS),
    ),
    Statement(
        "umea", "times of people with a disability before 20 o'clock",
        Applicant("association", ages=ADULTS, tags=("disability",)), Applicant("association", ages=ADULTS),
    ),
)  # fmt: skip


def rivals(statement: Statement) -> Scenario:
    """Return a town where two want one room for the same two hours; who comes first would earn far less."""
    applicants = {"first": statement.first, "then": statement.then}
    hours = f"{int(statement.start[:2]) + 2:02d}:00"
    wish = make_wish(statement.day, statement.start, hours)
    organisations = [
        make_organisation(name, applicant_class=one.applicant_class, home_town=one.home_town, tags=one.tags)
        for name, one in applicants.items()
    ]
    needs = [
        make_need(name, wish, organisation=name, ages=one.ages, weight=100 if name == "first" else 900)
        for name, one in applicants.items()
    ]
    spaces = [make_space(kind=statement.kind)]
    return make_scenario(*needs, organisations=organisations, spaces=spaces, policy=read_policy(statement.town))


@pytest.mark.parametrize("statement", STATEMENTS, ids=[f"{one.town}: {one.says}" for one in STATEMENTS])
def test_statement_is_obeyed_and_its_breach_is_caught(statement: Statement) -> None:
    """The plan gives the room to whom the town says; a plan with the other one there is refused by the rule."""
    scenario = rivals(statement)
    (placement,) = solved(scenario).placements
    assert placement.need == "first"
    other = changed(placement, need="then")
    assert broken(scenario, other) == [statement.rule]


@pytest.mark.parametrize(("town", "oldest"), [("oulu", 17), ("umea", 19)])
def test_young_people_are_out_by_the_hour(town: str, oldest: int) -> None:
    """Oulu: turns of young people before 21:00. Umea: before 20:00. A minute later is refused, older ones stay."""
    end = {"oulu": "21:00", "umea": "20:00"}[town]
    start, late = f"{int(end[:2]) - 2}:00", f"{end[:2]}:30"
    need = make_need("team", make_wish("mon", "16:00", "23:00"), ages=(13, oldest), max_minutes=180)
    hours: dict[str, Any] = {"spaces": [make_space(grid_minutes=30)], "policy": read_policy(town)}
    young, older = make_scenario(need, **hours), make_scenario(changed(need, ages=(13, oldest + 1)), **hours)
    assert broken(young, place("team", "hall", start, end)) == []
    assert broken(young, place("team", "hall", start, late)) == ["time.age"]
    assert broken(older, place("team", "hall", start, late)) == []
    (placement,) = solved(young).placements
    assert placement.ends_at <= int(end[:2]) * 60


def test_umea_leaves_no_association_of_the_young_without_time() -> None:
    """Two teams of one club and one of another want two hours: each has one, though the first club's weigh more."""
    wish, other = make_wish("mon", "16:00", "18:00"), make_wish("tue", "16:00", "18:00")
    needs = [
        make_need("team", wish, ages=(13, 19), organisation="large", weight=190),
        make_need("squad", other, ages=(13, 19), organisation="large", weight=200),
        make_need("play", wish, ages=(7, 12), organisation="small"),
    ]
    clubs = [make_organisation(name) for name in ("large", "small")]
    scenario = make_scenario(*needs, organisations=clubs, policy=read_policy("umea"))
    assert {placement.need for placement in solved(scenario).placements} == {"squad", "play"}
    kept, short = judge(scenario, place("squad"), place("play")), judge(scenario, place("squad"), place("team"))
    assert (kept.score["fairness.floor"], short.score["fairness.floor"]) == (800, 400)


def test_umea_puts_like_activities_one_after_another() -> None:
    """Two linked needs that could meet on any of two evenings meet on one, the second right after the first."""
    wishes = (make_wish("mon,tue", "16:00", "20:00"),)
    needs = [make_need(name, *wishes, min_minutes=120, max_minutes=120) for name in ("judo", "karate")]
    scenario = make_scenario(*needs, links=[make_link("judo", "karate")], policy=read_policy("umea"))
    first, second = sorted(solved(scenario).placements, key=lambda placement: placement.start)
    assert (first.ends_at, first.weekday, first.space) == (second.start, second.weekday, second.space)
    apart = changed(second, dates=[day + timedelta(days=1 - 2 * second.weekday) for day in second.dates])
    assert judge(scenario, first, second).score["synergy.sequence"] == 60
    assert judge(scenario, first, apart).score["synergy.sequence"] == 0


def test_umea_serves_women_and_men_alike() -> None:
    """Of two equal turns the one of the group that has less comes first: its first is worth as much as two of four."""
    wish = make_wish("mon", "16:00", "18:00")
    women = make_need("women", wish, tags=("women",))
    men = [
        make_need(f"men{n}", make_wish(day, "16:00", "18:00"), tags=("men",)) for n, day in enumerate(("mon", "tue"))
    ]
    scenario = make_scenario(women, *men, policy=read_policy("umea"))
    assert {placement.need for placement in solved(scenario).placements} == {"women", "men1"}


def test_oulu_looks_at_juniors_teams_and_use() -> None:
    """Extent of junior activity and teams add to the weight, turns that were not used take off."""
    policy = read_policy("oulu")
    past = ({"season": "2025-26", "asked": 10, "granted": 10, "used": 8},)
    facts: tuple[dict[str, Any], ...] = (
        {}, {"counts": {"juniors": 120}}, {"counts": {"teams": 11}}, {"ledger": past}
    )  # fmt: skip
    weights = [policy.weight_of(make_need(), make_organisation(**known)) for known in facts]
    assert weights == [100, 110, 110, 90]


@pytest.mark.parametrize("name", policy_names())
def test_policies_say_where_they_are_from(name: str) -> None:
    """Each has its town's name, a version, the address of what is published unless it is a draft, and what is ours."""
    policy = read_policy(name)
    assert policy.id.startswith(name)
    assert policy.version
    assert policy.notes
    assert "ssumed" in policy.notes
    assert (policy.url or "").startswith("https://") != ("draft" in policy.id)


def test_a_scenario_is_read_with_another_policy() -> None:
    """A policy of the library, or a file, takes the place of the scenario's own; the scenario is another one then."""
    own, other = read_scenario("kuopio"), read_scenario("kuopio", "umea")
    assert (other.policy.id, other.needs) == ("umea", own.needs)
    assert other.hash != own.hash


def test_an_unknown_policy_is_told() -> None:
    """Neither a file nor a name: the names are listed, and the nearest is suggested."""
    for read in (lambda: read_policy("ulu"), lambda: read_scenario("kuopio", "ulu")):
        with pytest.raises(BadInput, match=r"it has helsinki, .*Did you mean oulu\?"):
            read()


def test_a_flaw_of_a_policy_stands_in_its_file(tmp_path: Any) -> None:
    """What is wrong with the file is told with its name."""
    path = tmp_path / "ours.yaml"
    path.write_text("id: ours\ntitle: Ours\nversion: 1\nlot: -4\n", encoding="utf-8")
    for read in (lambda: read_policy(path), lambda: read_scenario("kuopio", path)):
        with pytest.raises(BadInput, match=r"ours\.yaml.*, lot: -4 is below 0"):
            read()


def test_an_empty_plan_obeys_every_order() -> None:
    """Nobody holds what anybody could envy."""
    for name in policy_names():
        policy: Policy = read_policy(name)
        assert broken(make_scenario(policy=policy), *make_plan().placements) == []
