"""The report's pages: whole, safe, and the same in every language."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.base import Origin
from models.needs import Biweekly, DateList, Monthly, Once
from models.plan import Plan
from models.result import NeedCounts, Overridden, Reason, Result, ScarceHour, Status, Violation, gap_of
from models.rules import SOFT_RULES
from models.scenario import Scenario
from scenarios import wording
from scenarios.fairness import fairness_of
from scenarios.report import report_name, write_report
from scenarios.report.figures import grants
from solver.explain import explain
from tests.builders import (
    make_need,
    make_organisation,
    make_plan,
    make_policy,
    make_scenario,
    make_space,
    place,
)
from tests.scenarios.pages import Page
from tests.scenarios.town import first_come_plan, make_town, town_reasons, town_result

MONDAYS = (date(2026, 8, 31), date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21))


def result_of(scenario: Scenario, **changes: Any) -> Result:
    """Return a result of 12 points by hours and 3 by sessions, with a bound of 16."""
    score = {**dict.fromkeys(SOFT_RULES, 0), "worth.hours": 12, "worth.sessions": 3}
    fields: dict[str, Any] = {
        "status": Status.FEASIBLE,
        "objective": 15,
        "bound": 16,
        "gap": gap_of(15, 16),
        "score": score,
        "measures": dict.fromkeys(SOFT_RULES, 1.0),
        "needs": NeedCounts(requested=1, placed=1, partly=0, unplaced=0),
        "violations": (),
        "seconds": 2.0,
        "first_plan_seconds": 0.5,
        "seed": 7,
        "versions": {"yhteistila": "0.1.0"},
        "plan": None,
        "scenario": scenario.id,
        "scenario_hash": scenario.hash,
        "policy_version": scenario.policy.version,
    }
    return Result.model_validate({**fields, **changes})


def pages_of(
    folder: Path, scenario: Scenario, plan: Plan, reasons: Sequence[Reason] = (), **changes: Any
) -> dict[str, str]:
    """Write the report and return its pages by language."""
    written = write_report(scenario, plan, result_of(scenario, **changes), reasons, folder)
    return {lang: path.read_text(encoding="utf-8") for lang, path in written.items()}


@pytest.fixture(scope="module")
def town_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """Write the report of a town of 8 sites, 20 spaces and 60 needs."""
    scenario = make_town()
    plan = first_come_plan(scenario)
    reasons = town_reasons(scenario, plan)
    written = write_report(scenario, plan, town_result(scenario, reasons), reasons, tmp_path_factory.mktemp("town"))
    return {lang: Page(path.read_text(encoding="utf-8")) for lang, path in written.items()}


@pytest.mark.parametrize("lang", list(wording.LANGUAGES))
def test_pages_are_whole(town_pages: dict[str, Page], lang: str) -> None:
    """Tags are balanced, ids are single, inner links lead somewhere, and the language is declared."""
    page = town_pages[lang]
    assert page.wrong == []
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    anchors = {link[1:] for link in page.values("a", "href") if link.startswith("#")}
    assert anchors <= set(ids)
    assert page.values("html", "lang") == [lang]
    assert len(page.values("h1", "id")) == len([tag for tag, _ in page.tags if tag == "h1"]) - 1


@pytest.mark.parametrize("lang", list(wording.LANGUAGES))
def test_tables_are_accessible(town_pages: dict[str, Page], lang: str) -> None:
    """Every table has a caption, and every header says what it heads."""
    page = town_pages[lang]
    tags = [tag for tag, _ in page.tags]
    assert tags.count("table") == tags.count("caption") > 0
    assert all(attrs.get("scope") for tag, attrs in page.tags if tag == "th")


@pytest.mark.parametrize("lang", list(wording.LANGUAGES))
def test_pages_ask_nothing_of_the_network(town_pages: dict[str, Page], lang: str) -> None:
    """Nothing is loaded from elsewhere: no src, no stylesheet, no import, and links out are for people to follow."""
    page = town_pages[lang]
    assert not [tag for tag, attrs in page.tags if "src" in attrs or "srcset" in attrs or tag in ("link", "iframe")]
    templates = Path(wording.__file__).parents[1] / "templates" / "report"
    assert not re.search(r"url\(|@import|https?:", (templates / "report.css").read_text(encoding="utf-8"))
    assert not re.search(r"fetch|XMLHttp|import|https?:", (templates / "filter.js").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("lang", "sentence", "group"),
    [
        ("fi", "Vuoroja pyysi yksi järjestö, ja 0 jäi ilman.", "yhdistys"),
        ("sv", "En organisation sökte turer, och 0 blev utan.", "förening"),
        ("en", "One organisation asked for sessions, and 0 got none.", "association"),
    ],
)
def test_fairness_is_told(tmp_path: Path, lang: str, sentence: str, group: str) -> None:
    """How evenly sessions are shared is said in a sentence, and by group in a table."""
    scenario, plan = make_scenario(), make_plan(place())
    words = Page(pages_of(tmp_path, scenario, plan, fairness=fairness_of(scenario, plan))[lang]).words
    assert sentence in words
    assert group in words


@pytest.mark.parametrize(
    ("lang", "floor", "short"),
    [
        ("fi", "Young (vähintään 2): 0/1 saa vähimmäismäärän tai kaikki pyytämänsä vuorot.", "Vähemmän saa: Club."),
        ("sv", "Young (minst 2): 0 av 1 får minimiantalet eller alla sökta turer.", "Färre får: Club."),
        ("en", "Young (at least 2): 0 of 1 get the floor, or all the sessions they asked for.", "Short of it: Club."),
    ],
)
def test_floors_and_groups_are_told(tmp_path: Path, lang: str, floor: str, short: str) -> None:
    """Which floors are kept and for whom not is said, and the groups of an equality stand in the table."""
    groups = ({"title": "The <young>", "oldest": 18}, {"title": "Everybody"})
    policy = make_policy(
        floors=(
            {"title": "Young", "points": 1, "sessions": 2, "oldest": 18},
            {"title": "Each", "points": 1, "each": "need"},
        ),
        equality=({"title": "Alike", "target": 40, "points": 1, "groups": groups},),
    )
    scenario = make_scenario(make_need(sessions=2, ages=(7, 12)), make_need("chess"), policy=policy)
    plan = make_plan(place())
    words = Page(pages_of(tmp_path, scenario, plan, fairness=fairness_of(scenario, plan))[lang]).words
    assert f"{floor} {short}" in words
    assert re.search(r"Each \([\w ]+ 1\): 1(/| av | of )2 .* Chess\.", words)
    assert "The <young> 2 1 50" in words
    assert "Everybody 3 1 33" in words
    assert re.search(r"Alike \(\w+ 40\s?%\)", words)


@pytest.mark.parametrize(
    ("lang", "nobody"),
    [
        ("fi", "ehdot eivät sovi yhteenkään tarpeeseen."),
        ("sv", "inget behov uppfyller villkoren."),
        ("en", "no need fits its conditions."),
    ],
)
def test_parts_of_the_policy_for_nobody_are_told_as_such(tmp_path: Path, lang: str, nobody: str) -> None:
    """A floor is not kept for none of none, and an equality of no groups is no empty row: nobody fits them."""
    parishes = {"title": "Parishes", "applicant_classes": ("parish",)}
    policy = make_policy(
        floors=({**parishes, "points": 1},),
        equality=({"title": "Alike", "target": 40, "points": 1, "groups": (parishes, parishes)},),
    )
    scenario, plan = make_scenario(policy=policy), make_plan(place())
    words = Page(pages_of(tmp_path, scenario, plan, fairness=fairness_of(scenario, plan))[lang]).words
    assert f"Parishes: {nobody}" in words
    assert f"Alike: {nobody}" in words


def test_pages_link_to_each_other(town_pages: dict[str, Page]) -> None:
    """The Finnish page is report.html, and each page links to the others."""
    names = {"fi": "report.html", "sv": "report.sv.html", "en": "report.en.html"}
    assert {lang: report_name(lang) for lang in wording.LANGUAGES} == names
    for lang, page in town_pages.items():
        links = page.values("a", "href")
        assert [name in links for name in names.values()] == [other != lang for other in names]


def test_sections_speak_the_pages_language(town_pages: dict[str, Page]) -> None:
    """Both pages have every section, each under its own language's heading."""
    for lang, page in town_pages.items():
        for section in ("result", "weeks", "granted", "unplaced", "use", "scarce", "data"):
            assert wording.text(f"section.{section}", lang) in page.words


