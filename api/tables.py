"""Tables of text for people: one column for each thing compared."""

from collections.abc import Iterator, Sequence

from api.text import counted
from models.base import WEEKDAYS
from models.rules import RULE_BY_ID
from models.scenario import Scenario
from scenarios.centre import CentrePlan, CentreTable
from scenarios.centre_rows import rows_of
from scenarios.changes import change_sentences, need_sentence
from scenarios.comparison import Comparison, Side
from scenarios.costs import Costs
from scenarios.costs_comparison import CostsComparison
from scenarios.invoices import euros
from scenarios.stability import Stability
from scenarios.study.marginal import Extra, MarginalValues
from scenarios.study.outcome import CaseOutcome, StudyOutcome
from scenarios.wording import label, number, percent, text

LISTED = 20
"""Needs that hang on chance, or placements, that are listed for people; the rest is counted."""

Row = tuple[str, list[str]]
"""A name and what each side has for it."""


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """Set the sides in columns, a line for each figure; rules that no side knows anything of are left out."""
    sides = comparison.sides
    rows: list[Row] = [("", [side.name for side in sides]), ("status", [side.status.value for side in sides])]
    rows += [(f"agreement {name}", [side.agreements.get(name, "-") for side in sides]) for name in _conditions(sides)]
    rows += [(name, [_figure(getattr(side, name)) for side in sides]) for name in ("objective", "bound")]
    rows.append(("gap", ["-" if side.gap is None else percent(side.gap, "en", 2) for side in sides]))
    counts = ("requested", "placed", "partly", "unplaced")
    rows += [(f"needs {name}", [_figure(getattr(side.needs, name)) for side in sides]) for name in counts]
    rows += [*_fairness_rows(sides), *_broken_rows(sides), *_score_rows(sides)]
    first = max(len(name) for name, _ in rows)
    widths = [max(len(cells[idx]) for _, cells in rows) for idx in range(len(sides))]
    for name, cells in rows:
        columns = "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        yield f"{name:<{first}}  {columns}".rstrip()


def _conditions(sides: Sequence[Side]) -> list[str]:
    """Return the agreements that any side rests on or is made without."""
    return sorted({name for side in sides for name in side.agreements})


def _figure(value: float | None, digits: int = 0) -> str:
    return "-" if value is None else number(value, "en", digits)


def _fairness_rows(sides: Sequence[Side]) -> Iterator[Row]:
    fields = {
        "sessions asked": ("asked", 0),
        "sessions placed": ("placed", 0),
        "organisations without any": ("without", 0),
        "lowest share": ("least", 2),
        "Gini": ("gini", 3),
        "Jain": ("jain", 3),
    }
    for name, (field, digits) in fields.items():
        yield name, [_figure(getattr(side.fairness, field) if side.fairness else None, digits) for side in sides]


def _broken_rows(sides: Sequence[Side]) -> Iterator[Row]:
    """Count violations, then overridden ones, each with the rules behind the sum."""
    for name in ("violations", "overridden"):
        by_rule: list[dict[str, int]] = [getattr(side, name) for side in sides]
        yield name, [_figure(sum(one.values())) for one in by_rule]
        for rule in by_rule[0]:
            if any(one[rule] for one in by_rule):
                yield f"  {rule}", [_figure(one[rule]) for one in by_rule]


def _score_rows(sides: Sequence[Side]) -> Iterator[Row]:
    """Give points and, in brackets, the measure of each soft rule that any side earned or lost by."""
    yield "points (and measure)", ["" for _ in sides]
    for rule in sides[0].score:
        if any(side.score[rule] or side.measures[rule] for side in sides):
            cells = [f"{_figure(side.score[rule])} ({_figure(side.measures[rule], 1)})" for side in sides]
            yield f"  {rule}, {RULE_BY_ID[rule].unit}", cells


