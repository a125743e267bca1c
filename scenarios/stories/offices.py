"""The story of the offices in Kuopio: as asked, with nobody sharing a room, and with nobody moving."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.needs import Need, Tenancy
from models.places import Space
from models.scenario import Scenario
from scenarios.stories.figures import drawing, n, tag
from scenarios.stories.kept import AllKept, Case, Kept, Story

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
ROW, NAME, CELL, TOP = 22, 250, 92, 44
"""Of the picture, pixels."""


def for_needs(change: Callable[[Need], Need]) -> Callable[[Scenario], Scenario]:
    """Return what changes each need of a scenario."""
    return lambda scenario: scenario.with_parts(needs=tuple(map(change, scenario.needs)))


def unshared(need: Need) -> Need:
    """Let an office have a room for itself."""
    return need.model_copy(update={"may_share": False}) if need.kind == "office" else need


def unmoved(need: Need) -> Need:
    """Let an office that was somewhere last season be nowhere else."""
    if need.kind != "office" or not need.last_season:
        return need
    return need.model_copy(update={"spaces": (need.last_season[0].space,), "only_listed": True})


@dataclass(frozen=True)
class Outcome:
    """What a way of planning came to."""

    offices: int
    """That have a place,"""
    groups: int
    """and groups that have one."""
    stayed: int
    """Offices that keep last season's room,"""
    moved: int
    """and those that had one and are elsewhere."""
    desk_days: int
    """Desks taken, by weekday, a week."""
    near: float
    """Wishes to be near one another that are kept."""


def outcome(one: Kept) -> Outcome:
    """Count what came of a case."""
    of_need = {placement.need: placement for placement in one.plan.placements}
    offices = [need for need in one.scenario.needs if need.kind == "office" and need.id in of_need]
    had = [need for need in offices if need.last_season]
    stayed = sum(of_need[need.id].space == need.last_season[0].space for need in had)
    return Outcome(
        offices=len(offices),
        groups=len(of_need) - len(offices),
        stayed=stayed,
        moved=len(had) - stayed,
        desk_days=sum(need.size * len({day.weekday() for day in of_need[need.id].dates}) for need in offices),
        near=one.verdict.measures["office.near"],
    )


def values(kept: AllKept) -> dict[str, object]:
    """Tell what was asked, what came out, and what sharing and moving are worth."""
    scenario = kept["asked"].scenario
    offices = [need for need in scenario.needs if need.kind == "office"]
    rooms = [space for space in scenario.spaces if space.kind == "office_room"]
    permanent = sum(_days(need) is None for need in offices)
    desks = sum(room.capacity for room in rooms)
    outcomes = {case: outcome(one) for case, one in kept.items()}
    base, alone, still = outcomes["asked"], outcomes["unshared"], outcomes["unmoved"]
    return {
        "offices": len(offices),
        "groups": len(scenario.needs) - len(offices),
        "sites": len(scenario.sites),
        "halls": len(scenario.spaces) - len(rooms),
        "rooms": len(rooms),
        "permanent": permanent,
        "part": len(offices) - permanent,
        "alone": sum(not need.may_share for need in offices),
        "before": sum(bool(need.last_season) for need in offices),
        "wished": sum(not entry.must for entry in scenario.relations),
        "must": sum(entry.must for entry in scenario.relations),
        "desks": desks,
        "desk_days": 5 * desks,
        "table": _table(kept, outcomes, len(offices)),
        "alone_served": alone.offices,
        "served": base.offices,
        "desk_days_lost": base.desk_days - alone.desk_days,
        "moved": base.moved,
        "moved_of": base.moved + base.stayed,
        "difference": _difference(base, still),
        "seconds": n(max(one.seconds for one in kept.values())),
    }


def _days(need: Need) -> int | None:
    return need.recurrence.days if isinstance(need.recurrence, Tenancy) else None


