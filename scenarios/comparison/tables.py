"""The tables of a comparison, for the page and for the workbook: what stands in each row, in one language."""

from collections.abc import Iterator
from typing import Any

from models.overlay import Edit
from models.scenario import Scenario
from scenarios.comparison.changes import NeedChange
from scenarios.comparison.pairs import Pair
from scenarios.comparison.sentences import Teller
from scenarios.comparison.sides import Side
from scenarios.comparison.tallies import GroupTally
from scenarios.layout import RECORDS
from scenarios.wording import percent, place_name, rule_text, weekday
from scenarios.wording.language import TEXTS
from scenarios.workbook import Column, Sheet, Value

NAMED_RECORDS = tuple(part for part in RECORDS if f"record.{part}" in TEXTS.texts)
"""Kinds of records that have a name in each language."""
COUNTS = ("requested", "placed", "partly", "unplaced")
FAIR = {"asked": "asked", "sessions": "placed", "without": "without"}


def figures(teller: Teller) -> Sheet:
    """Give each side a row of its figures."""
    names = ("name", "status", "objective", "bound", "gap", *COUNTS, *FAIR, "least", "gini", "violations", "overridden")
    kinds: dict[str, Any] = {"name": "text", "status": "text", "gap": "text", "least": "text", "gini": "number"}
    columns = tuple(Column(teller.text(f"figure.{name}"), kinds.get(name, "whole")) for name in names)
    return Sheet(teller.text("section.figures"), columns, [_figures(teller, one) for one in teller.comparison.sides])


def _figures(teller: Teller, side: Side) -> tuple[Value, ...]:
    fair = side.fairness
    return (
        side.name,
        teller.text(f"status.{side.status.value}"),
        side.objective,
        side.bound,
        None if side.gap is None else percent(side.gap, teller.lang, 2),
        *(getattr(side.needs, name) for name in COUNTS),
        *(getattr(fair, name) if fair else None for name in FAIR.values()),
        percent(fair.least, teller.lang) if fair else None,
        fair.gini if fair else None,
        sum(side.violations.values()),
        sum(side.overridden.values()),
    )


def rules(teller: Teller, pair: Pair) -> Sheet:
    """Give each soft rule a row: points, and its measure with the unit."""
    headings = [("score.rule", "text"), ("compare.measure", "text")]
    columns = [Column(teller.text(key), kind) for key, kind in headings]  # type: ignore[arg-type]
    columns += _before_after(teller, "compare.measure", "number") + _before_after(teller, "figure.objective", "whole")
    rows = [
        (
            rule_text(one.rule, teller.lang),
            teller.text(f"unit.{one.rule}"),
            *_triple(*one.measure),
            *_triple(*one.points),
        )
        for one in pair.rules
    ]
    return Sheet(teller.text("compare.rules_title"), tuple(columns), rows)


def tallies(teller: Teller, pair: Pair, field: str) -> Sheet:
    """Give each organisation, site or group whose hours change a row: sessions, hours of the season, what moved."""
    entries = getattr(pair.movement, field) if pair.movement else ()
    columns = [
        Column(teller.text(f"tally.{field}")),
        *_before_after(teller, "compare.sessions", "whole"),
        *_before_after(teller, "compare.hours", "number"),
    ]
    with_shifts = field != "sites"
    if with_shifts:
        columns += [Column(teller.text(f"count.{kind}"), "whole") for kind in ("moved", "won", "lost")]
    rows = [
        (
            teller.name(pair, field, one.key),
            *_triple(*one.sessions),
            *_triple(one.minutes[0] / 60, one.minutes[1] / 60),
            *((one.moved, one.won, one.lost) if isinstance(one, GroupTally) else ()),
        )
        for one in entries
        if one.gain
    ]
    return Sheet(teller.text(f"tally.{field}"), tuple(columns), rows)


def unchanged(pair: Pair, field: str) -> int:
    """Count those of a field of the movement that have as many hours as before."""
    entries = getattr(pair.movement, field) if pair.movement else ()
    return sum(not one.gain for one in entries)


