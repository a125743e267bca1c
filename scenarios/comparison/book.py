"""A comparison as a workbook: its sentences and tables, each kind on a sheet of its own."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scenarios.comparison import tables
from scenarios.comparison.pairs import Pair
from scenarios.comparison.sentences import TALLIES, Teller
from scenarios.workbook import Column, Sheet, write_workbook


def write_book(teller: Teller, path: Path) -> None:
    """Write the workbook of a comparison in one language."""
    write_workbook(sheets(teller), path)


def sheets(teller: Teller) -> list[Sheet]:
    """Return every table; rows of several pairs stand below each other, each with the name of its side."""
    pairs = teller.comparison.pairs
    by_pair: list[Callable[[Pair], Sheet]] = [
        lambda pair: tables.rules(teller, pair),
        *(_tallies(teller, field) for field in TALLIES),
        lambda pair: tables.hours(teller, pair),
        lambda pair: tables.sessions(teller, pair),
    ]
    edits = [(side.name, tables.edits(teller, side)) for side in teller.comparison.sides]
    return [
        _told(teller),
        tables.figures(teller),
        *(_joined(teller, [(pair.other, table(pair)) for pair in pairs]) for table in by_pair),
        _joined(teller, edits),
    ]


def _tallies(teller: Teller, field: str) -> Callable[[Pair], Sheet]:
    return lambda pair: tables.tallies(teller, pair, field)


def _told(teller: Teller) -> Sheet:
    columns = (Column(teller.text("compare.alternative")), Column(teller.text("section.decided")))
    return Sheet(teller.text("section.decided"), columns, list(_sentences(teller)))


def _sentences(teller: Teller) -> Iterator[tuple[str, str]]:
    for pair in teller.comparison.pairs:
        yield from ((pair.other, sentence) for sentence in (*teller.decided(pair), *teller.told(pair)))
    yield from (("", sentence) for sentence in teller.offered())


def _joined(teller: Teller, parts: Sequence[tuple[str, Sheet]]) -> Sheet:
    """Put tables of one kind below each other, with the side in front."""
    first = parts[0][1]
    rows = [(name, *row) for name, sheet in parts for row in sheet.rows]
    return Sheet(first.title, (Column(teller.text("compare.alternative")), *first.columns), rows)
