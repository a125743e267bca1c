"""How much of a gap is bound and how much is plan, where an instance is solved nearly to the end.

With the best bound B and the best objective O of all records of an instance, the best plan there can be has Z points,
O <= Z <= B. A run with bound b and objective o has the gap b - o = (b - Z) + (Z - o): its bound is too high by the
first, its plan too low by the second. Z is known up to B - O, so the first lies between b - B and b - O, the second
between O - o and B - o. Where B - O is small these say which of the two is to be improved.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.records import OURS, Record, best_bounds, best_objectives, has_plan, newest

NEAR = 0.002
"""An instance counts as solved nearly to the end where (B - O) / max(1, |B|) is at most this."""
COLUMNS = (
    "instance",
    "seconds",
    "threads",
    "peer",
    "runs",
    "gap %",
    "bound %",
    "plan %",
    "unknown %",
    "bound's share %",
)
EXPLANATION = f"""\
*Bound or plan* has the instances of which the best bound B and the best objective O of all runs together differ by at
most {100 * NEAR:g} %. For a run's bound b and objective o, *gap* (b - o) = *bound* (b - O) + *plan* (O - o). The bound
is too high by *bound* at most, the plan too low by *plan* at least; the first may be less and the second more, both by
up to *unknown* (B - O). All are in percent of the run's bound, max(1, |b|). *bound's share* of the gap lies between
(b - B) / (b - o) and (b - O) / (b - o). Of several seeds the run with the middle gap is shown, of an even number the
lower of the two."""


@dataclass(frozen=True)
class Parts:
    """One run's gap and its parts, in points."""

    run: Record
    runs: int
    """Runs of the peer on the instance at these seconds and threads that have a plan and a bound."""
    gap: int
    bound: int
    """At most what the bound is too high."""
    plan: int
    """At least what the plan is too low."""
    unknown: int
    """What both may be off by: a part of ``bound`` that may belong to ``plan``."""

    @property
    def share(self) -> tuple[float, float] | None:
        """Least and most share of the bound in the gap; None without a gap."""
        return ((self.bound - self.unknown) / self.gap, self.bound / self.gap) if self.gap > 0 else None


def parts(records: Iterable[Record]) -> list[Parts]:
    """Split the gap of every peer on every instance solved nearly to the end, in the order of the first record."""
    known = list(records)
    bounds, objectives = best_bounds(known), best_objectives(known)
    groups: dict[tuple[str, float, int, str], list[Record]] = defaultdict(list)
    current = newest(known)
    for record in current:
        at = (record["instance"], record["content"])
        if not (at in bounds and at in objectives and has_plan(record) and record["bound"] is not None):
            continue
        # Below zero a bound is wrong, which is for the check of the records to tell.
        if 0 <= bounds[at] - objectives[at] <= NEAR * max(1, abs(bounds[at])):
            groups[record["instance"], record["seconds"], record["threads"], record["peer"]].append(record)
    order = {name: i for i, name in enumerate(dict.fromkeys(record["instance"] for record in current))}
    made = []
    for _, runs in sorted(groups.items(), key=lambda item: _place(item[0], order)):
        run = sorted(runs, key=lambda run: (run["bound"] - run["objective"], run["seed"]))[(len(runs) - 1) // 2]
        best, most = (known[run["instance"], run["content"]] for known in (objectives, bounds))
        gap, plan = run["bound"] - run["objective"], best - run["objective"]
        made.append(Parts(run, len(runs), gap, gap - plan, plan, most - best))
    return made


def _place(key: tuple[str, float, int, str], order: dict[str, int]) -> tuple[int, float, int, bool, str]:
    instance, seconds, threads, peer = key
    return order[instance], seconds, threads, peer != OURS, peer


def table(records: Iterable[Record]) -> str:
    """Return the parts as a Markdown table, empty where no instance is solved nearly to the end."""
    rows = ["| " + " | ".join(_cells(one)) + " |" for one in parts(records)]
    return "\n".join(["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS), *rows]) if rows else ""


def _cells(one: Parts) -> list[str]:
    run, scale = one.run, max(1, abs(one.run["bound"]))
    shares = [f"{100 * points / scale:.3f}" for points in (one.gap, one.bound, one.plan, one.unknown)]
    share = "-" if one.share is None else f"{100 * one.share[0]:.0f} to {100 * one.share[1]:.0f}"
    return [run["instance"], f"{run['seconds']:g}", str(run["threads"]), run["peer"], str(one.runs), *shares, share]
