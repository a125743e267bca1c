"""The story of the takeover in Kuopio: as asked, with no series making way, and without variety."""

from models.scenario import Scenario
from scenarios.report.page import walk_map
from scenarios.report.walks import Stop, WalkPicture, walk_pictures
from scenarios.stories.figures import Rows, comparison, n
from scenarios.stories.kept import AllKept, Case, Kept, Story
from scenarios.wording import clock_span, date_text


def without_skips(scenario: Scenario) -> Scenario:
    """Let no series make way."""
    return scenario.with_parts(policy=scenario.policy.model_copy(update={"skips": ()}))


def without_variety(scenario: Scenario) -> Scenario:
    """Let different themes along the walk be worth nothing."""
    worth = scenario.policy.worth.model_copy(update={"variety": 0})
    return scenario.with_parts(policy=scenario.policy.model_copy(update={"worth": worth}))


def figures(kept: AllKept) -> Rows:
    """Return the rows of the comparison."""
    rows: dict[str, dict[str, float]] = {}
    for case, one in kept.items():
        for title, told in _figures(one).items():
            rows.setdefault(title, {})[case] = told
    return rows


def _figures(one: Kept) -> dict[str, float]:
    placed = {placement.need for placement in one.plan.placements}
    events = {need.id for need in one.scenario.needs if need.kind == "event"}
    return {
        "Events placed": len(placed & events),
        "Series that keep a turn": len(placed - events),
        "Dates given up": len(one.plan.decisions.skips),
        "Passers-by of events": one.verdict.measures["takeover.visibility"],
        "Themes met on the walk": one.verdict.measures["takeover.variety"],
        "Points": one.points,
        "Points at most": one.bound,
        "Breaches found": len(one.verdict.violations),
    }


def values(kept: AllKept) -> dict[str, object]:
    """Tell the day as asked, and compare."""
    one, rows = kept["asked"], figures(kept)
    scenario, (walk,) = one.scenario, walk_pictures(one.scenario, one.plan)
    events = [need for need in scenario.needs if need.kind == "event"]
    return {
        "day": date_text(scenario.policy.walks[0].dates[0], "en"),
        "events": len(events),
        "series": len(scenario.needs) - len(events),
        "spaces": len(scenario.spaces),
        "sites": len(scenario.sites),
        "placed": int(rows["Events placed"]["asked"]),
        "held": int(rows["Series that keep a turn"]["asked"]),
        "given": len(one.plan.decisions.skips),
        "skips": "\n".join(_skips(one)),
        "points": n(one.points),
        "bound": n(one.bound),
        "gap": n(one.gap, 2),
        "stops": len(walk.stops),
        "metres": n(walk.metres),
        "walk": "\n".join(f"{i}. {_stop(stop)}" for i, stop in enumerate(walk.stops, 1)),
        "shortest": "shortest" if walk.shortest else "shortest found",
        "criteria_order": _criteria_order(walk),
        **_busiest(scenario),
        "table": comparison(kept, rows),
    }


def _criteria_order(walk: WalkPicture) -> str:
    """Tell how the walk goes by the order of the criteria, whose neighbours earn for different themes."""
    if walk.policy_metres > walk.metres:
        return f"In the order of the criteria, by which themes vary, it would be {n(walk.policy_metres)} m."
    return "That is the order of the criteria too: different themes earn where one passes them one after the other."


def _busiest(scenario: Scenario) -> dict[str, object]:
    """Name the place that most pass by in an hour, with that hour, and how few pass by in another."""
    space = max(scenario.spaces, key=lambda space: max((hours.passing for hours in space.visibility_hours), default=0))
    most = max(space.visibility_hours, key=lambda hours: hours.passing)
    return {
        "busy_name": space.name,
        "busy_most": n(most.passing),
        "busy_times": clock_span(most.start, most.end, "en"),
        "busy_least": n(min(space.visibility, *(hours.passing for hours in space.visibility_hours))),
    }


def _stop(stop: Stop) -> str:
    """Name a place of the walk with its events by time."""
    visits = (
        f"{clock_span(visit.start, visit.end, 'en')} {visit.need.title} ({visit.organisation.name.split(',')[0]})"
        for visit in stop.visits
    )
    return f"{stop.name}: {'; '.join(visits)}"


def _skips(one: Kept) -> list[str]:
    """Tell each date given up, and to whom."""
    scenario = one.scenario
    return [
        f"- {scenario.need_by_id[skip.need].title} ({scenario.space_by_id[skip.space].name}) makes way for "
        + " and ".join(
            f"{need.title} of {scenario.organisation_by_id[need.organisation].name.split(',')[0]}"
            for need in map(scenario.need_by_id.__getitem__, skip.to)
        )
        for skip in one.plan.decisions.skips
    ]


def picture(kept: AllKept) -> str:
    """Draw the walk as a file of its own."""
    one = kept["asked"]
    return walk_map(walk_pictures(one.scenario, one.plan)[0], "en")


STORY = Story(
    name="kuopio-takeover",
    cases={
        "asked": Case("as asked"),
        "no-skips": Case("no series makes way", without_skips),
        "no-variety": Case("variety worth nothing", without_variety),
    },
    values=values,
    pictures={"walk.svg": picture},
)
