"""Solve the offices of Kuopio in three ways, and write what came out as a page and a picture.

Run as ``python -m scenarios.generators.kuopio_offices_page``: it solves for some minutes, and keeps the plans beside
the page. With ``--again`` it only writes page and picture anew from the plans that are kept.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from models.needs import Need, Tenancy
from models.places import Space
from models.plan import Placement, Plan
from models.scenario import Scenario
from scenarios.files import read_scenario
from solver.engine import Limits
from solver.solve import solve
from solver.verify import verify

FOLDER = Path(__file__).parents[2] / "docs"
"""Where the page, the picture and the plans are."""
PLANS = "kuopio-offices-plans.json"
TEMPLATE = Path(__file__).parents[1] / "templates" / "kuopio-offices.md"
SECONDS = 60
"""Of each run."""
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">
<title>Office rooms by weekday</title><rect width="100%" height="100%" fill="#fff"/>
<text x="8" y="18" font-weight="bold">{title}</text>"""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
ROW, NAME, CELL, TOP = 22, 250, 92, 44


def as_asked(need: Need) -> Need:
    """Return what is asked."""
    return need


def unshared(need: Need) -> Need:
    """Let an office have a room for itself."""
    return need.model_copy(update={"may_share": False}) if need.kind == "office" else need


def unmoved(need: Need) -> Need:
    """Let an office that was somewhere last season be nowhere else."""
    if need.kind != "office" or not need.last_season:
        return need
    return need.model_copy(update={"spaces": (need.last_season[0].space,), "only_listed": True})


WAYS: dict[str, tuple[str, Callable[[Need], Need]]] = {
    "asked": ("as asked: desks are shared, and who was somewhere may move", as_asked),
    "unshared": ("nobody shares a room with another office", unshared),
    "unmoved": ("nobody moves from last season's room", unmoved),
}


def scenario_for(scenario: Scenario, way: str) -> Scenario:
    """Return the scenario with needs that ask otherwise."""
    return scenario.with_parts(needs=tuple(map(WAYS[way][1], scenario.needs)))


def solved(scenario: Scenario, seconds: float) -> dict[str, dict[str, Any]]:
    """Solve each way, and return what is kept of it."""
    kept: dict[str, dict[str, Any]] = {}
    for way in WAYS:
        town = scenario_for(scenario, way)
        solution = solve(town, Limits(seconds=seconds, threads=2))
        placements = [_short(scenario, placement) for placement in _by_need(solution.placements)]
        kept[way] = {"scenario": scenario.hash, "bound": solution.bound, "placements": placements}
    return kept


def _by_need(placements: Sequence[Placement]) -> list[Placement]:
    return sorted(placements, key=lambda placement: (placement.need, placement.dates))


def _short(scenario: Scenario, placement: Placement) -> list[str | int]:
    """Write a placement in one line: need, space, minutes, and its dates as bits from the season's first day on."""
    dates = sum(1 << (day - scenario.season.first).days for day in placement.dates)
    return [placement.need, placement.space, placement.start, placement.ends_at, f"{dates:x}"]


def _long(scenario: Scenario, short: Sequence[str | int]) -> Placement:
    """Read what ``_short`` wrote."""
    need, space, start, end, dates = short
    days = [day for n, day in enumerate(scenario.season.days()) if int(str(dates), 16) >> n & 1]
    return Placement.from_minutes(str(need), str(space), int(start), int(end), tuple(days))


class _Outcome:
    """What a way of planning came to."""

    def __init__(self, scenario: Scenario, way: str, kept: dict[str, Any]) -> None:
        self.scenario = scenario_for(scenario, way)
        self.plan = Plan(placements=tuple(_long(scenario, short) for short in kept["placements"]))
        verdict = verify(self.scenario, self.plan)
        if kept["scenario"] != scenario.hash or verdict.violations:
            raise ValueError(f"the plan kept of {way!r} is not one of this scenario; solve again")
        bound = kept["bound"] if isinstance(kept["bound"], int) else verdict.objective
        self.gap = 100 * (bound - verdict.objective) / max(1, abs(bound))
        self.near = verdict.measures["office.near"]
        of_need = {placement.need: placement for placement in self.plan.placements}
        offices = [need for need in scenario.needs if need.kind == "office"]
        had = [need for need in offices if need.last_season and need.id in of_need]
        self.offices = sum(need.id in of_need for need in offices)
        self.groups = len(of_need) - self.offices
        self.stayed = sum(of_need[need.id].space == need.last_season[0].space for need in had)
        self.moved = len(had) - self.stayed
        self.desk_days = sum(
            need.size * len({day.weekday() for day in of_need[need.id].dates}) for need in offices if need.id in of_need
        )


