"""The report: figures against sums done by hand, pages that are whole, safe and say the same in every language."""

import re
from collections.abc import Sequence
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from models.base import Origin
from models.needs import Biweekly, DateList, Monthly, Once
from models.plan import Plan
from models.result import NeedCounts, Reason, Result, ScarceHour, Status, Violation, gap_of
from models.rules import SOFT_RULES
from models.scenario import Scenario
from scenarios import wording
from scenarios.report import report_name, write_report
from scenarios.report.figures import causes, grants, mark_of, origin_rows, season_hours, sources
from scenarios.report.names import name_key
from scenarios.report.occupancy import clock_hours, occupancy, share
from scenarios.report.weeks import site_weeks
from tests.builders import (
    FIRST,
    LAST,
    dates_from,
    make_exception,
    make_holiday,
    make_hours,
    make_need,
    make_organisation,
    make_plan,
    make_scenario,
    make_season,
    make_site,
    make_space,
    place,
)
from tests.scenarios.town import first_come_plan, make_town, town_reasons, town_result

MONDAYS = (date(2026, 8, 31), date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21))
CELLS = frozenset({"td", "th", "li", "dt", "dd"})
VOID = frozenset({"meta", "link", "br", "hr", "input", "img"})


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


class Page(HTMLParser):
    """Reads a page and keeps what its tags say; raises nothing, lists what is wrong."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.wrong: list[str] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> never ends" for tag in self._open]

    @property
    def words(self) -> str:
        """Everything a reader reads, with single spaces."""
        return " ".join("".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag in CELLS:
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()} closes another tag")

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self._open):
            self._words.append(data)

    def values(self, tag: str, attribute: str) -> list[str]:
        """Every value of an attribute of a tag."""
        return [attrs[attribute] or "" for name, attrs in self.tags if name == tag and attribute in attrs]


@pytest.fixture(scope="module")
def town_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """Write the report of a town of 8 sites, 20 spaces and 60 needs."""
    scenario = make_town()
    plan = first_come_plan(scenario)
    reasons = town_reasons(scenario, plan)
    written = write_report(scenario, plan, town_result(scenario, reasons), reasons, tmp_path_factory.mktemp("town"))
    return {lang: Page(path.read_text(encoding="utf-8")) for lang, path in written.items()}


# Utilisation: minutes offered and used


def test_utilisation_of_one_room_by_hand() -> None:
    """14 hours on 28 days are 392 offered; two hours on four Mondays are 8 used; Monday at 18 is full: 240 of 240."""
    occupied = occupancy(make_scenario(), make_plan(place()))
    used, offered = occupied.total(occupied.used), occupied.total(occupied.offered)
    assert offered.sum() == 392 * 60
    assert used.sum() == 8 * 60
    assert used[0, 18] == offered[0, 18] == 4 * 60
    assert share(used, offered) == pytest.approx(8 / 392)


def test_a_part_of_an_hour_counts_its_minutes() -> None:
    """18:30-19:15 on four Mondays is 120 minutes of the hour from 18 and 60 of the one from 19."""
    occupied = occupancy(make_scenario(), make_plan(place(start="18:30", end="19:15")))
    assert occupied.used["hall"][0, 18] == 120
    assert occupied.used["hall"][0, 19] == 60


def test_closing_wins_over_other_hours_and_these_over_holidays() -> None:
    """Of four Mondays the holiday takes one, a closure another, other hours cut a third and reopen the holiday's."""
    scenario = make_scenario(
        season=make_season(FIRST, LAST, make_holiday(MONDAYS[0]), make_holiday(MONDAYS[1])),
        exceptions=[
            make_exception("hall", MONDAYS[1], None, ("10:00", "12:00")),
            make_exception("centre", MONDAYS[2]),
            make_exception("hall", MONDAYS[2], None, ("10:00", "12:00")),
            make_exception("centre", MONDAYS[3], None, ("09:00", "10:00"), ("20:00", "21:00")),
        ],
        availability=[make_hours(days="mon")],
    )
    # Monday by Monday: holiday 0 h, reopened 2 h, closed 0 h, other hours 2 h
    assert occupancy(scenario, make_plan()).offered["hall"].sum() == 4 * 60


