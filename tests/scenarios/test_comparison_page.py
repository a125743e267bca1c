"""Pages, workbooks and sentences of a comparison: whole, safe, self-contained, and the same in every language."""
# ruff: noqa: RUF001 - dashes and minus signs as people read them

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from models.overlay import Overlay
from models.plan import Plan
from models.scenario import Scenario
from scenarios import wording
from scenarios.comparison import Comparison, Made, compare
from scenarios.comparison.deciding import decimals, decision_sentence, share_text
from scenarios.comparison.intervals import Interval, decide
from scenarios.comparison.page import write_comparison
from scenarios.comparison.pairs import Pair
from scenarios.comparison.sentences import Teller
from scenarios.overlays import overlaid
from scenarios.pages import TEMPLATES
from scenarios.run import judged
from tests.builders import (
    FIRST,
    changed,
    dates_from,
    make_need,
    make_organisation,
    make_plan,
    make_scenario,
    make_site,
    make_space,
    place,
)
from tests.scenarios.pages import Page
from tests.solver.test_choice import crowded, what_if

LANGUAGES = tuple(wording.LANGUAGES)
TUESDAYS = dates_from(FIRST + timedelta(days=1))
CLOSES = Overlay.model_validate(
    {
        "id": "hall-closes",
        "title": "The <hall> closes",
        "why": "Its roof & walls leak.",
        "origin": {"kind": "fact", "url": "https://example.org/roof"},
        "set": {"spaces/hall/status": "closed"},
    }
)


def town() -> Scenario:
    """Return a hall, a room and a barn; names hold marks that pages must escape."""
    return make_scenario(
        make_need("yoga", title="Yoga <b>& more"),
        make_need("choir", organisation="choir"),
        make_need("chess", organisation="friends"),
        sites=[make_site("north", name="North & Co"), make_site("south", name="South")],
        spaces=[
            make_space("hall", site="north"),
            make_space("room", site="north"),
            make_space("barn", site="south", name="Old barn"),
        ],
        organisations=[make_organisation(), make_organisation("choir"), make_organisation("friends", name="=1+1 <i>")],
    )


def made_of(name: str, scenario: Scenario, plan: Plan, **changes: Any) -> Made:
    """Return a judged plan as a run would give it."""
    return Made(name, changed(judged(scenario, plan).result, **changes), plan, scenario)


@pytest.fixture(scope="module")
def sides() -> tuple[Made, Made]:
    """Return the town, and the same where the hall closes: yoga moves, the choir is lost and chess is won."""
    what_if = overlaid(town(), [CLOSES])
    before = make_plan(place("yoga"), place("choir", "room"))
    after = make_plan(place("yoga", "barn", dates=TUESDAYS), place("chess", "room"))
    base = made_of("base", town(), before)
    other = made_of("closed", what_if.scenario, after, overlays=("hall-closes",), edits=what_if.edits)
    points = [one.result.objective or 0 for one in (base, other)]
    assert points[0] == points[1]
    plan = after.model_copy(update={"overlays": what_if.overlays})
    bounds = (points[0] + 40, points[1] - 0)
    return (
        Made(base.name, changed(base.result, bound=bounds[0]), before, town()),
        Made(other.name, changed(other.result, bound=bounds[1]), plan, what_if.scenario),
    )


@pytest.fixture(scope="module")
def compared(sides: tuple[Made, Made]) -> Comparison:
    """Compare the two."""
    return compare(sides)


