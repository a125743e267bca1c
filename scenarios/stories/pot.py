"""The story of a common pot in Kuopio: a plan that rests on a conditional lease, and what is left where it falls."""

from collections import Counter, defaultdict
from functools import partial

from models.scenario import Scenario
from scenarios.changes import change_sentences, need_sentence
from scenarios.costs import Bill, BillLine, Costs, costs_of
from scenarios.costs_comparison import compare_costs
from scenarios.shapley import MOST_PLAYERS
from scenarios.stories.figures import Rows, comparison, drawing, n, tag
from scenarios.stories.kept import AllKept, Case, Kept, Story
from scenarios.wording import clock_span, label, text, weekday

LEASE = "alava"
"""The conditional agreement."""
SHOWN = 3
"""Organisations in the table of those that gain and that lose most by another split."""
COLOURS = {"use": "#2b6a99", "membership": "#c2c7cc", "shapley": "#b3452b"}
"""Of the splits in the picture."""
NAMES = {"use": "by use", "membership": "by membership", "shapley": "by Shapley value"}


def costs(one: Kept) -> Costs:
    """Reckon what the plan of a case costs whom."""
    return costs_of(one.scenario, one.plan)


def eur(cents: int) -> str:
    """Write cents as EUR."""
    return n(cents / 100, 2)


def figures(kept: AllKept) -> Rows:
    """Return the rows of the comparison."""
    rows: dict[str, dict[str, float]] = defaultdict(dict)
    for case, one in kept.items():
        for title, told in _figures(one, costs(one)).items():
            rows[title][case] = told
    return rows


def _figures(one: Kept, made: Costs) -> dict[str, float]:
    return {
        "sessions placed": one.fairness.placed,
        "hours in the season": hours(one),
        "associations with nothing": one.fairness.without,
        "EUR in the pot": (made.pot or 0) / 100,
        "EUR that the pot pays": made.pot_used / 100,
        "EUR of prices that associations pay": made.own / 100,
        "EUR of shared costs": made.shared_cents / 100,
        "points": one.points,
        "points at most": one.bound,
        "breaches": len(one.verdict.violations),
    }


def hours(one: Kept) -> float:
    """Hours held in the season."""
    return sum(placement.minutes * len(placement.dates) for placement in one.plan.placements) / 60


def values(kept: AllKept) -> dict[str, object]:
    """Tell what was asked, who pays what, and what falls away with the lease."""
    one, other = kept["holds"], kept["falls"]
    made = costs(one)
    return {
        **_asked(one.scenario),
        "table": comparison(kept, figures(kept)),
        "placed": one.fairness.placed,
        "asked": one.fairness.asked,
        "gap": n(one.gap, 2),
        "gap_falls": n(other.gap, 2),
        "pot_used": eur(made.pot_used),
        "most_players": MOST_PLAYERS,
        "at_once": max(len(evening.present) for item in made.shared for evening in item.evenings),
        **_invoice(made, one.scenario),
        "moves": "\n".join(_moves(made)),
        **_falls(one, other),
    }


def _asked(scenario: Scenario) -> dict[str, object]:
    """Tell of the scenario: who asks, the agreements, the pot and what is shared."""
    pot, lease = scenario.policy.pot, scenario.agreement_by_id[LEASE]
    assert pot is not None
    return {
        "groups": len(scenario.needs),
        "organisations": len(scenario.organisations),
        "spaces": len(scenario.spaces),
        "sites": len(scenario.sites),
        "leased": len(lease.spaces),
        "members": len(lease.organisations),
        "weight": lease.weight,
        "town": n(pot.euros),
        "brought": n(sum(one.contribution for one in scenario.agreements)),
        "pot": eur(scenario.pot_cents or 0),
        "percent": max(one.percent for one in pot.subsidies),
        "shared": "\n".join(
            f"- {one.title}: {n(one.euros)} EUR for each {text(f'invoice.per_{one.per}', 'en')}"
            f" after {one.after // 60}:{one.after % 60:02d}"
            for one in scenario.policy.shared_costs
        ),
    }


def _invoice(made: Costs, scenario: Scenario) -> dict[str, object]:
    """Tell the bill of one that the pot supports, of these the one to which the split matters most."""
    bill = max((one for one in made.bills if one.subsidy), key=lambda one: abs(_differs(one)))
    return {
        "payer": bill.name,
        "lines": "\n".join(_line(line, scenario) for line in bill.lines),
        "sums": f"| together | | | | {' | '.join(map(eur, (bill.price, bill.subsidy, bill.own)))} |",
        "payer_splits": "\n".join(
            f"| {NAMES[name]} | {eur(bill.shared[name])} | {eur(bill.due(name))} |" for name in made.splits
        ),
    }