def page(scenario: Scenario, kept: dict[str, dict[str, Any]]) -> str:
    """Return the page, in Markdown, from the plans that are kept."""
    outcomes = {way: _Outcome(scenario, way, kept[way]) for way in WAYS}
    offices = [need for need in scenario.needs if need.kind == "office"]
    rooms = [space for space in scenario.spaces if space.kind == "office_room"]
    permanent = sum(_days(need) is None for need in offices)
    desks = sum(room.capacity for room in rooms)
    base, alone, still = outcomes["asked"], outcomes["unshared"], outcomes["unmoved"]
    table = "\n".join(
        f"| {WAYS[way][0]} | {it.offices} of {len(offices)} | {it.groups} of {len(scenario.needs) - len(offices)} |"
        f" {it.desk_days} | {it.stayed} | {it.moved} | {it.near:.0f} | {it.gap:.1f} % |"
        for way, it in outcomes.items()
    )
    return TEMPLATE.read_text(encoding="utf-8").format(
        offices=len(offices),
        groups=len(scenario.needs) - len(offices),
        sites=len(scenario.sites),
        halls=len(scenario.spaces) - len(rooms),
        rooms=len(rooms),
        permanent=permanent,
        part=len(offices) - permanent,
        alone=sum(not need.may_share for need in offices),
        before=sum(bool(need.last_season) for need in offices),
        wished=sum(not entry.must for entry in scenario.relations),
        must=sum(entry.must for entry in scenario.relations),
        desks=desks,
        desk_days=5 * desks,
        table=table,
        alone_served=alone.offices,
        served=base.offices,
        desk_days_lost=base.desk_days - alone.desk_days,
        moved=base.moved,
        moved_of=base.moved + base.stayed,
        difference=_difference(base, still),
        seconds=SECONDS,
    )


def _days(need: Need) -> int | None:
    return need.recurrence.days if isinstance(need.recurrence, Tenancy) else None


def _difference(base: _Outcome, still: _Outcome) -> str:
    """Say what changes where nobody moves."""
    lost, groups = base.offices - still.offices, base.groups - still.groups
    said = [f"{lost} more offices or desks would be left without"] if lost > 0 else []
    said += [f"{groups} more groups would be left without"] if groups > 0 else []
    if base.near > still.near:
        said.append(f"{base.near - still.near:.0f} fewer wishes to be near each other would be kept")
    return ", and ".join(said) or "as many offices and groups would find a place, and as many wishes would be kept"


def picture(scenario: Scenario, kept: dict[str, dict[str, Any]]) -> str:
    """Return the picture, as SVG: the office rooms by building, and the five weekdays."""
    placements = _Outcome(scenario, "asked", kept["asked"]).plan.placements
    taken: defaultdict[tuple[str, int], int] = defaultdict(int)
    groups: defaultdict[tuple[str, int], int] = defaultdict(int)
    for placement in placements:
        need = scenario.need_by_id[placement.need]
        for weekday in {day.weekday() for day in placement.dates}:
            held = taken if need.kind == "office" else groups
            held[placement.space, weekday] += need.size if need.kind == "office" else 1
    rooms = sorted(
        (space for space in scenario.spaces if space.kind == "office_room"), key=lambda room: (room.site, room.id)
    )
    height = TOP + ROW * (len(rooms) + len({room.site for room in rooms})) + 8
    drawn = [
        SVG.format(
            width=NAME + 5 * CELL + 10, height=height, title="Desks taken in the office rooms, which are assumed"
        ),
        *(_text(NAME + CELL * n + CELL / 2, 36, day, ' text-anchor="middle"') for n, day in enumerate(DAYS)),
    ]
    at, site = TOP, ""
    for room in rooms:
        if room.site != site:
            site = room.site
            drawn.append(
                f'<text x="8" y="{at + 15}" font-weight="bold">{escape(scenario.site_by_id[site].name)}</text>'
            )
            at += ROW
        drawn += _room_row(room, at, taken, groups)
        at += ROW
    return "\n".join([*drawn, "</svg>"]) + "\n"


def _room_row(room: Space, at: int, taken: dict[tuple[str, int], int], groups: dict[tuple[str, int], int]) -> list[str]:
    """Return a room's name and its five weekdays."""
    row = [_text(20, at + 15, f"assumed room {room.id[-3:]}, {room.capacity} desks")]
    for weekday in range(5):
        desks, left = taken.get((room.id, weekday), 0), NAME + CELL * weekday
        shade = 0.08 + 0.62 * desks / max(1, room.capacity)
        more = groups.get((room.id, weekday), 0)
        label, ink = f"{desks}/{room.capacity}" + (f" +{more}" if more else ""), "#fff" if shade > 0.6 else "#123"
        place = f'x="{left + 2}" y="{at + 1}" width="{CELL - 4}" height="{ROW - 2}"'
        row.append(f'<rect {place} fill="#0b5fa5" fill-opacity="{shade:.2f}"/>')
        row.append(_text(left + CELL / 2, at + 15, label, f' text-anchor="middle" fill="{ink}"'))
    return row


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}"{more}>{escape(words)}</text>'


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page and the picture, and before that the plans unless they are kept."""
    parser = argparse.ArgumentParser(prog="python -m scenarios.generators.kuopio_offices_page", description=__doc__)
    parser.add_argument("--again", action="store_true", help="write page and picture from the plans that are kept")
    parser.add_argument(
        "--out", type=Path, default=FOLDER, help="folder to write, that of the documentation unless given"
    )
    given = parser.parse_args(arguments)
    scenario = read_scenario("kuopio-offices")
    plans = FOLDER / PLANS
    if not given.again:
        plans = given.out / PLANS
        plans.write_text(json.dumps(solved(scenario, SECONDS), indent=None) + "\n", encoding="utf-8")
    kept = json.loads(plans.read_text(encoding="utf-8"))
    (given.out / "kuopio-offices.md").write_text(page(scenario, kept), encoding="utf-8")
    (given.out / "kuopio-offices.svg").write_text(picture(scenario, kept), encoding="utf-8")


if __name__ == "__main__":
    main()