def stability_lines(stability: Stability, scenario: Scenario) -> Iterator[str]:
    """Say which plans count, then what is the same in all of them and what hangs on chance."""
    plans = stability.plans
    allowed = percent(stability.allowed_gap, "en", 2)
    near = f"within {allowed} of {'the bounds of all levels' if stability.by_level else 'the best bound'}"
    measured = "at its widest level" if stability.by_level else "to the best bound"
    yield f"{counted(len(stability.runs), 'plan')} made, {plans} {near}"
    for run in stability.runs:
        gap = "no gap" if run.gap is None else f"gap {percent(run.gap, 'en', 2)}"
        left_out = "" if run.kept else "; left out"
        yield f"  seed {run.seed}: objective {_figure(run.objective)}, {gap} {measured}{left_out}"
    if not plans:
        return
    yield f"{counted(len(stability.needs), 'need')}: {stability.same_outcome} have one outcome in all {plans} plans"
    if stability.by_chance:
        yield f"hanging on chance, the most uncertain first: {counted(len(stability.by_chance), 'need')}"
    yield from _chance_lines(stability, scenario)
    placements = stability.placements
    shares = sum(one.same for one in placements) / max(1, plans * len(placements))
    yield (
        f"{counted(len(placements), 'placement')} in the first plan: {stability.same_placements} have the same space,"
        f" weekday and time in all plans; on average one is in {percent(shares, 'en')} of the plans"
    )


def _chance_lines(stability: Stability, scenario: Scenario) -> Iterator[str]:
    outcomes = {one.need: one for one in stability.needs}
    for need in stability.by_chance[:LISTED]:
        one = outcomes[need]
        yield (
            f"  {need} ({scenario.need_by_id[need].title}): placed in {one.placed} of {stability.plans} plans,"
            f" partly in {one.partly}, unplaced in {one.unplaced}"
        )
    more = len(stability.by_chance) - LISTED
    if more > 0:
        yield f"  and {more} more, which --json lists"


def costs_lines(costs: Costs) -> Iterator[str]:
    """Give a line for each organisation: prices, the pot's part, what is left, and its share by each split."""
    for name, switch in costs.agreements.items():
        yield f"rests on: agreement {name} {switch}"
    if costs.pot is not None:
        yield f"the pot pays {euros(costs.pot_used)} of {euros(costs.pot)} EUR"
    for one in costs.shared_sums:
        sites = counted(one.sites, "site")
        yield f"shared: {one.title}, {sites}: {one.units} x {euros(one.unit)} = {euros(one.cents)} EUR"
    yield from _costs_table(costs)
    if costs.unknown:
        yield f"{counted(costs.unknown, 'placement')} in rooms whose price is not known: nothing is asked for them"


def _costs_table(costs: Costs) -> Iterator[str]:
    names = [f"by {name}" for name in costs.splits]
    rows = [["organisation", "price", "pot", "own", *names, "error"]]
    for bill in costs.bills:
        shares = [euros(bill.shared[name]) for name in costs.splits]
        own = [euros(cents) for cents in (bill.price, bill.subsidy, bill.own)]
        rows.append([bill.organisation, *own, *shares, f"{bill.error / 100:.2f}" if bill.error else ""])
    sums = [costs.price, costs.pot_used, costs.own]
    sums += [sum(bill.shared[name] for bill in costs.bills) for name in costs.splits]
    yield from aligned([*rows, ["sum", *map(euros, sums), ""]])


def costs_comparison_lines(made: CostsComparison, scenario: Scenario, lang: str) -> Iterator[str]:
    """Say how the second plan differs, whose sessions change, and what each pays before, after and more."""
    yield from change_sentences(made, scenario, lang)
    for change in made.needs:
        yield f"  {need_sentence(change, scenario, lang)}"
    changed = [one for one in made.payments if not one.same]
    if changed:
        dues = [text(f"invoice.due_{split}", lang) for split in made.splits]
        rows = [[text("differ.who", lang), text("differ.prices", lang), *dues]]
        rows += [[one.organisation, *map(_from_to, (one.own, *one.total.values()))] for one in changed]
        yield from aligned(rows)


def _from_to(cents: tuple[int, int]) -> str:
    before, after = cents
    more = f" ({'+' if after > before else ''}{euros(after - before)})" if after != before else ""
    return f"{euros(before)} -> {euros(after)}{more}"


