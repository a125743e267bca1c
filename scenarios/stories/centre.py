"""The story of the activity centre in Kuopio: the solver's own choice, nothing, and two other choices."""

from collections import Counter

from scenarios.stories.figures import Bar, Rows, bars, comparison, n
from scenarios.stories.kept import AllKept, Case, Kept, Story

FAMILIES = {"hours and wishes": "worth.", "synergy": "synergy."}
"""Rules that are told together, by how their ids begin."""


def euros(one: Kept) -> int:
    """EUR a season of what is opened."""
    budget = one.scenario.policy.centre
    seasons = 1 if budget is None else budget.seasons
    return sum(one.scenario.centre_by_id[name].season_cost(seasons) for name in one.plan.decisions.opened)


def hours(one: Kept) -> float:
    """Hours held in the season."""
    return sum(placement.minutes * len(placement.dates) for placement in one.plan.placements) / 60


def family(one: Kept, prefix: str) -> int:
    """Points of the rules whose ids begin so."""
    return sum(points for rule, points in one.verdict.score.items() if rule.startswith(prefix))


def figures(kept: AllKept) -> Rows:
    """Return the rows of the comparison."""
    rows: dict[str, dict[str, float]] = {}
    for case, one in kept.items():
        for title, told in (_figures(one) | _gains(one, kept["none"])).items():
            rows.setdefault(title, {})[case] = told
    return rows


def _figures(one: Kept) -> dict[str, float]:
    return {
        "EUR a season": euros(one),
        "sessions placed": one.fairness.placed,
        "hours in the season": hours(one),
        "associations with nothing": one.fairness.without,
        "Gini of shares": one.fairness.gini,
        "points": one.points,
        "points at most": one.bound,
        "breaches": len(one.verdict.violations),
    }


def _gains(one: Kept, none: Kept) -> dict[str, float]:
    """Return what a choice gains over opening nothing, for its euros."""
    gains = {"hours": hours(one) - hours(none)}
    gains |= {f"points of {title}": family(one, prefix) - family(none, prefix) for title, prefix in FAMILIES.items()}
    share = 1000 / euros(one) if euros(one) else 0.0
    return {f"more {title} for each 1,000 EUR": gain * share for title, gain in gains.items()}


def values(kept: AllKept) -> dict[str, object]:
    """Tell what was chosen, what it is used for, and what it would cost not to."""
    best, none = kept["chosen"], kept["none"]
    scenario, budget = best.scenario, best.scenario.policy.centre
    assert budget is not None
    themes, rooms = _uses(best)
    more = best.fairness.placed - none.fairness.placed
    return {
        "groups": len(scenario.needs),
        "organisations": best.fairness.organisations,
        "asked": best.fairness.asked,
        "options": len(scenario.centres),
        "mixes": "\n".join(
            f"| {one.name} | {len(one.spaces)} | {n(one.opening_cost)} | {n(one.running_cost)} |"
            for one in scenario.centres
        ),
        "opening": n(budget.opening or 0),
        "running": n(budget.running or 0),
        "seasons": budget.seasons,
        "chosen": best.title,
        "placed": best.fairness.placed,
        "placed_none": none.fairness.placed,
        "without": best.fairness.without or "none",
        "has": "has" if best.fairness.without == 1 else "have",
        "bound": n(best.bound),
        "points": n(best.points),
        "gap": n(best.gap, 2),
        "table": comparison(kept, figures(kept)),
        "themes": " | ".join(themes),
        "theme_bars": "---:|" * len(themes),
        "rooms": "\n".join(rooms),
        "lost": more,
        "gini": n(best.fairness.gini, 3),
        "gini_none": n(none.fairness.gini, 3),
        "euros": n(euros(best)),
        "each": n(euros(best) / max(1, more)),
    }


def _uses(best: Kept) -> tuple[list[str], list[str]]:
    """Return the themes that use what opens, most first, and a row of hours for each room."""
    scenario = best.scenario
    opened = [name for option in best.plan.decisions.opened for name in scenario.centre_by_id[option].spaces]
    minutes: Counter[tuple[str, str]] = Counter()
    for placement in best.plan.placements:
        asks = scenario.organisation_by_id[scenario.need_by_id[placement.need].organisation]
        minutes[placement.space, asks.theme or "other"] += placement.minutes * len(placement.dates)
    by_theme: Counter[str] = Counter()
    for (space, theme), used in minutes.items():
        by_theme[theme] += used if space in opened else 0
    themes = [theme for theme, used in by_theme.most_common() if used]
    rows = []
    for space in opened:
        cells = [minutes[space, theme] / 60 for theme in themes]
        told = " | ".join(n(cell) if cell else "" for cell in (*cells, sum(cells)))
        rows.append(f"| {scenario.space_by_id[space].name} | {told} |")
    return themes, rows


def picture(kept: AllKept) -> str:
    """Draw what each choice earns beyond opening nothing as bars, with a line to what no plan of it can pass."""
    nothing = kept["none"].points
    told = [
        Bar(one.title, one.points - nothing, one.bound - nothing, f"+{n(one.points - nothing)}")
        for case, one in kept.items()
        if case != "none"
    ]
    label = "; ".join(f"{bar.title}: {n(bar.value)} points more than nothing, {n(bar.most)} at most" for bar in told)
    return bars(label, told)


STORY = Story(
    name="kuopio-centre",
    cases={
        "chosen": Case(),
        "puijonlaakso": Case(opened=("tyonkulma-talo", "puijonlaakso-sali")),
        "kanttila": Case(opened=("kanttila-talo",)),
        "none": Case(opened=()),
    },
    values=values,
    pictures={"choices.svg": picture},
)