def test_a_holiday_closes_only_its_calendars() -> None:
    """A break of schools closes the school's hall on one Monday of four, and not the other room."""
    scenario = make_scenario(
        spaces=[make_space("gym", calendar="school"), make_space("hall")],
        season=make_season(FIRST, LAST, make_holiday(MONDAYS[0], None, "school")),
        availability=[make_hours(days="mon", start="18:00", end="20:00")],
    )
    offered = occupancy(scenario, make_plan()).offered
    assert offered["gym"].sum() == 3 * 120
    assert offered["hall"].sum() == 4 * 120


def test_hours_that_overlap_or_hold_for_a_part_of_the_season() -> None:
    """10-12 all season and 11-13 in its last two weeks make 2 x 2 and 2 x 3 hours on Mondays."""
    scenario = make_scenario(
        availability=[
            make_hours(days="mon", start="10:00", end="12:00"),
            make_hours("hall", days="mon", start="11:00", end="13:00", first=MONDAYS[2]),
        ]
    )
    assert occupancy(scenario, make_plan()).offered["hall"].sum() == (2 * 2 + 2 * 3) * 60


def test_hours_past_midnight_are_the_next_days() -> None:
    """22-26 on Saturdays is two hours of Saturday and two of Sunday; the last night runs past the season."""
    saturdays = dates_from(date(2026, 9, 5))
    scenario = make_scenario(availability=[make_hours(days="sat", start="22:00", end="26:00")])
    occupied = occupancy(scenario, make_plan(place(start="23:00", end="01:00", dates=saturdays)))
    assert occupied.offered["hall"][5].sum() == occupied.offered["hall"][6].sum() == len(saturdays) * 120
    assert occupied.used["hall"][5, 23] == occupied.used["hall"][6, 0] == len(saturdays) * 60
    assert occupied.used["hall"].sum() == len(saturdays) * 120


def test_a_hall_and_its_halves_count_once() -> None:
    """The hall two hours and one half another two: of 2 x 14 h a day, used are 2 x 2 h and 1 x 2 h each Monday."""
    scenario = make_scenario(
        make_need("yoga"),
        make_need("chess"),
        spaces=[make_space("hall"), make_space("half-a", parent="hall"), make_space("half-b", parent="hall")],
    )
    occupied = occupancy(scenario, make_plan(place(), place("chess", "half-a", "10:00", "12:00")))
    assert occupied.total(occupied.offered).sum() == 2 * 392 * 60
    assert occupied.total(occupied.used).sum() == 4 * (2 * 2 + 2) * 60
    assert occupied.used["half-b"].sum() == 4 * 2 * 60
    assert share(occupied.used["hall"], occupied.offered["hall"]) == pytest.approx(24 / 784)


def test_sharing_and_stays_outside_the_offer_do_not_overfill() -> None:
    """Two groups in one room use its hour once, and a stay when nothing is offered uses nothing of the offer."""
    scenario = make_scenario(
        make_need("yoga"),
        make_need("chess"),
        spaces=[make_space(shareable=True)],
        availability=[make_hours(days="mon", start="18:00", end="20:00")],
    )
    plan = make_plan(place(), place("chess"), place("chess", start="06:00", end="07:00"))
    occupied = occupancy(scenario, plan)
    assert share(occupied.used["hall"], occupied.offered["hall"]) == 1.0


def test_spaces_that_host_nothing_are_left_out() -> None:
    """A planned room offers nothing; a town without any offer has no share rather than zero."""
    scenario = make_scenario(spaces=[make_space(status="planned")])
    occupied = occupancy(scenario, make_plan())
    assert occupied.offered == {}
    assert share(occupied.total(occupied.used), occupied.total(occupied.offered)) is None


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([("09:00", "11:00"), ("12:00", "13:00")], [9, 10, 11, 12]),
        ([("20:00", "25:30")], [20, 21, 22, 23, 0, 1]),
        ([("08:00", "09:00")], [8]),
        ([("00:00", "24:00")], list(range(24))),
        ([], []),
    ],
)
def test_hours_of_the_clock_in_order(spans: list[tuple[str, str]], expected: list[int]) -> None:
    """The map starts after the longest pause, so that hours past midnight follow the evening they belong to."""
    scenario = make_scenario(availability=[make_hours(start=start, end=end) for start, end in spans])
    occupied = occupancy(scenario, make_plan())
    assert clock_hours(occupied.total(occupied.offered)) == expected