def test_score_sums_to_the_objective(tmp_path: Path) -> None:
    """Points by rule, 12 and 3, stand with their sum 15 and their shares 80 and 20 percent."""
    words = Page(pages_of(tmp_path, make_scenario(), make_plan(place()))["en"]).words
    assert "12 points 80%" in words
    assert "3 points 20%" in words
    assert "Sum 15 points" in words


def test_markup_in_data_is_text(tmp_path: Path) -> None:
    """A title that is a script, a name with quotes and an address that is no web page do no harm."""
    evil = '<script>alert("x")</script>'
    origin = {"*": Origin(kind="fact", url="javascript:alert(1)")}
    scenario = make_scenario(
        make_need("yoga", title=evil),
        make_need("chess", title=evil),
        organisations=[make_organisation(name='A "quoted" & <b>bold</b> club')],
        spaces=[make_space(name="<i>Hall</i>", origins=origin)],
    )
    for text in pages_of(tmp_path, scenario, make_plan(place())).values():
        page = Page(text)
        assert page.wrong == []
        assert [tag for tag, _ in page.tags].count("script") == 1
        assert page.words.count(evil) == 3  # the week, who got what, what could not be granted
        assert not [link for link in page.values("a", "href") if link.startswith("javascript:")]
        assert "javascript:alert(1)" in page.words


