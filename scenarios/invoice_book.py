"""Invoice lists as workbooks: lines, sums under each split, what is shared, and what all of it rests on."""

from collections.abc import Iterator
from pathlib import Path

from models.base import wall_clock
from models.scenario import Scenario
from scenarios import wording
from scenarios.costs import Bill, BillLine, Costs, Split
from scenarios.invoices import table_name
from scenarios.workbook import Column, Kind, Sheet, Value, write_workbook

LINES: dict[str, Kind] = {
    "organisation": "text",
    "name": "text",
    "need": "text",
    "what": "text",
    "space": "text",
    "weekday": "text",
    "time": "text",
    "hours": "number",
    "dates": "text",
    "price": "money",
    "subsidy": "money",
    "own": "money",
}
"""Columns of the sheet of lines, and what each holds."""
SHARED: dict[str, Kind] = {
    "what": "text",
    "site": "text",
    "per": "text",
    "units": "whole",
    "unit": "money",
    "sum": "money",
}
"""The same of shared costs."""


def write_invoice_books(costs: Costs, scenario: Scenario, split: Split, folder: Path) -> list[Path]:
    """Write a workbook for each language into an existing folder; its sums are the cents of the costs."""
    written = []
    for lang in wording.LANGUAGES:
        path = folder / table_name("invoices", lang, "xlsx")
        write_workbook(sheets(costs, scenario, split, lang), path)
        written.append(path)
    return written


def sheets(costs: Costs, scenario: Scenario, split: Split, lang: str) -> list[Sheet]:
    """Return the tables of a workbook; ``split`` is the one that the invoice list beside it has."""
    return [
        _lines(costs, scenario, lang),
        _totals(costs, lang),
        _shared(costs, scenario, lang),
        Sheet(
            wording.text("book.rests", lang),
            (Column(wording.text("book.about", lang)), Column(wording.text("book.value", lang))),
            [(wording.text(f"book.{name}", lang), told) for name, told in _rests(costs, scenario, split, lang)],
        ),
    ]


def _columns(kinds: dict[str, Kind], lang: str) -> tuple[Column, ...]:
    return tuple(Column(wording.text(f"invoice.{name}", lang), kind) for name, kind in kinds.items())


def _total(kinds: dict[str, Kind], lang: str, sums: dict[str, int]) -> list[Value]:
    """Return a row of sums: its name in the first column, and each sum in its own."""
    return [wording.text("invoice.total", lang), *(sums.get(name) for name in [*kinds][1:])]


def _lines(costs: Costs, scenario: Scenario, lang: str) -> Sheet:
    rows = [_line(bill, line, scenario, lang) for bill in costs.bills for line in bill.lines]
    sums = {"price": costs.price, "subsidy": costs.pot_used, "own": costs.own}
    return Sheet(wording.text("book.lines", lang), _columns(LINES, lang), rows, _total(LINES, lang, sums))


def _line(bill: Bill, line: BillLine, scenario: Scenario, lang: str) -> list[Value]:
    weekdays = dict.fromkeys(day.weekday() for day in line.dates)
    return [
        bill.organisation,
        bill.name,
        line.need,
        line.title,
        scenario.space_by_id[line.space].name,
        " ".join(wording.weekday_short(day, lang) for day in sorted(weekdays)),
        f"{wall_clock(line.start)}-{wall_clock(line.end)}",
        line.minutes / 60,
        " ".join(day.isoformat() for day in line.dates),
        line.price,
        line.subsidy,
        line.to_pay,
    ]


def _totals(costs: Costs, lang: str) -> Sheet:
    """Return what each has to pay under every split, and how sure a share is where it was drawn."""
    kinds: dict[str, Kind] = {"organisation": "text", "name": "text", "price": "money", "subsidy": "money"}
    kinds["own"] = "money"
    for split in costs.splits:
        kinds |= {split: "money", f"due_{split}": "money"}
    if costs.error:
        kinds["error"] = "money"
    rows: list[list[Value]] = [[bill.organisation, bill.name, *_sums(bill, costs).values()] for bill in costs.bills]
    sums: dict[str, int] = {}
    for bill in costs.bills:
        for name, cents in _sums(bill, costs).items():
            sums[name] = sums.get(name, 0) + round(cents)
    sums.pop("error", None)  # errors do not add up
    return Sheet(wording.text("book.totals", lang), _columns(kinds, lang), rows, _total(kinds, lang, sums))


def _sums(bill: Bill, costs: Costs) -> dict[str, float]:
    """Return the cents of a bill by column."""
    sums: dict[str, float] = {"price": bill.price, "subsidy": bill.subsidy, "own": bill.own}
    for split in costs.splits:
        sums |= {split: bill.shared[split], f"due_{split}": bill.due(split)}
    return sums | {"error": bill.error} if costs.error else sums


def _shared(costs: Costs, scenario: Scenario, lang: str) -> Sheet:
    rows: list[list[Value]] = [
        [
            item.title,
            scenario.site_by_id[item.site].name,
            wording.text(f"invoice.per_{item.per}", lang),
            item.units,
            item.unit,
            item.cents,
        ]
        for item in costs.shared
    ]
    total = _total(SHARED, lang, {"sum": costs.shared_cents})
    return Sheet(wording.text("book.shared", lang), _columns(SHARED, lang), rows, total)


def _rests(costs: Costs, scenario: Scenario, split: Split, lang: str) -> Iterator[tuple[str, str]]:
    """Yield what the costs were reckoned from, by the name of its text."""
    yield "scenario", f"{scenario.title} ({costs.scenario})"
    yield "hash", costs.scenario_hash
    for name, switch in costs.agreements.items():
        title = scenario.agreement_by_id[name].title
        yield "agreement", wording.text(f"costs.{switch}", lang, title=title)
    if costs.pot is not None:
        used, pot = (wording.money(cents / 100, lang) for cents in (costs.pot_used, costs.pot))
        yield "pot", wording.text("costs.pot", lang, used=used, pot=pot)
    if costs.unknown:
        yield "prices", wording.text("costs.unknown", lang, n=costs.unknown)
    yield "split", wording.text(f"invoice.{split}", lang)
    yield "seed", str(costs.seed)
    if costs.error:
        yield "error", wording.text("book.sampled", lang, error=wording.money(costs.error / 100, lang))
    else:
        yield "error", wording.text("book.exact", lang)
