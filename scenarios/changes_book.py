"""What differs between two plans as workbooks: in sentences, by need, and what each pays before and after."""

from collections.abc import Iterator
from pathlib import Path

from models.scenario import Scenario
from scenarios import wording
from scenarios.changes import KINDS, change_sentences
from scenarios.costs_comparison import CostsComparison, Payment
from scenarios.invoices import table_name
from scenarios.workbook import Column, Sheet, Value, write_workbook


def write_change_books(made: CostsComparison, scenario: Scenario, folder: Path) -> list[Path]:
    """Write a workbook for each language into an existing folder."""
    written = []
    for lang in wording.LANGUAGES:
        path = folder / table_name("changes", lang, "xlsx")
        write_workbook((_told(made, scenario, lang), _needs(made, scenario, lang), _pays(made, lang)), path)
        written.append(path)
    return written


def _told(made: CostsComparison, scenario: Scenario, lang: str) -> Sheet:
    title = wording.text("differ.sheet_told", lang)
    return Sheet(title, (Column(title),), [(one,) for one in change_sentences(made, scenario, lang)])


def _needs(made: CostsComparison, scenario: Scenario, lang: str) -> Sheet:
    """Return the sessions of each need that are lost, won or moved, and their sums."""
    texts = (wording.text(f"invoice.{name}", lang) for name in ("organisation", "name", "need", "what"))
    counts = (Column(wording.text(f"differ.count_{kind}", lang), "whole") for kind in KINDS)
    rows: list[tuple[Value, ...]] = [
        (
            change.organisation,
            scenario.organisation_by_id[change.organisation].name,
            change.need,
            scenario.need_by_id[change.need].title,
            *(getattr(change, kind) for kind in KINDS),
        )
        for change in made.needs
    ]
    sums = (sum(getattr(change, kind) for change in made.needs) for kind in KINDS)
    total = (wording.text("invoice.total", lang), None, None, None, *sums)
    return Sheet(wording.text("differ.sheet_needs", lang), (*map(Column, texts), *counts), rows, total)


def _pays(made: CostsComparison, lang: str) -> Sheet:
    """Return what each organisation pays of prices, and with its share by each split: before, now, and the change."""
    names = [wording.text("differ.prices", lang), *(wording.text(f"invoice.due_{name}", lang) for name in made.splits)]
    columns = [Column(wording.text(f"invoice.{name}", lang)) for name in ("organisation", "name")]
    columns += [
        Column(wording.text(f"differ.{when}", lang, what=name), "money")
        for name in names
        for when in ("before", "after", "by")
    ]
    rows: list[tuple[Value, ...]] = [(one.organisation, one.name, *_cents(one)) for one in made.payments]
    sums = (sum(cents) for cents in zip(*map(_cents, made.payments), strict=True))
    total = (wording.text("invoice.total", lang), None, *sums) if rows else None
    return Sheet(wording.text("differ.sheet_pays", lang), tuple(columns), rows, total)


def _cents(one: Payment) -> list[int]:
    return [cents for pair in (one.own, *one.total.values()) for cents in _triple(*pair)]


def _triple(before: int, after: int) -> Iterator[int]:
    yield from (before, after, after - before)