def hours(teller: Teller, pair: Pair) -> Sheet:
    """Give each hour of the week in use a row: hours of the season, of all spaces together."""
    columns = (
        Column(teller.text("use.weekday")),
        Column(teller.text("compare.hour"), "whole"),
        *_before_after(teller, "compare.hours", "number"),
    )
    rows = [
        (weekday(one.weekday, teller.lang), one.hour, *_triple(one.minutes[0] / 60, one.minutes[1] / 60))
        for one in (pair.movement.hours if pair.movement else ())
    ]
    return Sheet(teller.text("tally.hours"), columns, rows)


def sessions(teller: Teller, pair: Pair, *, hit: bool | None = None) -> Sheet:
    """Give each session that differs a row; where asked, only those that cannot be as they were, or the others."""
    keys = ("need", "organisation", "old", "new", "differs", "hours_more")
    kinds: dict[str, Any] = {"hours_more": "number"}
    columns = tuple(Column(teller.text(f"compare.{key}"), kinds.get(key, "text")) for key in keys)
    needs = pair.movement.needs if pair.movement else ()
    rows = [row for one in needs for row in _session_rows(teller, pair, one, hit)]
    return Sheet(teller.text("compare.needs_title"), columns, rows)


def _session_rows(teller: Teller, pair: Pair, need: NeedChange, hit: bool | None) -> Iterator[tuple[Value, ...]]:
    who = teller.name(pair, "organisations", need.organisation)
    for one in need.sessions:
        if hit not in (None, one.hit):
            continue
        minutes = [end.season_minutes if end else 0 for end in (one.before, one.after)]
        kind = "compare.is_won" if one.before is None else "compare.is_lost" if one.after is None else None
        yield (
            need.title,
            who,
            teller.session(pair.base, one.before) if one.before else None,
            teller.session(pair.other, one.after) if one.after else None,
            teller.dimensions(one) if kind is None else teller.text(kind),
            (minutes[1] - minutes[0]) / 60,
        )


def edits(teller: Teller, side: Side) -> Sheet:
    """Give each value that a side's what-ifs changed a row."""
    columns = tuple(Column(teller.text(f"compare.{key}")) for key in ("edit", "old", "new"))
    scenario = teller.made[side.name].scenario
    rows = [(edit_name(one, scenario, teller), *map(_written, (one.old, one.new))) for one in side.edits]
    return Sheet(teller.text("compare.edits_caption"), columns, rows)


def edit_name(edit: Edit, scenario: Scenario | None, teller: Teller) -> str:
    """Say what a path speaks of: the kind of record, the name of the one where it has one, and the field."""
    part, _, rest = edit.path.partition("/")
    if part not in RECORDS:
        kind = teller.text("compare.criteria") if part == "policy" else part
        return f"{kind}: {rest}" if rest else kind
    record, _, field = rest.partition("/")
    kind = teller.text(f"record.{part}") if part in NAMED_RECORDS else part
    name = _record_name(part, edit.about or record, scenario)
    return f"{kind}: {' / '.join(filter(None, (name, field)))}"


def _record_name(part: str, key: str, scenario: Scenario | None) -> str:
    """Return the name of a record, or of the place that hours are of."""
    if scenario is None:
        return key
    if part in ("spaces", "availability", "exceptions") and key in scenario.space_by_id:
        return place_name(scenario, key)
    known: dict[str, Any] = {**scenario.site_by_id, **scenario.organisation_by_id}
    if part == "needs" and key in scenario.need_by_id:
        return scenario.need_by_id[key].title
    return known[key].name if key in known else key


def _written(value: Any) -> str:
    """Write a value of a scenario file in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_written(one)}" for key, one in value.items() if one not in (None, [], {}))
    if isinstance(value, list):
        return "; ".join(map(_written, value))
    return "\N{EN DASH}" if value is None else str(value)


def _before_after(teller: Teller, key: str, kind: Any) -> list[Column]:
    what = teller.text(key)
    return [Column(f"{what}: {teller.text(f'compare.{name}').lower()}", kind) for name in ("old", "new", "change")]


def _triple(before: float, after: float) -> tuple[float, float, float]:
    return before, after, after - before
