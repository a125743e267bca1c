"""Checks of links between needs."""

from collections.abc import Iterator

from models.checks.view import Flaw, View
from models.synergy import SynergyLink

_WEEKLESS = {"dates": "on listed dates", "once": "once", "office": "as an office"}
"""Recurrences without a weekday of their own."""


def links_once(view: View) -> Iterator[Flaw]:
    """Find links of two needs that an earlier link joins already, in either order."""
    seen: set[frozenset[str]] = set()
    for index, link in enumerate(view.scenario.links):
        ends = frozenset((link.a, link.b))
        if ends in seen:
            problem = f"an earlier link joins {link.a} and {link.b} too."
            yield Flaw("links", index, "", problem, "Remove one of the two, and give the other the weight of both.")
        seen.add(ends)


def links_recur(view: View) -> Iterator[Flaw]:
    """Find links of needs without a weekday of their own: date lists, one-offs, offices; a struck one may stay."""
    needs = view.scenario.need_by_id.items()
    weekless = {name: _WEEKLESS[need.recurrence.kind] for name, need in needs if need.recurrence.kind in _WEEKLESS}
    for index, link in enumerate(view.scenario.links if weekless else ()):
        if link.status == "struck":
            continue
        for field, name in (("a", link.a), ("b", link.b)):
            if name in weekless:
                problem = f"{name} meets {weekless[name]}, and so has no weekday of its own."
                mend = "Link needs that recur weekly, biweekly or monthly, or remove the link."
                yield Flaw("links", index, field, problem, mend)


def worths_earned(view: View) -> Iterator[Flaw]:
    """Find worths of linked needs that no pair of needs can earn."""
    worth, links = view.scenario.policy.worth, view.scenario.accepted_links
    if worth.sequence_gap and not worth.sequence:
        problem = "it changes nothing: needs one after the other earn nothing."
        mend = "Set worth.sequence too, or remove it."
        yield Flaw("policy", None, "worth.sequence_gap", problem, mend, "warning")
    mend = "Accept some in links.csv (yhteistila propose finds candidates), or set it to 0."
    for name in ("sequence", "shared"):
        if getattr(worth, name) and not links:
            yield Flaw("policy", None, f"worth.{name}", "no link is accepted, so it changes nothing.", mend, "warning")
    if worth.shared and links and not (_some_room_shared(view) and any(_both_consent(view, link) for link in links)):
        problem = "no two linked needs could share a room, so it changes nothing."
        mend = "Let linked needs consent (may_share) and name shareable spaces, or set it to 0."
        yield Flaw("policy", None, "worth.shared", problem, mend, "warning")


def _some_room_shared(view: View) -> bool:
    return any(space.shareable and space.in_use for space in view.scenario.spaces)


def _both_consent(view: View, link: SynergyLink) -> bool:
    ends = (view.scenario.need_by_id.get(name) for name in (link.a, link.b))
    return all(need is not None and need.may_share for need in ends)
