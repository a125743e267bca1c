"""Invoice lists as workbooks: read back, they hold the cents of the costs in each language."""

from pathlib import Path
from typing import Any, cast

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from models.scenario import Scenario
from scenarios import wording
from scenarios.costs import Costs, costs_of
from scenarios.invoice_book import write_invoice_books
from tests.builders import make_agreement, make_need, make_organisation, make_plan, make_policy, make_scenario, place
from tests.scenarios.test_costs import ALARM, CARETAKER, HEAT, PLAN, town

DEALS = (
    make_agreement(title="=Rooms", status="conditional", by_decision="board", weight=2),
    make_agreement("b", organisations=("choir",)),
)


def books(scenario: Scenario, costs: Costs, folder: Path) -> list[list[Worksheet]]:
    """Return the sheets of each language as they are read back."""
    paths = write_invoice_books(costs, scenario, "shapley", folder)
    return [cast("list[Worksheet]", load_workbook(path).worksheets) for path in paths]


def rows(page: Worksheet) -> list[dict[str, Any]]:
    """Return rows by heading, the row of sums among them."""
    headings, *lines = page.iter_rows(values_only=True)
    return [dict(zip(map(str, headings), line, strict=True)) for line in lines]


def cents(euros: object) -> int:
    """Return a money cell in cents; that it is a number of whole cents is checked."""
    assert isinstance(euros, int | float)
    assert abs(100 * euros - round(100 * euros)) < 1e-6
    return round(100 * euros)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Costs, list[list[Worksheet]]]:
    """Return the costs of a town and its books, Finnish, Swedish and English."""
    scenario = town(CARETAKER, HEAT, ALARM, agreements=DEALS)
    costs = costs_of(scenario, PLAN, seed=7)
    return costs, books(scenario, costs, tmp_path_factory.mktemp("books"))


@pytest.mark.parametrize("at", range(len(wording.LANGUAGES)), ids=list(wording.LANGUAGES))
def test_sums_are_the_cents_of_the_costs(made: tuple[Costs, list[list[Worksheet]]], at: int) -> None:
    """Of lines, of each organisation under each split, and of what is shared; sums stand in the last rows."""
    costs, (lines, totals, shared, _) = made[0], made[1][at]
    price, subsidy, own = ([row[at].value for row in lines.iter_rows(min_row=2)] for at in (9, 10, 11))
    assert [cents(value or 0) for value in price] == [0, 6800, 6800]
    assert [cents(value) for value in subsidy] == [0, 2244, costs.pot_used]
    assert [cents(value) for value in own] == [0, 4556, costs.own]
    body = [[cell.value for cell in row][2:] for row in totals.iter_rows(min_row=2)]
    for column, name in enumerate(costs.splits):
        share, due = ([cents(row[3 + 2 * column + k]) for row in body] for k in (0, 1))
        assert share == [*(bill.shared[name] for bill in costs.bills), costs.shared_cents]
        assert due == [*(bill.due(name) for bill in costs.bills), costs.own + costs.shared_cents]
    sums = [cents(row[-1].value) for row in shared.iter_rows(min_row=2)]
    assert sums == [*(item.cents for item in costs.shared), costs.shared_cents]


def test_headings_are_in_the_language(made: tuple[Costs, list[list[Worksheet]]]) -> None:
    """So are weekdays and sheets."""
    fi, sv, en = made[1]
    assert [page.title for page in en] == ["Invoice lines", "By organisation", "Shared costs", "What this rests on"]
    assert [page.title for page in (fi[0], sv[0])] == ["Laskurivit", "Fakturarader"]
    line = rows(en[0])[1]
    assert (line["Organisation"], line["Need"], line["Space"], line["Time"]) == ("Choir", "song", "Hall", "18:00-20:00")
    assert (line["Hours"], line["Dates"]) == (8, "2026-08-31 2026-09-07 2026-09-14 2026-09-21")
    days = [
        rows(book[0])[1][name] for book, name in zip((fi, sv, en), ("Viikonpäivä", "Veckodag", "Weekday"), strict=True)
    ]
    assert days == ["ma", "må", "Mon"]


def test_the_book_says_what_it_rests_on(made: tuple[Costs, list[list[Worksheet]]]) -> None:
    """Data, agreements, the pot, the split and the seed; a title that looks like a formula is text."""
    told = [(row[0].value, row[1].value) for row in made[1][2][3].iter_rows(min_row=2)]
    assert told[1:] == [
        ("Hash of the data", made[0].scenario_hash),
        ("Agreement", "The plan rests on the agreement =Rooms coming into force."),
        ("Common pot", "The common pot pays €22.44; there are €99 in it."),
        ("Prices", "The price of one session is not known; nothing is asked for it."),
        ("In the invoice list", "Shared by added cost"),
        ("Seed of the draw", "7"),
        ("Accuracy", "Every share by added cost is exact."),
    ]


def test_shares_that_were_drawn_have_their_error(tmp_path: Path) -> None:
    """Beside each organisation; errors are not summed."""
    names = [f"o{n:02d}" for n in range(14)]
    scenario = make_scenario(
        *(make_need(name, organisation=name) for name in names),
        organisations=[make_organisation(name) for name in names],
        policy=make_policy(shared_costs=(CARETAKER,)),
    )
    hours = [(f"{8 + n:02d}:00", f"{9 + n:02d}:00") for n in range(14)]
    plan = make_plan(*(place(name, "hall", *times) for name, times in zip(names, hours, strict=True)))
    costs = costs_of(scenario, plan)
    _, totals, _, rests = books(scenario, costs, tmp_path)[-1]
    errors = [row["Standard error of added cost"] for row in rows(totals)]
    assert errors == [*(pytest.approx(bill.error / 100) for bill in costs.bills), None]
    assert "largest standard error" in str(rests.cell(rests.max_row, 2).value)
