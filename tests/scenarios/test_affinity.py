"""Proposed links: what speaks for each, how much, and that a planner's word about them is kept."""

import re
from pathlib import Path
from typing import Any

import pytest

from models.consistency import find_issues
from models.needs import Need
from models.scenario import Scenario
from scenarios.affinity import ADULT, CHILD, COMPLEMENT, LEAST, POINTS, Proposal, propose, rarity
from scenarios.files import read_links, read_scenario, write_links
from scenarios.wording import LANGUAGES
from tests.builders import (
    changed,
    make_link,
    make_need,
    make_organisation,
    make_scenario,
    make_site,
    make_space,
    make_wish,
)

EVENING = make_wish("mon,tue", "17:00", "20:00")
THEMES = {"choir": "music", "band": "music", "chess": None, "club": "hobby"}
ORGANISATIONS = (
    *(make_organisation(name, theme=theme) for name, theme in THEMES.items()),
    *(make_organisation(f"o{n}") for n in range(20)),
)


def town(*needs: Need, **changes: Any) -> Scenario:
    """Return a town with two sites, and two organisations about music among others."""
    return make_scenario(
        *needs,
        sites=(make_site(district="North"), make_site("school", district="South")),
        spaces=(make_space(features=("piano", "stage", "tables")), make_space("gym", site="school")),
        organisations=ORGANISATIONS,
        **changes,
    )


def ask(name: str, organisation: str = "chess", *wishes: Any, **changes: Any) -> Need:
    """Return a need of an organisation without a theme, on Mondays and Tuesdays from 17 to 20."""
    return make_need(name, *(wishes or (EVENING,)), organisation=organisation, **changes)


def many(number: int, **changes: Any) -> list[Need]:
    """Return needs that nothing speaks for: of young people who meet on Saturday mornings."""
    morning = make_wish("sat", "08:00", "10:00")
    return [ask(f"other{n}", f"o{n}", morning, ages=(13, 17), **changes) for n in range(number)]


def grounds(proposals: list[Proposal]) -> list[tuple[str, int]]:
    """Return what speaks for the only proposal."""
    (proposal,) = proposals
    return [(ground.kind, ground.points) for ground in proposal.grounds]


