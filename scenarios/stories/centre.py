"""The story of the activity centre in Kuopio: the solver's own choice, nothing, and two other choices."""

from collections import Counter
from collections.abc import Iterator, Mapping

from models.scenario import Scenario
from scenarios.catchment import MINUTES
from scenarios.centre import CentrePlan, CentreTable, Gains, Judged, OptionReach, centre_table
from scenarios.centre_rows import Row, rows_of
from scenarios.stories.figures import Bar, bars, n, table
from scenarios.stories.kept import AllKept, Case, Story
from scenarios.wording import label


def side_by_side(kept: AllKept) -> CentreTable:
    """Return the table of the cases, in their order, that ``yhteistila centre`` tells too."""
    plans = [Judged(one.plan, one.bound, one.case.opened is None) for one in kept.values()]
    return centre_table(kept["chosen"].scenario, plans)


def values(kept: AllKept) -> dict[str, object]:
    """Tell what was chosen and why, whom it reaches, what it is used for, and what it would cost not to."""
    scenario, told = kept["chosen"].scenario, side_by_side(kept)
    cases = dict(zip(kept, told.plans, strict=True))
    best, none = cases["chosen"], cases["none"]
    themes, rooms = _uses(best)
    more = best.figures.sessions - none.figures.sessions
    return {
        "groups": len(scenario.needs),
        "organisations": told.organisations,
        "asked": told.asked,
        "options": len(told.options),
        "mixes": table(
            ["option", "rooms", "to open, EUR", "to run, EUR a season", f"members within {MINUTES} minutes"],
            map(_mix, told.options),
        ),
        **_budget(scenario),
        "chosen": told.title(best),
        "placed": best.figures.sessions,
        "placed_none": none.figures.sessions,
        "without": _without(best.figures.without, told.organisations),
        "without_none": _without(none.figures.without, told.organisations),
        "bound": n(best.bound or 0),
        "points": n(best.objective),
        "gap": n(100 * (best.gap or 0), 2),
        "ranges": "\n".join(_ranges(told, best)),
        "table": table(["", *(told.title(plan) or "nothing" for plan in told.plans)], map(_cells, rows_of(told))),
        **_gains(best),
        **_reach(scenario, best),
        "way": n(best.figures.way_minutes or 0, 1),
        "way_none": n(none.figures.way_minutes or 0, 1),
        "on_the_way": n(best.figures.travel),
        "uses": table(["room", *themes, "together"], rooms),
        "lost": more,
        "gini": n(best.figures.gini, 3),
        "gini_none": n(none.figures.gini, 3),
        "euros": n(best.figures.euros),
        "each": n(best.figures.euros / max(1, more)),
    }


def _budget(scenario: Scenario) -> Mapping[str, object]:
    """Tell what there is to spend, and how ways are reckoned and weighed."""
    budget, travel = scenario.policy.centre, scenario.policy.travel
    assert budget is not None
    return {
        "opening": n(budget.opening or 0),
        "running": n(budget.running or 0),
        "seasons": budget.seasons,
        "base": travel.base_minutes,
        "by_km": n(travel.minutes_per_km),
        "travel_hour": scenario.policy.worth.travel_hour,
    }


def _mix(option: OptionReach) -> list[str]:
    costs = n(option.opening_cost), n(option.running_cost)
    return [option.name, str(option.rooms), *costs, n(option.catchment.members)]


def _cells(row: Row) -> list[str]:
    return [row.title, *("" if figure is None else n(figure, row.digits) for figure in row.figures)]


def _ranges(told: CentreTable, best: CentrePlan) -> Iterator[str]:
    """Say of every other choice whether it is proven worse."""
    for plan in told.plans:
        title = f"that opens {told.title(plan)}" if plan.opened else "without a centre"
        if plan is best or plan.bound is None:
            continue
        if plan.bound < best.objective:
            yield f"- No plan {title} can earn more than {n(plan.bound)}: that is proven worse."
        else:
            yield f"- A plan {title} could earn up to {n(plan.bound)}, so that it is not proven worse."


def _without(associations: int, of: int) -> str:
    """Say how many associations have nothing."""
    if not associations:
        return f"each of the {of} associations has something"
    return f"{associations} of the {of} associations {'has' if associations == 1 else 'have'} nothing"


def _gains(best: CentrePlan) -> Mapping[str, object]:
    """Tell what a thousand EUR buy."""
    bought = best.for_thousand or Gains(hours=0, synergy=0, wishes=0, evenness=0, travel=0)
    return {
        "more_hours": n(bought.hours, 1),
        "more_wishes": n(bought.wishes),
        "synergy": f"{n(abs(bought.synergy), 1)} points of synergy are {'gained' if bought.synergy >= 0 else 'lost'}",
    }


def _reach(scenario: Scenario, best: CentrePlan) -> Mapping[str, object]:
    """Tell whom what opens reaches."""
    near = best.catchment
    return {
        "minutes": near.minutes,
        "members": n(near.members),
        "of_members": n(near.of_members),
        "members_percent": n(near.members_percent),
        "areas": ", ".join(scenario.area_by_id[name].name for name in near.areas),
    }


def _uses(best: CentrePlan) -> tuple[list[str], list[list[str]]]:
    """Return the themes that use what opens, most first, and a row of hours for each room."""
    together = sum((Counter(room.hours) for room in best.rooms), Counter[str]())
    themes = [theme for theme, _ in together.most_common()]
    rows = []
    for room in best.rooms:
        cells = [n(room.hours[theme]) if theme in room.hours else "" for theme in themes]
        rows.append([room.name, *cells, n(sum(room.hours.values()))])
    return [label("theme", theme, "en") for theme in themes], rows


def picture(kept: AllKept) -> str:
    """Draw what each choice earns beyond opening nothing as bars, with a line to what no plan of it can pass."""
    nothing = kept["none"].points
    told = [
        Bar(one.title, one.points - nothing, one.bound - nothing, f"+{n(one.points - nothing)}")
        for case, one in kept.items()
        if case != "none"
    ]
    heard = "; ".join(f"{bar.title}: {n(bar.value)} points more than nothing, {n(bar.most)} at most" for bar in told)
    return bars(heard, told)


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
