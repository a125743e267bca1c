"""Decision documents: each tells its organisation everything about itself and names nobody else."""

import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from models.needs import DateList
from models.plan import Decisions, Plan
from models.policy import Policy
from models.scenario import Scenario
from scenarios.files import read_scenario
from scenarios.report.decisions import decision_name, write_decisions
from scenarios.run import decided_for, reasons_for
from scenarios.wording import LANGUAGES, text
from solver.engine import Limits
from solver.solve import solve
from solver.verify import skips_of
from tests.builders import (
    dates_from,
    make_need,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_space,
    make_wish,
    place,
)

DAY = date(2026, 6, 1)
EVENING = make_wish("mon", "18:00", "20:00")
NAMES = {"owls": "Night Owls", "larks": "Morning Larks", "crows": "Grey Crows"}
ORDER = {
    "strict": True,
    "bands": (
        {"title": "Always", "tiers": ({"title": "Juniors", "applicant_classes": ("junior",)}, {"title": "Rest"})},
    ),
}


def policy(**changes: Any) -> Policy:
    """Return a policy with an order, a lot and dates, by the Finnish days to appeal."""
    decision = {"confirm_by": "2026-06-15", "return_by": "2026-07-01", "appeal_days": 14, "appeal_to": "Leisure board"}
    skips = ({"title": "Fairs", "points": 1, "to": {"title": "All"}},)
    return make_policy(**{"order": ORDER, "lot": 7, "decision": decision, "skips": skips, **changes})


def town(rules: Policy) -> Scenario:
    """Return a hall that juniors have on Mondays, that adults wish as well, and a fair on one of the dates."""
    needs = [
        make_need("choir", EVENING, organisation="owls", title="Owl choir", size=22, ages=(8, 12)),
        make_need("chess", EVENING, organisation="larks", title="Lark chess", spaces=("hall",)),
        make_need("fair", EVENING, organisation="crows", title="Crow fair",
                  recurrence=DateList(dates=(date(2026, 9, 14),))),
    ]  # fmt: skip
    classes = {"owls": "junior"}
    organisations = [
        make_organisation(one, name=name, applicant_class=classes.get(one, "association"))
        for one, name in NAMES.items()
    ]
    return make_scenario(*needs, organisations=organisations, policy=rules, spaces=[make_space(prices={"*": 5})])


def plan_of(scenario: Scenario) -> Plan:
    """Return the plan in which the choir has the hall, and gives a Monday up to the fair where the policy lets it."""
    days = dates_from(date(2026, 8, 31))
    placed = [place("choir", dates=[day for day in days if day != date(2026, 9, 14)])]
    if scenario.policy.skips:
        placed.append(place("fair", dates=(date(2026, 9, 14),)))
    decisions = Decisions(skips=skips_of(scenario, placed))
    return make_plan(*placed, decisions=decisions)


def pages_of(scenario: Scenario, plan: Plan, folder: Path) -> dict[tuple[str, str], str]:
    """Write all decisions, and return them by organisation and language."""
    organisations = decided_for(scenario)
    reasons = reasons_for(scenario, plan, seconds=5.0)
    write_decisions(scenario, plan, reasons, organisations, folder, [*LANGUAGES], DAY)
    return {
        (one.id, lang): unescape((folder / decision_name(one.id, lang)).read_text(encoding="utf-8"))
        for one in organisations
        for lang in LANGUAGES
    }


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """Decisions of the town."""
    scenario = town(policy())
    return pages_of(scenario, plan_of(scenario), tmp_path_factory.mktemp("decisions"))


def test_refused_is_told_who_came_first_and_why(pages: dict[tuple[str, str], str]) -> None:
    """By tier, age, size and weight; with the nearest place, what it lacked, and what would have helped."""
    page = pages["larks", "en"]
    assert "Not granted" in page
    assert "a group (juniors, under 18), 1. Juniors (Always), 22 persons, weight 100%" in page
    assert "The applicant's own place in the order: 2. Rest (Always)." in page
    assert "The order and the lot decide before points." in page
    assert "If Tuesday would do as well, there is room" in page


