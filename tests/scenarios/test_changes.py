"""What differs between two plans: in plain sentences of every language, and as workbooks of the same cents."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from scenarios import wording
from scenarios.changes import change_sentences, need_sentence
from scenarios.changes_book import write_change_books
from scenarios.costs import costs_of
from scenarios.costs_comparison import CostsComparison, compare_costs
from tests.builders import make_agreement, make_plan, place
from tests.scenarios.test_costs import CARETAKER, PLAN, town

LEASE = make_agreement("lease", title="Lease", organisations=("choir",), status="conditional", by_decision="board",
                       contribution=50, weight=2, spaces=("room",))  # fmt: skip
SCENARIO = town(CARETAKER, agreements=[LEASE, make_agreement("b", organisations=("club", "choir"))])


@pytest.fixture(scope="module")
def made() -> CostsComparison:
    """Return what changes where the lease falls: the club loses the room, and the choir sings later and shorter."""
    fallen = SCENARIO.with_agreements({"lease": "falls"})
    other = make_plan(place("song", start="19:00", end="20:00"), agreements={"lease": "falls"})
    first = PLAN.model_copy(update={"agreements": {"lease": "holds"}})
    return compare_costs(SCENARIO, (first, other), (costs_of(SCENARIO, first), costs_of(fallen, other)))


def test_every_change_is_a_sentence(made: CostsComparison) -> None:
    """Of 360 EUR, one hour a Monday stays, 120 EUR; the lease's weights were 3 to 1, and are even without it."""
    assert change_sentences(made, SCENARIO, "en") == [
        "The first plan rests on the agreement Lease; in the second one it falls.",
        "The agreement opens one space: Room.",
        "It brings €50 into the common pot.",
        "One organisation is its member.",
        "In the second plan 2 needs change: one session is lost; one session is in another space or at another time.",
        "There are €149 in the common pot in the first plan and €99 in the second one; it pays €22.44 and €11.22.",
        "Costs that all share are €360 in the first plan and €120 in the second one.",
        (
            "Where shared costs are split by use: 2 organisations pay less, €262.78 together."
            " The largest fall: Club (€180 before, €0 now)."
        ),
        (
            "Where they are split by membership: 2 organisations pay less, €262.78 together."
            " The largest fall: Choir (€315.56 before, €82.78 now)."
        ),
        (
            "Where they are split by added cost: 2 organisations pay less, €262.78 together."
            " The largest fall: Club (€180 before, €0 now)."
        ),
    ]
    assert [need_sentence(change, SCENARIO, "en") for change in made.needs] == [
        "Song (Choir): one session is in another space or at another time.",
        "Yoga (Club): one session is lost.",
    ]


@pytest.mark.parametrize("lang", wording.LANGUAGES)
def test_each_language_tells_the_same(made: CostsComparison, lang: str) -> None:
    """As many sentences, with the agreement and the sums in each."""
    told = change_sentences(made, SCENARIO, lang)
    assert len(told) == len(change_sentences(made, SCENARIO, "en"))
    assert "Lease" in told[0]
    assert all(wording.money(euros, lang) in told[5] for euros in (149, 99, 22.44, 11.22))


def test_nothing_changes_and_that_is_said() -> None:
    """The same plan twice."""
    costs = costs_of(SCENARIO, PLAN)
    told = change_sentences(compare_costs(SCENARIO, (PLAN, PLAN), (costs, costs)), SCENARIO, "en")
    assert told[:2] == [
        "Both plans rest on the same agreements.",
        "Every session is in the same space at the same time.",
    ]
    assert told[-1] == "Where they are split by added cost: 2 organisations pay the same."


def test_an_agreement_that_comes_to_hold_is_told_so(made: CostsComparison) -> None:
    """The other way round."""
    turned = made.model_copy(update={"agreements": made.agreements[::-1]})
    said = "The first plan is made without the agreement Lease; the second one rests on it."
    assert change_sentences(turned, SCENARIO, "en")[0] == said


@pytest.mark.parametrize("at", range(len(wording.LANGUAGES)), ids=list(wording.LANGUAGES))
def test_workbooks_hold_the_same_cents(made: CostsComparison, tmp_path: Path, at: int) -> None:
    """Sentences, counts by need, and for each payment before, now and the change, with sums."""
    told, needs, pays = load_workbook(write_change_books(made, SCENARIO, tmp_path)[at]).worksheets
    lang = [*wording.LANGUAGES][at]
    assert [row[0].value for row in told.iter_rows(min_row=2)] == change_sentences(made, SCENARIO, lang)
    assert [[cell.value for cell in row][4:] for row in needs.iter_rows(min_row=2)] == [[0, 0, 1], [1, 0, 0], [1, 0, 1]]
    rows = [[cell.value for cell in row][2:] for row in pays.iter_rows(min_row=2)]
    pairs = [pair for one in made.payments for pair in (one.own, *one.total.values())]
    cents = [[round(100 * float(str(cell))) for cell in row] for row in rows]
    assert [cent for row in cents[:-1] for cent in row] == [
        cent for before, after in pairs for cent in (before, after, after - before)
    ]
    assert cents[-1] == [sum(column) for column in zip(*cents[:-1], strict=True)]