def _table(kept: AllKept, outcomes: Mapping[str, Outcome], offices: int) -> str:
    groups = len(kept["asked"].scenario.needs) - offices
    return "\n".join(
        f"| {one.title} | {it.offices} of {offices} | {it.groups} of {groups} |"
        f" {it.desk_days} | {it.stayed} | {it.moved} | {it.near:.0f} | {one.gap:.1f} % |"
        for one, it in ((kept[case], it) for case, it in outcomes.items())
    )


def _difference(base: Outcome, still: Outcome) -> str:
    """Say what changes where nobody moves."""
    lost, groups = base.offices - still.offices, base.groups - still.groups
    said = [f"{lost} more offices or desks would be left without"] if lost > 0 else []
    said += [f"{groups} more groups would be left without"] if groups > 0 else []
    if base.near > still.near:
        said.append(f"{base.near - still.near:.0f} fewer wishes to be near each other would be kept")
    return ", and ".join(said) or "as many offices and groups would find a place, and as many wishes would be kept"


def picture(kept: AllKept) -> str:
    """Draw the office rooms by building, and the five weekdays."""
    scenario, taken = kept["asked"].scenario, _taken(kept["asked"])
    rooms = [space for space in scenario.spaces if space.kind == "office_room"]
    label = "Desks taken in the office rooms, which are assumed"
    shapes = [tag("text", label, x=8, y=18, font_weight="bold")]
    shapes += [_cell_text(weekday, 36, day) for weekday, day in enumerate(DAYS)]
    at, site = TOP, ""
    for room in sorted(rooms, key=lambda room: (room.site, room.id)):
        if room.site != site:
            site = room.site
            shapes.append(tag("text", scenario.site_by_id[site].name, x=8, y=at + 15, font_weight="bold"))
            at += ROW
        shapes += _room_row(room, at, taken)
        at += ROW
    return drawing(NAME + 5 * CELL + 10, at + 8, label, shapes)


def _taken(one: Kept) -> Counter[tuple[str, int, str]]:
    """Count desks taken by offices, and groups, by space, weekday and kind of need."""
    taken: Counter[tuple[str, int, str]] = Counter()
    for placement in one.plan.placements:
        need = one.scenario.need_by_id[placement.need]
        office = need.kind == "office"
        for weekday in {day.weekday() for day in placement.dates}:
            taken[placement.space, weekday, "desks" if office else "groups"] += need.size if office else 1
    return taken


def _room_row(room: Space, at: int, taken: Counter[tuple[str, int, str]]) -> list[str]:
    """Draw a room's name and its five weekdays."""
    row = [tag("text", f"assumed room {room.id[-3:]}, {room.capacity} desks", x=20, y=at + 15)]
    for weekday in range(5):
        desks, groups = taken[room.id, weekday, "desks"], taken[room.id, weekday, "groups"]
        shade = 0.08 + 0.62 * desks / max(1, room.capacity)
        label = f"{desks}/{room.capacity}" + (f" +{groups}" if groups else "")
        left = NAME + CELL * weekday + 2
        box = tag("rect", x=left, y=at + 1, width=CELL - 4, height=ROW - 2, fill="#0b5fa5", fill_opacity=shade)
        row += [box, _cell_text(weekday, at + 15, label, "#fff" if shade > 0.6 else "#123")]
    return row


def _cell_text(weekday: int, y: float, words: str, ink: str = "#000") -> str:
    return tag("text", words, x=NAME + CELL * (weekday + 0.5), y=y, text_anchor="middle", fill=ink)


STORY = Story(
    name="kuopio-offices",
    cases={
        "asked": Case("as asked: desks are shared, and who was somewhere may move"),
        "unshared": Case("nobody shares a room with another office", for_needs(unshared)),
        "unmoved": Case("nobody moves from last season's room", for_needs(unmoved)),
    },
    values=values,
    pictures={"desks.svg": picture},
)