def test_granted_has_place_dates_and_points(pages: dict[tuple[str, str], str]) -> None:
    """Every date that is held, the one given up, what it costs and what it earned by each rule."""
    page = pages["owls", "en"]
    assert "2026: 31 Aug, 7 Sep, 21 Sep" in page
    assert "to events 14 Sep" in page
    assert "€30" in page
    assert re.search(r"The sessions earned \d+ points\. .*: \d+", page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_appeal_confirmation_and_marks_are_told(pages: dict[tuple[str, str], str], lang: str) -> None:
    """Fourteen days in Finland are the claim for a revised decision, told in full; dates and hash are there as well."""
    for (_, language), page in pages.items():
        if language == lang:
            assert text("appeal.claim", lang, n=14) in page
            assert "Leisure board" in page
            assert town(policy()).hash in page
            assert "2026" in page.split(text("decisions.next", lang))[1]


def test_lot_can_be_reckoned_again(pages: dict[tuple[str, str], str]) -> None:
    """The seed and each own need's lot are there; another's is not."""
    page = pages["larks", "en"]
    assert "7:chess" in page
    assert sha256(b"7:chess").hexdigest() in page
    assert "7:choir" not in page


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (None, "The criteria do not say how to appeal this decision."),
        ({"appeal_days": 21}, "Appeal within 21 days of being told of the decision."),
        ({"confirm_by": "2026-06-15"}, "The criteria do not say how to appeal this decision."),
    ],
)
def test_other_appeals_are_told_as_the_policy_has_them(tmp_path: Path, decision: Any, expected: str) -> None:
    """What a policy does not say of appeals is not made up."""
    scenario = town(policy(decision=decision, lot=None, skips=()))
    page = pages_of(scenario, plan_of(scenario), tmp_path)["larks", "en"]
    assert expected in page
    assert text("appeal.claim", "en", n=14) not in page
    assert "sha256sum" not in page


def others_named(scenario: Scenario, pages: dict[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
    """Yield pages that name another organisation, but where a place bears that name."""
    places = " ".join([*(site.name for site in scenario.sites), *(space.name for space in scenario.spaces)])
    names = [(one.id, one.name) for one in scenario.organisations if one.name not in places]
    for (organisation, _), page in pages.items():
        yield from ((organisation, name) for other, name in names if other != organisation and name in page)


def test_nobody_else_is_named(pages: dict[tuple[str, str], str]) -> None:
    """No other organisation and no other's activity, in any language."""
    scenario = town(policy())
    assert not [*others_named(scenario, pages)]
    for (organisation, _), page in pages.items():
        own, others = page, [need.title for need in scenario.needs if need.organisation != organisation]
        assert NAMES[organisation] in own
        assert not [title for title in others if title in own]


def test_nobody_else_is_named_in_kuopio(tmp_path: Path) -> None:
    """All organisations of a whole town, in all languages."""
    scenario = read_scenario("kuopio")
    made = solve(scenario, Limits(seconds=30, threads=1, steps=0))
    plan = Plan(placements=made.placements)
    organisations = decided_for(scenario)
    reasons = reasons_for(scenario, plan, scarcity=made.scarcity)
    assert {reason.outcome for reason in reasons} == {"placed", "partly", "unplaced"}
    assert all(reason.rules for reason in reasons)
    write_decisions(scenario, plan, reasons, organisations, tmp_path, [*LANGUAGES], DAY)
    pages = {(one.id, lang): unescape((tmp_path / decision_name(one.id, lang)).read_text(encoding="utf-8"))
             for one in organisations for lang in LANGUAGES}  # fmt: skip
    assert len(pages) == 3 * len(organisations)
    assert not [*others_named(scenario, pages)]


def test_no_decision_takes_the_place_of_another() -> None:
    """Ids that differ have files that differ, whatever their language."""
    ids = ("a", "a:b", "a_b", "a.en", "a.fi", "a.b", "a-b")
    names = [decision_name(one, lang) for one in ids for lang in ("fi", "sv", "en")]
    assert len(set(names)) == len(names)