@pytest.fixture(scope="module")
def written(
    sides: tuple[Made, Made], compared: Comparison, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Write pages and workbooks, and return their paths by name."""
    return {path.name: path for path in write_comparison(compared, sides, tmp_path_factory.mktemp("compared"))}


def text_of(written: dict[str, Path], lang: str) -> str:
    """Return the text of the page in a language."""
    return written["compare.html" if lang == "fi" else f"compare.{lang}.html"].read_text(encoding="utf-8")


def test_a_page_and_a_workbook_for_each_language(written: dict[str, Path]) -> None:
    """The main language has no code in its name."""
    assert set(written) == {
        f"compare{code}.{suffix}" for code in ("", ".sv", ".en") for suffix in ("html", "xlsx")
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_are_whole_and_ask_nothing_of_the_network(written: dict[str, Path], lang: str) -> None:
    """Tags are balanced, ids single, inner links lead somewhere, tables have captions, and nothing is loaded."""
    text = text_of(written, lang)
    page = Page(text)
    assert page.wrong == []
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.values("a", "href") if link.startswith("#")} <= set(ids)
    assert page.values("html", "lang") == [lang]
    tags = [tag for tag, _ in page.tags]
    assert tags.count("table") == tags.count("caption") > 0
    assert all(attrs.get("scope") for tag, attrs in page.tags if tag == "th")
    assert not [tag for tag, attrs in page.tags if "src" in attrs or tag in ("link", "iframe", "script")]
    style = (TEMPLATES / "comparison" / "compare.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|https?:", style)
    assert "{" not in page.words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_are_escaped_and_the_what_if_is_told(written: dict[str, Path], lang: str) -> None:
    """Title, why, source, and the value that changed, from what to what."""
    text = text_of(written, lang)
    assert "Yoga &lt;b&gt;&amp; more" in text
    assert "<b>& more" not in text
    assert "=1+1 <i>" not in text
    words = Page(text).words
    for told in ("The <hall> closes", "Its roof & walls leak.", "https://example.org/roof", "North & Co, Hall"):
        assert told in words
    assert re.search(r"Hall / status open closed", words)


def test_both_pictures_are_there_with_their_figures_in_words(written: dict[str, Path], compared: Comparison) -> None:
    """A drawing tells those who cannot see it what its bars are."""
    page = Page(text_of(written, "en"))
    labels = page.values("svg", "aria-label")
    low, high = compared.pairs[0].decision.low, compared.pairs[0].decision.high
    assert low is not None
    assert high == 0
    assert len(labels) == 2
    assert f"The <hall> closes (closed): {wording.number(low, 'en')} … 0." in labels[0]


def test_sentences_tell_what_moved_and_why(sides: tuple[Made, Made], compared: Comparison) -> None:
    """Yoga had to move; the choir is lost and chess is won besides; who gains and loses is named."""
    teller = Teller.of(compared, sides, "en")
    pair = compared.pairs[0]
    told = teller.told(pair)
    assert "Spaces no longer in use: North & Co, Hall." in told
    assert "Sessions before 2, now 2 (0). Hours in the season before 16, now 16 (0)." in told
    assert (
        "Sessions that cannot stay as they were: 1 (of 1 needs). Of these, 0 are lost, and 1 move to another space or"
        " time." in told
    )
    assert "0 sessions are as before, 1 moved, 1 are won and 1 are lost." in told
    assert (
        "Organisations: 1 gains hours (=1+1 <i> +8\u00a0h). 1 loses hours (Choir −8\u00a0h). 1 has as many as before."
        in told
    )
    assert pair.movement is not None
    shifts = {one.need: teller.shift(pair, one, one.sessions[0]) for one in pair.movement.needs}
    assert shifts["yoga"] == (
        "Yoga <b>& more (Club) moves: North & Co, Hall, Mon 18:00–20:00 → South, Old barn, Tue 18:00–20:00."
        " What changes: site and weekday."
    )
    assert shifts["choir"] == "Choir (Choir) loses a session: North & Co, Room, Mon 18:00–20:00."
    assert shifts["chess"] == "Chess (=1+1 <i>) wins a session: North & Co, Room, Mon 18:00–20:00."


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_on_what_a_side_rests(sides: tuple[Made, Made], lang: str, tmp_path: Path) -> None:
    """A plan without an agreement, or by other criteria, is not called one of the scenario without any change."""
    base, other = replace(sides[0], name="plain"), sides[0]
    fallen = other.result.model_copy(update={"agreements": {"parish": "falls"}, "policy_version": "next"})
    made = (base, replace(other, result=fallen))
    compared = compare(made)
    teller = Teller.of(compared, made, lang)
    policy = sides[0].scenario.policy if sides[0].scenario else None
    assert policy is not None
    assert [*teller.rests(compared.sides[0])] == []
    assert [*teller.rests(compared.sides[1])] == [
        wording.text("costs.falls", lang, title="parish"),
        wording.text("page.policy", lang, title=policy.title, version=policy.version),
    ]
    write_comparison(compared, made, tmp_path)
    page = (tmp_path / f"compare{'' if lang == 'fi' else '.' + lang}.html").read_text(encoding="utf-8")
    assert page.count(wording.text("compare.unchanged", lang)) == 1
    assert wording.text("costs.falls", lang, title="parish") in page


def test_the_page_says_what_is_opened() -> None:
    """Two choices of an activity centre differ in nothing else."""
    runs = {"closed": what_if(crowded()), "mix": what_if(crowded(), "annex", "barn")}
    made = [Made(name, one.result, one.plan, one.scenario) for name, one in runs.items()]
    teller = Teller.of(compare(made), made, "en")
    names = "; ".join(crowded().centre_by_id[option].name for option in ("annex", "barn"))
    assert [[*teller.rests(side)] for side in teller.comparison.sides] == [
        ["Of the activity centre nothing is opened."],
        [f"Of the activity centre this is opened: {names}."],
    ]


@pytest.mark.parametrize(("hours", "digits"), [(16, 0), (27430.5, 1), (-0.5, 1), (2.04, 0), (1471.0, 0)])
def test_half_hours_are_told(hours: float, digits: int) -> None:
    """Else the hours before and after, each rounded, would not differ by what is said to be more."""
    assert decimals(hours) == digits


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_tells_as_much(sides: tuple[Made, Made], compared: Comparison, lang: str) -> None:
    """As many sentences in each, none with a hole, and none that is English elsewhere."""
    lines = list(Teller.of(compared, sides, lang).lines())
    english = list(Teller.of(compared, sides, "en").lines())
    assert len(lines) == len(english)
    assert not any("{" in line for line in lines)
    assert lang == "en" or not set(lines) & set(english)


def decided(low: tuple[int | None, int | None], high: tuple[int | None, int | None], lang: str = "en") -> str:
    """Return the sentence of two intervals."""
    decision = decide(Interval(low=low[0], high=low[1]), Interval(low=high[0], high=high[1]))
    return decision_sentence(Pair(base="a", other="b", decision=decision, rules=()), "It", lang)


@pytest.mark.parametrize(
    ("base", "other", "expected"),
    [
        ((1000, 1100), (700, 900), "It: this costs between 100 and 400 points (10.0% to 36.4%), however much"),
        ((1000, 1100), (1200, 1300), "It: this gains between 100 and 300 points (9.0% to 30.0%), however much"),
        ((1000, 1100), (1050, 1060), ("It: these plans cannot decide whether this is for better or worse. Its effect is"
         " between −50 and +60 points (−4.6% to +6.0%).")),
        ((1000, 1000), (1000, 1000), "It: this neither costs nor gains anything."),
        ((1000, 1100), (800, 1000), "It: this gains nothing, and costs at most 300 points (27.3%)."),
        ((1000, 1100), (1100, 1200), "It: this costs nothing, and gains at most 200 points (20.0%)."),
        ((1000, None), (700, 900), "It: this costs at least 100 points."),
        ((1000, 1100), (1200, None), "It: this gains at least 100 points."),
        ((1000, None), (900, None), "It: it cannot be decided whether this is for better or worse, for a valid plan"),
    ],
)  # fmt: skip
def test_what_is_decided_in_plain_english(
    base: tuple[int | None, int | None], other: tuple[int | None, int | None], expected: str
) -> None:
    """Costs stand as numbers above zero, the smaller first, and shares are rounded outwards."""
    assert decided(base, other).startswith(expected)


def test_what_is_decided_in_plain_finnish() -> None:
    """The sentence says the same in the main language."""
    expected = "It: paras mahdollinen jako menettää 100–400 pistettä (10,0\u00a0%–36,4\u00a0%), vaikka jaot"
    assert decided((1000, 1100), (700, 900), "fi").startswith(expected)


@pytest.mark.parametrize("share", [-0.12345, 0.0, 0.001, 0.00001, 0.5])
def test_shares_are_rounded_so_that_they_stay_true(share: float) -> None:
    """The lower end is never above the true share, the upper never below it."""
    down, up = (
        float(share_text(share, "en", up=up).rstrip("%").replace("\N{MINUS SIGN}", "-")) for up in (False, True)
    )
    assert down <= 100 * share <= up <= down + 0.1000001


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_reads_back(
    written: dict[str, Path], sides: tuple[Made, Made], compared: Comparison, lang: str
) -> None:
    """Numbers are numbers, a name that looks like a formula is text, and each kind of table has its sheet."""
    book = load_workbook(written["compare.xlsx" if lang == "fi" else f"compare.{lang}.xlsx"])
    assert len(book.sheetnames) == 11
    figures = book[wording.text("section.figures", lang)]
    rows = list(figures.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["base", "closed"]
    assert [row[2] for row in rows[1:]] == [side.objective for side in compared.sides]
    people = list(book[wording.text("tally.organisations", lang)].iter_rows(values_only=True))
    assert ("closed", "=1+1 <i>", 0, 1, 1, 0, 8, 8, 0, 1, 0) in people
    sessions = list(book[wording.text("compare.needs_title", lang)].iter_rows(min_row=2, values_only=True))
    assert {row[1] for row in sessions} == {"Yoga <b>& more", "Choir", "Chess"}
    edits = list(book[wording.text("compare.edits_caption", lang)[:28]].iter_rows(min_row=2, values_only=True))
    assert [(row[0], *row[2:]) for row in edits] == [("closed", "open", "closed")]
    told = [row[1] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert told[0] == Teller.of(compared, sides, lang).headline(compared.pairs[0])


def test_a_result_without_a_plan_has_a_page_too(sides: tuple[Made, Made], tmp_path: Path) -> None:
    """What is not known is said so, and nothing fails for it."""
    alone = Made("alone", sides[1].result)
    made = compare([sides[0], alone])
    for path in write_comparison(made, [sides[0], alone], tmp_path):
        if path.name == "compare.en.html":
            words = Page(path.read_text(encoding="utf-8")).words
            assert "Of alone plan and scenario are not known" in words
            assert "points cannot be compared" in words
