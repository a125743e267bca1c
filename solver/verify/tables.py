"""What judges each rule, but those of the order: these try other plans, and have them judged by what stands here."""

from collections.abc import Callable, Iterable

from models.rules import RULE_BY_ID
from models.weighing import earns
from solver.verify import (
    centre,
    fairness,
    money,
    need,
    office,
    people,
    skip,
    space,
    synergy,
    takeover,
    things,
    time,
    travel,
    use,
    worth,
)
from solver.verify.case import Case, Finding

PLAIN_JUDGES: dict[str, Callable[[Case], Iterable[Finding]]] = {
    "space.double": space.double,
    "space.open": space.opened,
    "space.capacity": space.capacity,
    "space.fewest": space.fewest,
    "space.features": space.features,
    "space.choice": space.choice,
    "time.wish": time.wish,
    "time.duration": time.duration,
    "time.grid": time.grid,
    "time.pattern": time.pattern,
    "time.age": time.age,
    "people.clash": people.clash,
    "things.pool": things.pool,
    "need.sessions": need.sessions,
    "need.pin": need.pin,
    "need.ban": need.ban,
    "office.capacity": office.capacity,
    "office.relation": office.relation,
    "fairness.quota": fairness.quota,
    "skip.leave": skip.leave,
    "money.pot": money.pot,
    "centre.closed": centre.closed,
    "centre.budget": centre.budget,
    "centre.mix": centre.mix,
}
"""What finds the violations of each hard rule that concerns the placements there are."""

SCORES: dict[str, Callable[[Case], worth.Earned]] = {
    "worth.hours": worth.hours,
    "worth.sessions": worth.sessions,
    "worth.wish": worth.wish,
    "worth.space": worth.space,
    "worth.fit": worth.fit,
    "worth.continuity": worth.continuity,
    "worth.tier": worth.tier,
    "synergy.link": synergy.link,
    "synergy.sequence": synergy.sequence,
    "synergy.shared": synergy.shared,
    "use.seats": use.seats,
    "use.offpeak": use.offpeak,
    "use.owner": use.owner,
    "use.opening": use.opening,
    "use.fragment": use.fragment,
    "takeover.visibility": takeover.visibility,
    "takeover.variety": takeover.variety,
    "office.area": office.area,
    "office.near": office.near,
    "fairness.organisation": fairness.organisation,
    "fairness.floor": fairness.floor,
    "fairness.equality": fairness.equality,
    "skip.dates": skip.dates,
    "money.price": money.price,
    "travel.way": travel.way,
    "centre.cost": centre.cost,
}
"""What reckons the points of each soft rule."""


def points_of(case: Case) -> int:
    """Return what a plan earns by all soft rules together."""
    policy = case.scenario.policy
    return sum(score(case).points for rule, score in SCORES.items() if earns(policy, RULE_BY_ID[rule]))