def centre_lines(table: CentreTable) -> Iterator[str]:
    """Set choices of an activity centre side by side, then tell what opened rooms are used for."""
    yield from _option_lines(table)
    for number_of, plan in enumerate(table.plans, 1):
        chosen = ", the solver's own choice" if plan.by_solver else ""
        yield f"plan {number_of}: {table.title(plan) or 'nothing'}{chosen}"
    columns = [f"plan {number_of}" for number_of in range(1, len(table.plans) + 1)]
    figures = ([row.title, *(_figure(one, row.digits) for one in row.figures)] for row in rows_of(table))
    yield from aligned([["", *columns], *figures])
    for title, plan in zip(columns, table.plans, strict=True):
        yield from _room_lines(title, plan)
    for one in table.unplanned:
        yield f"not planned: {', '.join(one.opened) or 'nothing'}, at most {number(one.bound, 'en')} points"


def _option_lines(table: CentreTable) -> Iterator[str]:
    """Give a line for each option: what it costs and whom it reaches."""
    rows = [["option", "rooms", "EUR to open", "EUR to run", f"members within {table.minutes} minutes"]]
    for one in table.options:
        reached = f"{number(one.catchment.members, 'en')} of {number(one.catchment.of_members, 'en')}"
        costs = (number(euros, "en") for euros in (one.opening_cost, one.running_cost))
        rows.append([f"{one.id} ({one.name})", str(one.rooms), *costs, reached])
    yield from aligned(rows)


def study_lines(outcome: StudyOutcome) -> Iterator[str]:
    """Give a line for each case, those on the front first, then what one more hour, room or euro is worth."""
    done = sum(case.state == "done" for case in outcome.cases)
    yield f"{outcome.study}: {done} of {counted(len(outcome.cases), 'case')} done"
    places = ["front", "undecided", "beaten", None]
    cases = sorted(outcome.cases, key=lambda case: places.index(case.place))
    head = ["case", "place", *outcome.front, "sessions", "points", "gap", "beaten by"]
    yield from aligned([head, *(_case_row(outcome, case) for case in cases)])
    same = [name for name in outcome.front if name not in outcome.varying()]
    if done > 1 and same:
        yield f"the same in all cases: {', '.join(same)}"
    for case in cases:
        if case.state in ("failed", "no_plan"):
            yield f"{case.id}: {case.reason or 'no plan was found'}"
    if outcome.marginal is not None:
        yield from _marginal_lines(outcome.marginal)


def _case_row(outcome: StudyOutcome, case: CaseOutcome) -> list[str]:
    one = case.measures
    if one is None:
        return [case.id, case.state, *([""] * (len(outcome.front) + 4))]
    digits = {"utilisation": 4, "fairness": 4}
    figures = [_figure(getattr(one, name), digits.get(name, 0)) for name in outcome.front]
    gap = "-" if case.gap is None else percent(case.gap, "en", 2)
    points = f"{_figure(case.objective)} to {_figure(case.bound)}"
    return [case.id, case.place or "", *figures, _figure(one.sessions), points, gap, case.beaten_by or ""]


def _marginal_lines(made: MarginalValues) -> Iterator[str]:
    yield f"one more of something, against {_figure(made.objective)} points, {_figure(made.bound)} at most:"
    rows = [["what", "by prices (estimate)", "proven at least", "at most", "plan found"]]
    for one in made.extras:
        cells = [_figure(value) for value in (one.estimate, one.least, one.most, one.found)]
        rows.append([extra_text(one), *cells])
    yield from aligned(rows)


def extra_text(one: Extra) -> str:
    """Name what there is more of."""
    if one.kind == "hours":
        return f"{one.space} {WEEKDAYS[one.weekday or 0]} {one.first}-{one.last}"
    return f"{one.space}, all week" if one.kind == "room" else f"{one.kind}: {one.euros} EUR"


def _room_lines(title: str, plan: CentrePlan) -> Iterator[str]:
    """Say for how many hours each theme uses each room that opens."""
    for room in plan.rooms:
        hours = ", ".join(f"{label('theme', theme, 'en')} {number(held, 'en')} h" for theme, held in room.hours.items())
        yield f"{title}, {room.name}: {hours or 'nobody'}"


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Set rows in columns, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()