# Who got what


def test_cost_by_applicant_class() -> None:
    """Two hours on four Mondays are 8 h: at 8.50 that is 68 EUR for an association and at 5.00 for juniors 40 EUR."""
    scenario = make_scenario(
        make_need("yoga"),
        make_need("judo", organisation="kids"),
        organisations=[make_organisation(), make_organisation("kids", applicant_class="junior")],
        spaces=[make_space(prices={"*": 8.5, "junior": 5.0})],
    )
    plan = make_plan(place(), place("judo", start="10:00", end="12:00"))
    assert [(grant.organisation.id, grant.cost, grant.hours) for grant in grants(scenario, plan, ())] == [
        ("club", 68.0, 8.0),
        ("kids", 40.0, 8.0),
    ]
    assert season_hours(plan) == 16.0


def test_an_unknown_price_is_not_zero(tmp_path: Path) -> None:
    """A room without a price for the class costs what nobody knows; a free one costs nothing."""
    scenario = make_scenario(spaces=[make_space(prices={"junior": 5.0}), make_space("free", prices={"*": 0})])
    plan = make_plan(place(), place(space="free", start="10:00", end="12:00"))
    (grant,) = grants(scenario, plan, ())
    assert [share.cost for share in grant.shares] == [0.0, None]
    words = Page(pages_of(tmp_path, scenario, plan)["en"]).words
    assert "€0 in the season and 1 session with no known price" in words
    assert "not known" in words


def test_lost_dates_go_to_the_session_of_their_weekday() -> None:
    """Of a need's two sessions the one on Mondays lost the Monday, the one on Tuesdays nothing."""
    scenario = make_scenario(make_need("yoga", sessions=2))
    plan = make_plan(place(dates=MONDAYS[1:]), place(dates=dates_from(date(2026, 9, 1))))
    reason = Reason(
        need="yoga",
        outcome="placed",
        sessions_asked=2,
        sessions_placed=2,
        rules=(),
        filters=(),
        candidates=0,
        blocked=0,
        holders=(),
        lost_dates=(MONDAYS[0],),
    )
    (grant,) = grants(scenario, plan, [reason])
    assert [share.lost for share in grant.shares] == [(MONDAYS[0],), ()]


def test_names_sort_as_people_do() -> None:
    """Numbers count as numbers, case does not count, and å, ä and ö come last in this order."""
    names = ["Öylätti", "Ääni", "Åland", "Zeta", "club 10", "Club 2", "Arki"]
    assert sorted(names, key=name_key) == ["Arki", "Club 2", "club 10", "Zeta", "Åland", "Ääni", "Öylätti"]


def test_needs_that_fell_short_stand_by_cause() -> None:
    """Of three needs one is placed, one got half and one nothing; without reasons they share an unknown cause."""
    scenario = make_scenario(make_need("yoga"), make_need("judo", sessions=2), make_need("chess"))
    (cause,) = causes(scenario, make_plan(place(), place("judo", start="10:00", end="12:00")), ())
    assert cause.rules == ()
    assert [(entry.need.id, entry.sessions_placed) for entry in cause.shortfalls] == [("chess", 0), ("judo", 1)]


# The week picture


