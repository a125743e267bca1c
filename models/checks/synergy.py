"""Checks of links between needs."""

from collections.abc import Iterator

from models.checks.view import Flaw, View

_WEEKLESS = {"dates": "on listed dates", "once": "once"}
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
    """Find links of needs that have no weekday of their own: a date list or a one-off."""
    for index, link in enumerate(view.scenario.links):
        for field, name in (("a", link.a), ("b", link.b)):
            need = view.scenario.need_by_id.get(name)
            when = None if need is None else _WEEKLESS.get(need.recurrence.kind)
            if when is not None:
                problem = f"{name} meets {when}, and so has no weekday of its own."
                mend = "Link needs that recur weekly, biweekly or monthly, or remove the link."
                yield Flaw("links", index, field, problem, mend)
