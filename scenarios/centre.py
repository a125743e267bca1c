"""What each choice of an activity centre brings and costs: plans of some choices side by side.

They are told in figures that a council can weigh: euros, sessions and hours, use, synergy, fairness, ways, and a range
that is proven for the points. ``scenarios.centre_plans`` makes the plans.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.base import Frozen, Id
from models.centre import opening_cost, running_cost
from models.plan import Plan
from models.result import CentreChoice, Fairness, Verdict, gap_of
from models.scenario import Scenario
from scenarios.catchment import MINUTES, Catchment, catchment
from scenarios.fairness import fairness_of
from scenarios.report.occupancy import occupancy, share
from solver.verify import verify

FAMILIES = {"wishes": "worth.", "synergy": "synergy."}
"""Points of rules that are told together, by how their ids begin."""
NO_THEME = "other"
"""Of organisations that name none."""


class OptionReach(Frozen):
    """An option: what it costs and whom it reaches."""

    id: Id
    name: str
    rooms: int
    opening_cost: int
    """EUR once."""
    running_cost: int
    """EUR a season."""
    catchment: Catchment


class RoomUse(Frozen):
    """What an opened room is used for."""

    space: Id
    name: str
    hours: dict[str, float]
    """Hours held in the season by theme of the organisation, most first."""


class Figures(Frozen):
    """What a plan comes to in a season."""

    euros: int
    """What is opened costs: running, and its part of the opening."""
    sessions: int
    """Placed, of those asked."""
    hours: float
    """Held."""
    person_hours: float
    """The same by who come."""
    room_use: float | None
    """Hours in use of those offered, 0 to 1, in all rooms and those that open; None where nothing is offered."""
    synergy: int
    """Points of links."""
    wishes: int
    """Points of hours, sessions and wishes."""
    gini: float
    """Of the shares of organisations: 0 is even."""
    without: int
    """Organisations with nothing."""
    travel: float
    """Person-hours on the way, there and back."""

    @property
    def way_minutes(self) -> float | None:
        """Minutes on the way for each hour that somebody is there; None where nobody is."""
        return 60 * self.travel / self.person_hours if self.person_hours else None


class Gains(Frozen):
    """What a thousand EUR of a season buy beyond a plan that opens nothing; below zero is a loss."""

    hours: float
    synergy: float
    """Points."""
    wishes: float
    """Points."""
    evenness: float
    """Gini coefficient taken off, in hundredths."""
    travel: float
    """Person-hours on the way, more than before."""


class CentrePlan(Frozen):
    """One choice, planned."""

    opened: tuple[Id, ...]
    by_solver: bool
    """The solver chose what to open."""
    opening_cost: int
    """EUR once."""
    running_cost: int
    """EUR a season."""
    objective: int
    """Points of the plan,"""
    bound: int | None
    """and what no plan is worth more than: of this choice, or of any within the budget where the solver chose."""
    gap: float | None
    violations: int
    figures: Figures
    fairness: Fairness
    catchment: Catchment
    for_thousand: Gains | None = None
    """None where it costs nothing, or no plan that opens nothing is beside it."""
    rooms: tuple[RoomUse, ...]


class CentreTable(Frozen):
    """Choices side by side."""

    scenario: str
    scenario_hash: str
    policy_version: str
    minutes: int
    """Of the way, within which people count as reached."""
    organisations: int
    asked: int
    """Sessions."""
    options: tuple[OptionReach, ...]
    plans: tuple[CentrePlan, ...]
    unplanned: tuple[CentreChoice, ...]
    """Other choices that the solver looked at, with their bound; the best first."""

    def title(self, plan: CentrePlan) -> str:
        """Name what a plan opens."""
        names = {option.id: option.name for option in self.options}
        return " and ".join(names[name] for name in plan.opened)


@dataclass(frozen=True)
class Judged:
    """A plan of a choice, and what is known of it."""

    plan: Plan
    bound: int | None
    by_solver: bool = False


def centre_table(
    scenario: Scenario, plans: Sequence[Judged], choices: Sequence[CentreChoice] = (), minutes: int = MINUTES
) -> CentreTable:
    """Set planned choices side by side.

    Parameters
    ----------
    choices
        All that the solver looked at.
    minutes
        Of the way, within which people count as reached.
    """
    told = [_centre_plan(scenario, one, minutes) for one in plans]
    nothing = next((one.figures for one in told if not one.opened), None)
    planned = {frozenset(one.opened) for one in told}
    return CentreTable(
        scenario=scenario.id,
        scenario_hash=scenario.hash,
        policy_version=scenario.policy.version,
        minutes=minutes,
        organisations=len({need.organisation for need in scenario.needs}),
        asked=sum(need.sessions for need in scenario.needs),
        options=tuple(
            OptionReach(
                id=one.id,
                name=one.name,
                rooms=len(one.spaces),
                opening_cost=one.opening_cost,
                running_cost=one.running_cost,
                catchment=catchment(scenario, {one.site}, minutes),
            )
            for one in scenario.centres
        ),
        plans=tuple(one.model_copy(update={"for_thousand": gains(one.figures, nothing)}) for one in told),
        unplanned=tuple(one for one in choices if frozenset(one.opened) not in planned),
    )


def _centre_plan(scenario: Scenario, known: Judged, minutes: int) -> CentrePlan:
    """Judge a plan and tell what it comes to."""
    plan, verdict, fairness = known.plan, verify(scenario, known.plan), fairness_of(scenario, known.plan)
    options = [scenario.centre_by_id[name] for name in plan.decisions.opened]
    return CentrePlan(
        opened=plan.decisions.opened,
        by_solver=known.by_solver,
        opening_cost=opening_cost(options),
        running_cost=running_cost(options),
        objective=verdict.objective,
        bound=known.bound,
        gap=gap_of(verdict.objective, known.bound),
        violations=len(verdict.violations),
        figures=_figures(scenario, plan, verdict, fairness),
        fairness=fairness,
        catchment=catchment(scenario, {one.site for one in options}, minutes),
        rooms=tuple(_rooms(scenario, plan)),
    )


def _figures(scenario: Scenario, plan: Plan, verdict: Verdict, fairness: Fairness) -> Figures:
    points = {
        name: sum(earned for rule, earned in verdict.score.items() if rule.startswith(prefix))
        for name, prefix in FAMILIES.items()
    }
    counted = occupancy(scenario.as_opened(plan.decisions.opened), plan)
    return Figures(
        euros=round(verdict.measures["centre.cost"]),
        sessions=fairness.placed,
        hours=verdict.measures["worth.hours"],
        person_hours=verdict.measures["use.seats"],
        room_use=share(counted.total(counted.used), counted.total(counted.offered)),
        gini=fairness.gini,
        without=fairness.without,
        travel=verdict.measures["travel.way"],
        **points,
    )


def gains(one: Figures, nothing: Figures | None) -> Gains | None:
    """Say what a thousand EUR buy beyond a plan that opens nothing."""
    if nothing is None or not one.euros:
        return None
    thousands = one.euros / 1000
    return Gains(
        hours=(one.hours - nothing.hours) / thousands,
        synergy=(one.synergy - nothing.synergy) / thousands,
        wishes=(one.wishes - nothing.wishes) / thousands,
        evenness=100 * (nothing.gini - one.gini) / thousands,
        travel=(one.travel - nothing.travel) / thousands,
    )


def _rooms(scenario: Scenario, plan: Plan) -> Iterator[RoomUse]:
    """Yield the opened rooms with the hours of each theme."""
    minutes: dict[str, Counter[str]] = {
        space: Counter() for option in plan.decisions.opened for space in scenario.centre_by_id[option].spaces
    }
    for one in plan.placements:
        if one.space in minutes:
            asks = scenario.organisation_by_id[scenario.need_by_id[one.need].organisation]
            minutes[one.space][asks.theme or NO_THEME] += one.minutes * len(one.dates)
    for space, themes in minutes.items():
        hours = {theme: held / 60 for theme, held in themes.most_common()}
        yield RoomUse(space=space, name=scenario.space_by_id[space].name, hours=hours)
