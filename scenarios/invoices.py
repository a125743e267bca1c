"""Invoice lists: for each organisation its placements, its shares of shared costs and the sum, as tables."""

import csv
from collections.abc import Iterator
from pathlib import Path

from models.base import wall_clock
from models.scenario import Scenario
from scenarios import wording
from scenarios.costs import Bill, BillLine, Costs, Split

COLUMNS = ("organisation", "name", "what", "space", "dates", "time", "hours", "price", "subsidy", "to_pay")


def table_name(name: str, lang: str, kind: str) -> str:
    """Return the name of a file of a kind in a language; the main one has no code."""
    return f"{name}.{kind}" if lang == next(iter(wording.LANGUAGES)) else f"{name}.{lang}.{kind}"


def write_invoices(costs: Costs, scenario: Scenario, split: Split, folder: Path) -> list[Path]:
    """Write a table for each language into an existing folder; what is to pay sums to the cent."""
    written = []
    for lang in wording.LANGUAGES:
        path = folder / table_name("invoices", lang, "csv")
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(wording.text(f"invoice.{name}", lang) for name in COLUMNS)
            for bill in costs.bills:
                writer.writerows(_rows(bill, scenario, split, lang))
        written.append(path)
    return written


def euros(cents: int | None) -> str:
    """Write cents as euros with a point, as spreadsheets read them; nothing where they are not known."""
    return "" if cents is None else f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _rows(bill: Bill, scenario: Scenario, split: Split, lang: str) -> Iterator[tuple[str, ...]]:
    who = bill.organisation, bill.name
    for line in bill.lines:
        yield (*who, *_line(line, scenario))
    share = bill.shared.get(split, 0)
    yield (*who, wording.text(f"invoice.{split}", lang), "", "", "", "", euros(share), euros(0), euros(share))
    total = bill.price + share, bill.subsidy, bill.own + share
    yield (*who, wording.text("invoice.total", lang), "", "", "", "", *map(euros, total))


def _line(line: BillLine, scenario: Scenario) -> tuple[str, ...]:
    space = scenario.space_by_id[line.space]
    days = " ".join(day.isoformat() for day in line.dates)
    time = f"{wall_clock(line.start)}-{wall_clock(line.end)}"
    hours = f"{line.minutes / 60:.2f}"
    return line.title, space.name, days, time, hours, euros(line.price), euros(line.subsidy), euros(line.to_pay)
