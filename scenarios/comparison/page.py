"""The page of a comparison: one self-contained file for each language, and a workbook beside each."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from scenarios import wording
from scenarios.comparison import pictures, tables
from scenarios.comparison.book import write_book
from scenarios.comparison.deciding import signed
from scenarios.comparison.improving import Improved
from scenarios.comparison.pairs import Pair
from scenarios.comparison.runs import Made
from scenarios.comparison.sentences import TALLIES, Teller
from scenarios.comparison.together import Comparison
from scenarios.invoices import table_name
from scenarios.pages import environment, other_languages
from scenarios.run import write_run
from scenarios.workbook import Sheet

PAGE = "compare"
"""Name of the files, before the language."""
SHOWN = 12
"""Rows of a table that stand open; the others are unfolded."""


def write_comparison(comparison: Comparison, made: Sequence[Made], folder: Path) -> list[Path]:
    """Write a page and a workbook for each language into an existing folder, and return their paths."""
    template = environment("comparison").get_template("page.html")
    written = []
    for lang in wording.LANGUAGES:
        teller = Teller.of(comparison, made, lang)
        page, book = (folder / table_name(PAGE, lang, suffix) for suffix in ("html", "xlsx"))
        page.write_text(template.render(**_content(teller, book.name)), encoding="utf-8")
        write_book(teller, book)
        written += [page, book]
    return written


def write_better(improved: Improved, folder: Path) -> dict[str, Path]:
    """Write each run that got better into a folder of its own in an existing one, and return these by side."""
    homes = {}
    for at, side in enumerate(improved.made, 1):
        if side.name in improved.runs:
            short = "".join(one for one in Path(side.name).name if one.isalnum() or one in "-_.")[:60]
            homes[side.name] = folder / f"better-{at}-{short}"
            write_run(improved.runs[side.name], homes[side.name])
    return homes


def _content(teller: Teller, book: str) -> dict[str, Any]:
    lang, first = teller.lang, next((one.scenario for one in teller.made.values() if one.scenario), None)
    return {
        "lang": lang,
        "title": first.title if first else teller.comparison.scenario,
        "book": book,
        "teller": teller,
        "comparison": teller.comparison,
        "other_languages": other_languages(PAGE, lang),
        "intervals": pictures.interval_bars(teller),
        "effects": pictures.effect_bars(teller),
        "figures": _turned(tables.figures(teller), lang),
        "rests": {side.name: [*teller.rests(side)] for side in teller.comparison.sides},
        "edits": {side.name: tables.edits(teller, side) for side in teller.comparison.sides},
        "sections": [_pair_content(teller, pair, at) for at, pair in enumerate(teller.comparison.pairs, 1)],
        "t": teller.text,
        "cell": partial(_cell, lang=lang),
        "weekday": partial(wording.weekday, lang=lang),
        "ROW": pictures.ROW,
        "TOP": pictures.TOP,
        "shown": SHOWN,
    }


def _pair_content(teller: Teller, pair: Pair, at: int) -> dict[str, Any]:
    fields = [(field, tables.tallies(teller, pair, field), tables.unchanged(pair, field)) for field in TALLIES]
    return {
        "id": f"pair-{at}",
        "pair": pair,
        "what": teller.what(teller.side(pair.other)),
        "decided": teller.decided(pair),
        "told": teller.told(pair),
        "heat": pictures.heat_of(pair, teller.lang) if pair.movement else None,
        "tallies": {field: (sheet, same) for field, sheet, same in fields},
        "rules": tables.rules(teller, pair),
        "hit": tables.sessions(teller, pair, hit=True),
        "others": tables.sessions(teller, pair, hit=False),
    }


def _turned(sheet: Sheet, lang: str) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Turn a table over: its first column becomes the headings, and each other one a row of text."""
    cells = [[_cell(value, column.kind, lang) for value in column_of] for column, column_of in _columns(sheet)]
    names = [column.heading for column in sheet.columns]
    return cells[0], list(zip(names[1:], cells[1:], strict=True))


def _columns(sheet: Sheet) -> list[tuple[Any, list[Any]]]:
    return [(column, [row[at] for row in sheet.rows]) for at, column in enumerate(sheet.columns)]


def _cell(value: Any, kind: str, lang: str, *, with_sign: bool = False) -> str:
    """Write a value of a table for people."""
    if value is None:
        return "\N{EN DASH}"
    if kind == "text":
        return str(value)
    digits = 0 if kind == "whole" or abs(value) >= 100 else 2 if abs(value) < 1 and value else 1
    return (signed if with_sign else wording.number)(value, lang, digits)