def test_an_empty_plan_has_a_report(tmp_path: Path) -> None:
    """No placements, no scarcity, no points: the page says so, section by section."""
    nothing: dict[str, Any] = {"score": dict.fromkeys(SOFT_RULES, 0), "objective": 0, "bound": 0, "gap": 0.0}
    words = Page(pages_of(tmp_path, make_scenario(), make_plan(), **nothing)["en"]).words
    assert "Nobody got a session." in words
    assert "No hour of any space is short." in words
    assert "No recurring sessions. On offer: Mon, Tue, Wed, Thu, Fri, Sat, Sun 08:00\u201322:00." in words
    assert "The reason was not worked out in this run." in words


def test_a_scenario_without_needs_and_offers_has_a_report(tmp_path: Path) -> None:
    """Nothing asked and nothing offered is no fault; a result without a bound says that too."""
    scenario = make_scenario(availability=[]).model_copy(update={"needs": ()})
    page = Page(pages_of(tmp_path, scenario, make_plan(), bound=None, gap=None, first_plan_seconds=None)["en"])
    assert page.wrong == []
    assert "Every session asked for is granted." in page.words
    assert "No space is on offer." in page.words
    assert "no upper bound was computed" in page.words


def test_broken_rules_stand_first(tmp_path: Path) -> None:
    """A plan that breaks rules, such as a town's own, says so with the verifier's sentence and the rule."""
    violation = Violation(rule="space.double", needs=("yoga", "chess"), message="Yoga and Chess are both in Hall.")
    words = Page(pages_of(tmp_path, make_scenario(), make_plan(place()), violations=(violation,))["en"]).words
    assert "The plan breaks one rule Yoga and Chess are both in Hall." in words
    assert wording.rule_text("space.double", "en") in words


@pytest.mark.parametrize(
    ("lang", "title", "flag"),
    [
        ("fi", "Yhdestä perusteesta on tehty poikkeuspäätös", "Poikkeuspäätös"),
        ("sv", "Ett undantag har beslutats", "Undantag"),
        ("en", "One rule is overridden by decision", "Override"),
    ],
)
def test_an_override_is_flagged_where_it_was_granted(tmp_path: Path, lang: str, title: str, flag: str) -> None:
    """The decision stands at the top with its reason, and the placement that stands by it is marked; no other is."""
    entry = Overridden(
        rule="space.capacity",
        needs=("yoga",),
        day=MONDAYS[0],
        message="Yoga is too large for Hall.",
        reason="Half are on tour.",
        decided_by="planner",
        decided_on=date(2026, 8, 20),
    )
    scenario = make_scenario(make_need("yoga"), make_need("chess"))
    plan = make_plan(place("yoga"), place("chess", start="10:00", end="12:00"))
    reasons = explain(scenario, plan, overridden=(entry,))
    words = Page(pages_of(tmp_path, scenario, plan, reasons, overridden=(entry,))[lang]).words
    assert title in words
    assert words.count("Half are on tour.") == 2
    granted = words[words.index("Chess", words.index(title)) :]
    yoga = granted.index("Half are on tour.")
    assert granted[:yoga].rstrip().endswith(flag)


def test_the_scarcest_hours_come_first_and_twenty_at_most(tmp_path: Path) -> None:
    """Hours are listed by points whatever their order in the result, and a note says that they are estimates."""
    hours = tuple(ScarceHour(space="hall", weekday=index % 7, hour=index % 24, points=index + 1) for index in range(24))
    words = Page(pages_of(tmp_path, make_scenario(), make_plan(place()), scarcity=hours)["en"]).words
    listed = words.split("The 20 scarcest hours")[1]
    assert "An estimate of how many points" in words
    assert "Hall Wednesday 23:00\u201324:00 24 points" in listed
    assert [int(points) for points in re.findall(r"(\d+) points", listed)] == list(range(24, 4, -1))


