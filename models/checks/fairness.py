"""Lint of fairness: figures that nobody has, and floors that nobody asks for or that a quota leaves no room for."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from models.checks.view import Flaw, View
from models.nearest import did_you_mean
from models.needs import LEDGER_FIGURES, Need
from models.shares import Quota


def figures_known(view: View) -> Iterator[Flaw]:
    """Find weights by a count, or by the ledger, that no organisation that they are for has."""
    scenario = view.scenario
    counts = {name for organisation in scenario.organisations for name in organisation.counts}
    for index, rule in enumerate(scenario.policy.weights):
        whose = {need.organisation for need in scenario.needs_of(rule)} if rule.by is not None else ()
        if rule.by is None or not whose:
            continue
        if all(scenario.organisation_by_id[name].figure(rule.by, rule.seasons) is None for name in whose):
            problem = f"'{rule.title}' changes nothing: no organisation that it is for has {rule.by}."
            if rule.by in LEDGER_FIGURES:
                mend = "Write past seasons into the ledger column of organisations, or remove it."
            else:
                others = sorted({*LEDGER_FIGURES, *counts} - {rule.by})
                mend = did_you_mean(rule.by, others, "Write it into the counts column of organisations, or remove it.")
            yield Flaw("policy", None, f"weights[{index}].by", problem, mend, "warning")


def floors_asked(view: View) -> Iterator[Flaw]:
    """Find floors that nobody can reach, as nobody asks for so many sessions."""
    for index, floor in enumerate(view.scenario.policy.floors):
        asked = [sum(need.sessions for need in needs) for needs in view.scenario.sharing(floor, floor.each)]
        if asked and max(asked) < floor.sessions:
            who = "organisation" if floor.each == "organisation" else "need"
            problem = (
                f"'{floor.title}' is for {floor.sessions} sessions, and no {who} that it is for asks for more than"
                f" {max(asked)}."
            )
            yield Flaw("policy", None, f"floors[{index}].sessions", problem, f"Lower it to {max(asked)}.", "warning")


def floors_allowed(view: View) -> Iterator[Flaw]:
    """Find floors that a quota keeps from being reached; where it allows nothing, `quotas_enough` says so."""
    policy = view.scenario.policy
    quotas = [(quota, _shares_by_need(view, quota)) for quota in policy.quotas]
    for index, floor in enumerate(policy.floors):
        for needs in view.scenario.sharing(floor, floor.each):
            wanted = min(floor.sessions, sum(need.sessions for need in needs))
            for quota, shares in quotas:
                allowed = _sessions_allowed(needs, shares)
                if 0 < allowed < wanted:
                    whose = needs[0].organisation if floor.each == "organisation" else needs[0].id
                    problem = (
                        f"'{floor.title}' is for {wanted} sessions of {whose}, and the quota '{quota.title}' leaves"
                        f" room for {allowed}."
                    )
                    mend = f"Lower it to {allowed}, or raise the minutes of the quota."
                    yield Flaw("policy", None, f"floors[{index}].sessions", problem, mend, "warning")


class _Share(NamedTuple):
    """Needs that share a quota, and the minutes a week they have together."""

    number: int
    needs: list[Need]
    minutes: int


def _shares_by_need(view: View, quota: Quota) -> dict[str, _Share]:
    shares = (_Share(number, *share) for number, share in enumerate(view.scenario.quota_shares(quota)))
    return {need.id: share for share in shares for need in share.needs}


def _sessions_allowed(needs: list[Need], shares: Mapping[str, _Share]) -> int:
    """Return how many sessions of some needs the shares of a quota have room for, where all are held every week."""
    free = {need.id: need.sessions for need in needs}
    allowed = 0
    mine_of = {shares[name].number: shares[name] for name in free if name in shares}
    for _, (_, sharing, minutes) in sorted(mine_of.items()):
        mine = [need for need in sharing if need.id in free and _every_week(need)]
        for need in sorted(mine, key=lambda need: need.min_minutes):
            held = min(free.pop(need.id, 0), minutes // need.min_minutes)
            minutes -= held * need.min_minutes
            allowed += held
    return allowed + sum(free.values())


def _every_week(need: Need) -> bool:
    return need.recurrence.kind == "weekly" and need.first is None and need.last is None