def test_two_phases_of_a_slot_stand_side_by_side() -> None:
    """A and B of one slot share its width; a later stay has the whole width."""
    scenario = make_scenario(
        make_need("a", recurrence=Biweekly()), make_need("b", recurrence=Biweekly()), make_need("c")
    )
    plan = make_plan(
        place("a", dates=MONDAYS[::2]), place("b", dates=MONDAYS[1::2]), place("c", start="20:00", end="22:00")
    )
    (site,) = site_weeks(scenario, plan, occupancy(scenario, plan))
    monday = site.spaces[0].days[0]
    assert [(block.need, block.mark.phase, block.lane, block.lanes) for block in monday.blocks] == [
        ("a", 0, 0, 2),
        ("b", 1, 1, 2),
        ("c", 0, 0, 1),
    ]


def test_a_part_shows_that_the_whole_is_held() -> None:
    """A stay in the hall stands in its own picture and, marked with the hall, in the picture of each half."""
    scenario = make_scenario(spaces=[make_space("hall"), make_space("half", parent="hall")])
    plan = make_plan(place())
    (site,) = site_weeks(scenario, plan, occupancy(scenario, plan))
    through = {week.space.id: [block.through for block in week.days[0].blocks] for week in site.spaces}
    assert through == {"hall": [None], "half": [scenario.space_by_id["hall"]]}


def test_sites_stand_from_the_busiest_on() -> None:
    """The site with more hours comes first, and one without any offer or stay is not drawn."""
    scenario = make_scenario(
        sites=[make_site("a"), make_site("b"), make_site("c")],
        spaces=[make_space(f"{site}-room", site=site) for site in "abc"],
        availability=[make_hours("a"), make_hours("b")],
    )
    plan = make_plan(place(space="b-room"))
    found = site_weeks(scenario, plan, occupancy(scenario, plan))
    assert [(week.site.id, week.hours) for week in found] == [("b", 8.0), ("a", 0.0)]


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


def test_a_part_of_the_season_is_marked() -> None:
    """A need that ends four weeks before the season does is marked; one that ends a day later is not."""
    scenario = make_scenario(season=make_season(FIRST, date(2026, 10, 26)))
    marks = [
        mark_of(scenario, make_need("yoga", last=last), place()).part_season
        for last in (date(2026, 9, 28), date(2026, 9, 29))
    ]
    assert marks == [True, False]


# Where values come from


def test_origins_are_counted_by_kind() -> None:
    """Of a room's six given values one is assumed, one derived and four read from a page; ids are no values."""
    origins = {
        "*": Origin(kind="fact", url="https://example.org/rooms"),
        "capacity": Origin(kind="assumed", basis="prior"),
        "kind": Origin(kind="derived", basis="from its name"),
    }
    space = make_space(prices={"*": 0}, origins=origins)
    scenario = make_scenario(spaces=[space])
    (row,) = (row for row in origin_rows(scenario) if row.record == "spaces")
    assert (row.fact, row.derived, row.assumed, row.unstated) == (4, 1, 1, 0)
    assert sources(scenario) == [("https://example.org/rooms", 4)]


def test_an_assumed_capacity_or_price_says_so(tmp_path: Path) -> None:
    """Assumed values are marked where they are shown, others are not."""
    assumed = {"capacity": Origin(kind="assumed", basis="prior"), "prices": Origin(kind="assumed", basis="prior")}
    guessed = make_scenario(spaces=[make_space(prices={"*": 8.5}, origins=assumed)])
    known = make_scenario(spaces=[make_space(prices={"*": 8.5})])
    words = Page(pages_of(tmp_path, guessed, make_plan(place()))["fi"]).words
    assert "40 henkilöä (oletus)" in words
    assert "68 € (oletus)" in words
    assert "(oletus)" not in Page(pages_of(tmp_path, known, make_plan(place()))["fi"]).words


# The pages


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


def test_pages_link_to_each_other(town_pages: dict[str, Page]) -> None:
    """The Finnish page is report.html, and each page links to the other."""
    assert report_name("fi") == "report.html"
    assert report_name("en") == "report.en.html"
    assert "report.en.html" in town_pages["fi"].values("a", "href")
    assert "report.html" in town_pages["en"].values("a", "href")


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
    assert "No sessions. On offer: Mon, Tue, Wed, Thu, Fri, Sat, Sun 08:00\u201322:00." in words
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