def test_a_large_towns_pages_stay_small(tmp_path: Path) -> None:
    """76 spaces and 500 needs fit in a page of 1.5 megabytes."""
    scenario = make_town(num_sites=30, num_needs=500)
    plan = first_come_plan(scenario)
    reasons = town_reasons(scenario, plan)
    for path in write_report(scenario, plan, town_result(scenario, reasons), reasons, tmp_path).values():
        assert path.stat().st_size < 1_500_000


def test_an_unknown_price_is_not_zero(tmp_path: Path) -> None:
    """A room without a price for the class costs what nobody knows; a free one costs nothing."""
    scenario = make_scenario(spaces=[make_space(prices={"junior": 5.0}), make_space("free", prices={"*": 0})])
    plan = make_plan(place(), place(space="free", start="10:00", end="12:00"))
    (grant,) = grants(scenario, plan, ())
    assert [share.cost for share in grant.shares] == [0.0, None]
    words = Page(pages_of(tmp_path, scenario, plan)["en"]).words
    assert "€0 in the season and 1 session with no known price" in words
    assert "not known" in words


@pytest.mark.parametrize(
    ("recurrence", "dates", "expected"),
    [
        (Biweekly(), MONDAYS[1::2], "every other week (B)"),
        (Monthly(), MONDAYS[1:2], "once a month"),
        (DateList(dates=MONDAYS[:2]), MONDAYS[:2], "on 2 days"),
        (Once(), MONDAYS[2:3], "once, 14 Sep"),
    ],
)
def test_how_often_is_said_in_words(tmp_path: Path, recurrence: Any, dates: tuple[date, ...], expected: str) -> None:
    """What is not held every week says so beside its time."""
    scenario = make_scenario(make_need("yoga", recurrence=recurrence))
    page = Page(pages_of(tmp_path, scenario, make_plan(place(dates=dates)))["en"])
    assert f"Mon 18:00\u201320:00, {expected}" in page.words


def test_an_assumed_capacity_or_price_says_so(tmp_path: Path) -> None:
    """Assumed values are marked where they are shown, others are not."""
    assumed = {"capacity": Origin(kind="assumed", basis="prior"), "prices": Origin(kind="assumed", basis="prior")}
    guessed = make_scenario(spaces=[make_space(prices={"*": 8.5}, origins=assumed)])
    known = make_scenario(spaces=[make_space(prices={"*": 8.5})])
    words = Page(pages_of(tmp_path, guessed, make_plan(place()))["fi"]).words
    assert "40 henkilöä (oletus)" in words
    assert "68 € (oletus)" in words
    assert "(oletus)" not in Page(pages_of(tmp_path, known, make_plan(place()))["fi"]).words


def test_one_offs_are_listed_under_the_week(tmp_path: Path) -> None:
    """A one-off is told with its date, time and organisation."""
    scenario = make_scenario(make_need("fair", recurrence=Once()))
    words = Page(pages_of(tmp_path, scenario, make_plan(place("fair", dates=MONDAYS[1:2])))["en"]).words
    assert "One-off event Mon 7 Sep 18:00\u201320:00 Fair, Club" in words


DECISION = {"confirm_by": date(2026, 9, 1), "appeal_days": 14, "url": "https://example.org/appeal"}


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ({}, False),
        ({"deciders": ({"who": "Mill school", "places": ("annex",)},)}, False),  # nobody is there
        ({"deciders": ({"who": "Mill school", "places": ("centre",)},)}, True),
        ({"decision": DECISION}, True),
    ],
)
def test_acceptance_and_appeal_are_told_where_the_policy_gives_them(
    tmp_path: Path, policy: dict[str, Any], *, told: bool
) -> None:
    """A section with who accepts what, dates and a link; each session at their places says so too."""
    scenario = make_scenario(spaces=(make_space(), make_space("annex")), policy=make_policy(**policy))
    owners = scenario.deciders_of("hall")
    pages = pages_of(tmp_path, scenario, make_plan(place()), subject_to=dict.fromkeys(owners, 1))
    for lang, text in pages.items():
        page = Page(text)
        assert page.wrong == []
        assert ("decision" in page.values("section", "id")) == ("#decision" in page.values("a", "href")) == told
        assert page.words.count(wording.text("decision.subject_to", lang, who="Mill school")) == len(owners)
        assert (wording.text("decision.count", lang, who="Mill school", n=1) in page.words) == bool(owners)
        assert ("https://example.org/appeal" in page.values("a", "href")) == ("decision" in policy)
        assert all(sentence in page.words for sentence in wording.decision_sentences(scenario, lang))