PAIRS: dict[str, tuple[Need, Need, list[tuple[str, int]]]] = {
    "leaders": (ask("a", leaders=("x", "y")), ask("b", "club", leaders=("y",)), [("leaders", 100)]),
    "people who come": (ask("a", audience=("x",)), ask("b", "club", audience=("x",)), [("audience", 60)]),
    "organisation": (ask("a", "choir"), ask("b", "choir"), [("organisation", 60)]),
    "theme": (ask("a", "choir"), ask("b", "band"), [("theme", 40)]),
    "equipment": (ask("a", features=("piano",)), ask("b", "club", features=("piano", "stage")), [("features", 50)]),
    "language": (ask("a", language="sv"), ask("b", "club", language="sv"), [("language", 50)]),
    "children beside adults of one organisation": (
        ask("a", "club", ages=(7, 12)), ask("b", "club", ages=(18, 99)), [("organisation", 60), ("complement", 50)]
    ),
    "children beside adults of one theme": (
        ask("a", "choir"), ask("b", "band", ages=(5, 6)), [("theme", 40), ("complement", 40)]
    ),
    "children beside adults of one part of town": (
        ask("a", ages=(7, 12), districts=("North",)), ask("b", "club", districts=("North", "South")),
        [("complement", 25)],
    ),
    "much at once": (
        ask("a", "choir", leaders=("x",), features=("piano", "stage")),
        ask("b", "band", leaders=("x",), features=("stage", "piano")),
        [("leaders", 100), ("features", 50), ("theme", 40)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("a", "b", "found"), PAIRS.values(), ids=PAIRS)
def test_what_speaks_for_a_link(a: Need, b: Need, found: list[tuple[str, int]]) -> None:
    """Each ground has its points where nobody else shares it, and they add up to the weight."""
    scenario = town(a, b, *many(10))
    proposals = propose(scenario, 2)
    assert grounds(proposals) == found
    assert proposals[0].weight == sum(points for _, points in found)
    link = proposals[0].link("en")
    assert (link.a, link.b, link.kind, link.status, link.weight) == (
        "a",
        "b",
        "affinity",
        "proposed",
        proposals[0].weight,
    )
    assert not [issue for issue in find_issues(changed(scenario, links=(link,))) if issue.severity == "error"]


NEITHER: dict[str, tuple[Need, Need]] = {
    "nothing in common": (ask("a"), ask("b", "club")),
    "languages": (ask("a", language="sv"), ask("b", "club", language="fi")),
    "children of another part of town": (ask("a", ages=(7, 12), districts=("North",)), ask("b", "club", districts=())),
    "older children beside adults": (
        ask("a", ages=(7, 13), districts=("North",)), ask("b", "club", districts=("North",))
    ),
    "children beside the young": (
        ask("a", ages=(7, 12), districts=("North",)), ask("b", "club", districts=("North",), ages=(17, 30))
    ),
    "no site for both": (ask("a", "choir", districts=("North",)), ask("b", "choir", districts=("South",))),
    "no room for both at one site": (ask("a", "choir", features=("piano",)), ask("b", "choir", spaces=("gym",),
                                                                               only_listed=True)),
    "other weekdays": (ask("a", "choir"), ask("b", "choir", make_wish("wed", "17:00", "20:00"))),
    "hours far apart": (ask("a", "choir"), ask("b", "choir", make_wish("mon", "22:00", "24:00"))),
    "a one-off": (ask("a", "choir"), ask("b", "choir", recurrence={"kind": "once"})),
}  # fmt: skip


@pytest.mark.parametrize(("a", "b"), NEITHER.values(), ids=NEITHER)
def test_what_speaks_for_none(a: Need, b: Need) -> None:
    """Needs that cannot meet, or have nothing in common, are let be."""
    assert propose(town(a, b, *many(10)), 2) == []


def test_hours_may_be_one_after_the_other() -> None:
    """Wishes that touch, or with an hour between, are near each other; a night ends with its weekday."""
    for start, end, number in (
        ("21:00", "22:00", 1),
        ("14:00", "16:00", 1),
        ("21:30", "23:00", 1),
        ("13:00", "15:00", 0),
    ):
        other = ask("b", "choir", make_wish("tue", start, end), min_minutes=60)
        assert len(propose(town(ask("a", "choir"), other), 1)) == number
    night, morning = make_wish("mon", "22:00", "24:00"), make_wish("tue", "00:00", "02:00")
    assert propose(town(ask("a", "choir", night), ask("b", "choir", morning)), 1) == []


def test_what_many_share_says_little() -> None:
    """A feature that four of sixteen ask for has two thirds of its points less; one that most ask for has none."""
    assert [round(rarity(n, 16), 2) for n in (2, 4, 8, 16)] == [1, 0.67, 0.33, 0]
    asks = [ask(f"a{n}", f"o{n + 12}", features=("piano",)) for n in range(4)]

    def points(others: list[Need]) -> set[int]:
        found = propose(town(*asks, *others), 3)
        return {ground.points for proposal in found for ground in proposal.grounds if ground.kind == "features"}

    assert points(many(12)) == {round(POINTS["features"] * rarity(4, 16))}
    assert points([*many(8, features=("piano",)), *many(12)[8:]]) == set()


def test_strongest_first_and_no_more_than_asked() -> None:
    """Each need has so many at most, strongest first, and the same every time."""
    needs = [ask(f"a{n}", "choir", leaders=("x",) if n in (1, 4) else ()) for n in range(6)]
    proposals = propose(town(*needs), 1)
    assert [(one.a, one.b) for one in proposals] == [("a1", "a4"), ("a0", "a2"), ("a3", "a5")]
    assert [one.weight for one in proposals] == [160, 60, 60]
    named = [name for one in propose(town(*needs), 3) for name in (one.a, one.b)]
    assert max(map(named.count, named)) == 3
    assert len(propose(town(*needs), 9)) == 15


@pytest.mark.parametrize("status", ["accepted", "proposed", "struck"])
def test_a_pair_is_not_proposed_again(status: str) -> None:
    """Whatever is said of a pair stands, in the scenario or in the file beside it."""
    needs = [ask("a", "choir"), ask("b", "choir")]
    link = make_link("b", "a", status=status, kind="affinity")
    assert propose(town(*needs, links=(link,)), 2) == []
    assert propose(town(*needs), 2, [link]) == []


def test_what_is_struck_makes_room_for_the_next() -> None:
    """Links by affinity count for what a need may have, but for struck ones; declared ones do not."""
    needs = [ask(name, "choir") for name in ("a", "b", "c")]
    told = {"kind": "affinity", "status": "accepted"}
    assert propose(town(*needs, links=(make_link("a", "b", **told),)), 1) == []
    for other in ({**told, "status": "struck"}, {**told, "kind": "declared"}):
        (one,) = propose(town(*needs, links=(make_link("a", "b", **other),)), 1)
        assert (one.a, one.b) == ("a", "c")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("a", "b", "found"), PAIRS.values(), ids=PAIRS)
def test_reasons_are_sentences(a: Need, b: Need, found: list[Any], lang: str) -> None:
    """Every ground has words in every language, and no leader's name is told."""
    (one,) = propose(town(changed(a, leaders=[f"NN {name}" for name in a.leaders]),
                          changed(b, leaders=[f"NN {name}" for name in b.leaders]), *many(10)), 2)  # fmt: skip
    why = one.why(lang)
    assert why[0].isupper()
    assert why.endswith(".")
    assert why.count(";") == len(found) - 1
    assert "NN" not in why


def test_links_are_kept_in_their_file(tmp_path: Any) -> None:
    """What is written reads back the same, a planner's status and a source included; none leaves a header."""
    path = tmp_path / "links.csv"
    links = (
        make_link("a", "b", origins={"why": {"kind": "assumed", "basis": "a guess"}}),
        make_link("b", "c", kind="affinity", status="struck", weight=30),
        make_link("c", "d", kind="affinity", status="proposed"),
    )
    write_links(links, path)
    assert read_links(path) == links
    write_links((), path)
    assert path.read_text() == "a,b,why\n"
    assert read_links(path) == ()
    assert [file.name for file in tmp_path.iterdir()] == ["links.csv"]


def test_kuopio_has_proposals_worth_reading() -> None:
    """In the library's town many needs have one and none more than asked, none is weak, and every ground is there."""
    proposals = propose(read_scenario("kuopio"), 2)
    named = [name for one in proposals for name in (one.a, one.b)]
    assert max(map(named.count, named)) == 2
    assert 200 < len(proposals) < 502
    assert all(one.weight >= LEAST for one in proposals)
    assert {ground.kind for one in proposals for ground in one.grounds} == {*POINTS, "complement"} - {"language"}
    assert min(COMPLEMENT.values()) >= LEAST


def test_page_tells_the_points() -> None:
    """The manual's table has the points that proposals have, and its text the limits."""
    page = (Path(__file__).parents[2] / "docs" / "synergy.md").read_text(encoding="utf-8")
    told = [int(points) for points in re.findall(r"^\| .* \| (?:up to )?(\d+) \|$", page, re.MULTILINE)]
    assert told == [*POINTS.values(), *COMPLEMENT.values()]
    assert f"older than {CHILD}" in page
    assert f"younger than {ADULT}" in page
    assert f"fewer than {LEAST} points" in page