def _line(line: BillLine, scenario: Scenario) -> str:
    when = f"{weekday(line.dates[0].weekday(), 'en')} {clock_span(line.start, line.end, 'en')}"
    price = "not known" if line.price is None else eur(line.price)
    cells = (line.title, scenario.space_by_id[line.space].name, when, len(line.dates), price, eur(line.subsidy))
    return f"| {' | '.join(map(str, cells))} | {eur(line.to_pay)} |"


def _differs(bill: Bill) -> int:
    """Return how much more it pays by Shapley value than by use, in cents."""
    return bill.shared["shapley"] - bill.shared["use"]


def _moves(made: Costs) -> list[str]:
    """Return a row for each of those that pay most less, then most more, by Shapley value than by use."""
    ordered = sorted(made.bills, key=_differs)
    rows = []
    for bill in (*ordered[:SHOWN], *ordered[-SHOWN:][::-1]):
        shares = " | ".join(eur(bill.shared[name]) for name in made.splits)
        rows.append(f"| {bill.name} | {shares} | {'+' if _differs(bill) > 0 else ''}{eur(_differs(bill))} |")
    return rows


def _falls(one: Kept, other: Kept) -> dict[str, object]:
    """Tell what falls away: the sentences of the comparison, sessions that are lost, and what the lease is worth."""
    made = compare_costs(one.scenario, (one.plan, other.plan), (costs(one), costs(other)))
    lost = [change for change in made.needs if change.lost]
    more = one.fairness.placed - other.fairness.placed
    return {
        "sentences": "\n".join(f"- {sentence}" for sentence in change_sentences(made, one.scenario, "en")),
        "lost": "\n".join(f"- {need_sentence(change, one.scenario, 'en')}" for change in lost),
        "fewer": more,
        "hours_more": n(hours(one) - hours(other)),
        "least_worth": n(one.points - other.bound),
        "most_worth": n(one.bound - other.points),
        "shared_more": n((made.shared[0] - made.shared[1]) / 100),
        "each_hour": n((made.shared[0] - made.shared[1]) / 100 / (hours(one) - hours(other)), 2),
        "without": one.fairness.without,
        "without_falls": other.fairness.without,
    }


WIDTH, LEFT, ROW, BAR = 760, 190, 52, 12
"""Of the picture, pixels."""


def picture(kept: AllKept) -> str:
    """Draw the shares of shared costs by the theme of the organisation, a bar for each split."""
    one = kept["holds"]
    made = costs(one)
    by_theme: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for bill in made.bills:
        theme = one.scenario.organisation_by_id[bill.organisation].theme or "other"
        by_theme[theme].update(bill.shared)
    themes = sorted(by_theme, key=lambda theme: -by_theme[theme]["shapley"])
    scale = (WIDTH - LEFT - 80) / max(cents for shares in by_theme.values() for cents in shares.values())
    shapes = [shape for at, name in enumerate(made.splits) for shape in _key(name, LEFT + 150 * at)]
    for row, theme in enumerate(themes):
        y = 34 + ROW * row
        shapes.append(tag("text", label("theme", theme, "en"), x=LEFT - 10, y=y + 24, text_anchor="end"))
        for at, name in enumerate(made.splits):
            wide, top = by_theme[theme][name] * scale, y + (BAR + 2) * at
            shapes.append(tag("rect", x=LEFT, y=top, width=wide, height=BAR, fill=COLOURS[name]))
            told = n(by_theme[theme][name] / 100)
            shapes.append(tag("text", told, x=LEFT + wide + 5, y=top + 10, font_size=11))
    heard = "; ".join(
        f"{label('theme', theme, 'en')}: "
        + ", ".join(f"{n(by_theme[theme][name] / 100)} EUR {NAMES[name]}" for name in made.splits)
        for theme in themes
    )
    return drawing(WIDTH, 40 + ROW * len(themes), heard, shapes)


def _key(name: str, x: float) -> list[str]:
    return [tag("rect", x=x, y=8, width=12, height=12, fill=COLOURS[name]), tag("text", NAMES[name], x=x + 18, y=18)]


STORY = Story(
    name="kuopio-pot",
    cases={
        "holds": Case("the agreement holds"),
        "falls": Case("it falls", partial(Scenario.with_agreements, switches={LEASE: "falls"}), start="holds"),
    },
    values=values,
    pictures={"splits.svg": picture},
)
