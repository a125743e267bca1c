"""Render the report: figures computed once, then a page for each language, with no outside request."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from models.plan import Plan
from models.result import Reason, Result
from models.scenario import Scenario
from scenarios import wording
from scenarios.costs import Costs, costs_of
from scenarios.invoices import table_name
from scenarios.pages import environment, other_languages
from scenarios.report import figures
from scenarios.report.names import name_key
from scenarios.report.occupancy import Occupancy, clock_hours, occupancy, share
from scenarios.report.phrases import words
from scenarios.report.walks import WalkPicture, walk_pictures
from scenarios.report.weeks import site_weeks

PAGE = "report"
"""Name of the files, before the language."""
SECTIONS = ("result", "walks", "weeks", "granted", "unplaced", "decision", "costs", "use", "scarce", "data")
"""Sections of the page, in order; the walks where there are any, the decision where the policy tells of it, the costs
where there is a pot, or costs that are shared."""

SCARCEST = 20
"""Scarcest hours shown."""

ORIGIN_KINDS = ("fact", "derived", "assumed", "unstated")


@dataclass(frozen=True)
class HeatLevel:
    """One shade of the heat map, for shares of low to high percent, both included."""

    name: str
    low: int
    high: int


HEAT_LEVELS = tuple(
    HeatLevel(f"h{index}", low, high)
    for index, (low, high) in enumerate(((0, 0), (1, 20), (21, 40), (41, 60), (61, 80), (81, 100)))
)


def report_name(lang: str) -> str:
    """Return the file name of the report in a language; the main one has no code."""
    return table_name(PAGE, lang, "html")


def write_report(
    scenario: Scenario, plan: Plan, result: Result, reasons: Sequence[Reason], folder: Path
) -> dict[str, Path]:
    """Write the report into an existing folder, a page for each language, and return their paths by language.

    Parameters
    ----------
    reasons
        Any needs' reasons; a need that fell short without one is listed all the same, and says so.
    """
    has_costs = scenario.policy.pot is not None or scenario.policy.shared_costs or plan.decisions.opened
    costs = costs_of(scenario, plan) if has_costs else None
    scenario = scenario.as_opened(plan.decisions.opened)
    template = environment().get_template("page.html")
    content = _content(scenario, plan, result, reasons, costs)
    written = {}
    for lang in wording.LANGUAGES:
        path = folder / report_name(lang)
        others = other_languages(PAGE, lang)
        page = template.render(**content, **words(scenario, result, lang), other_languages=others)
        path.write_text(page, encoding="utf-8")
        written[lang] = path
    return written


def walk_map(walk: WalkPicture, lang: str) -> str:
    """Draw a walk as an image file that stands alone."""
    template = environment().get_template("walk_file.svg")

    def text(key: str, **values: str) -> str:
        return wording.text(key, lang, **values)

    return template.render(walk=walk, map_id="walk", t=text, num=partial(wording.number, lang=lang)) + "\n"


def _content(
    scenario: Scenario, plan: Plan, result: Result, reasons: Sequence[Reason], costs: Costs | None
) -> dict[str, Any]:
    """Compute everything the page shows, before any language."""
    occupied = occupancy(scenario, plan)
    score = figures.score_rows(scenario, result)
    walks = walk_pictures(scenario, plan)
    told = {"walks": walks, "decision": result.subject_to or scenario.policy.decision, "costs": costs}
    return {
        "scenario": scenario,
        "plan": plan,
        "result": result,
        "sections": [name for name in SECTIONS if told.get(name, True)],
        "walks": walks,
        "costs": costs,
        "hours": figures.season_hours(plan),
        "num_dates": sum(len(placement.dates) for placement in plan.placements),
        "score": score,
        "total_points": sum(row.points for row in score),
        "top_points": max((row.points for row in score), default=0),
        "weeks": site_weeks(scenario, plan, occupied),
        "has_parts": any(space.parent for space in scenario.spaces),
        "granted": figures.grants(scenario, plan, reasons),
        "causes": figures.causes(scenario, plan, reasons),
        "scarce": sorted(result.scarcity, key=lambda hour: -hour.points)[:SCARCEST],
        **_use(scenario, occupied),
        **_data(scenario),
    }


def _use(scenario: Scenario, occupied: Occupancy) -> dict[str, Any]:
    """Collect the heat maps: minutes by weekday and hour for the town, and by hour for each space."""
    used, offered = occupied.total(occupied.used), occupied.total(occupied.offered)
    names = {space_id: wording.place_name(scenario, space_id) for space_id in occupied.offered}
    return {
        "town_used": used,
        "town_offered": offered,
        "offered_hours": int(offered.sum()) / 60,
        "utilisation": share(used, offered),
        "use_hours": clock_hours(offered),
        "use_rows": [
            (names[space_id], occupied.used[space_id].sum(axis=0), occupied.offered[space_id].sum(axis=0))
            for space_id in sorted(names, key=lambda space_id: name_key(names[space_id]))
            if occupied.offered[space_id].any()
        ],
        "heat": _heat,
        "share_of": lambda part, whole: int(part) / int(whole) if whole else None,
        "heat_levels": HEAT_LEVELS,
    }


def _heat(part: float | None) -> str:
    """Return the shade of a share as it is printed, in whole percent."""
    if part is None:
        return "na"
    printed = int(wording.number(100 * part, "en"))
    return next(level.name for level in HEAT_LEVELS if printed <= level.high)


def _data(scenario: Scenario) -> dict[str, Any]:
    """Tell where the values come from."""
    idle = [wording.place_name(scenario, space.id) for space in scenario.spaces if not space.in_use]
    return {
        "origins": figures.origin_rows(scenario),
        "origin_kinds": ORIGIN_KINDS,
        "num_spaces": len(scenario.spaces),
        "assumed_capacities": sum(figures.is_assumed(space, "capacity") for space in scenario.spaces),
        "idle": sorted(idle, key=name_key),
        "sources": figures.sources(scenario),
    }
