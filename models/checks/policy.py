"""Policy lint: parts of a policy that contradict or hide one another, or that change nothing."""

from collections.abc import Iterator

from models.base import format_clock
from models.checks.view import Flaw, View, hours_text
from models.nearest import did_you_mean
from models.needs import LEDGER_FIGURES, Need
from models.policy import Concern


def hours_left(view: View) -> Iterator[Flaw]:
    """Find ages for which the hours leave no time at all."""
    rules = view.scenario.policy.hours_by_age
    for index, rule in enumerate(rules):
        binding = [other for other in rules if other.oldest >= rule.oldest]
        earliest, latest = max(other.earliest for other in binding), min(other.latest for other in binding)
        if earliest >= latest:
            problem = (
                f"groups up to {rule.oldest} years would meet from {format_clock(earliest)} at the earliest and until"
                f" {format_clock(latest)} at the latest, which leaves no time."
            )
            mend = "Each row is for everybody up to its age: set an earlier first hour or a later last one."
            yield Flaw("policy", None, f"hours_by_age[{index}]", problem, mend)


def hours_hidden(view: View) -> Iterator[Flaw]:
    """Find rows of hours that a row for older groups includes, as it is for the younger ones too."""
    rules = view.scenario.policy.hours_by_age
    for index, rule in enumerate(rules):
        for at, other in enumerate(rules):
            includes = other.oldest >= rule.oldest and other.earliest >= rule.earliest and other.latest <= rule.latest
            if at != index and includes and (at < index or other != rule):
                problem = (
                    f"it changes nothing: the row up to {other.oldest} years is for the same groups too, and allows"
                    f" {hours_text([(other.earliest, other.latest)])}."
                )
                mend = "Remove it, or set stricter hours for the younger groups."
                yield Flaw("policy", None, f"hours_by_age[{index}]", problem, mend, "warning")
                break


def concerns_someone(view: View) -> Iterator[Flaw]:
    """Find weights, quotas, floors and groups that no need fits."""
    policy = view.scenario.policy
    tables: tuple[tuple[str, tuple[Concern, ...]], ...] = (
        ("weights", policy.weights),
        ("quotas", policy.quotas),
        ("floors", policy.floors),
        *((f"equality[{index}].groups", equality.groups) for index, equality in enumerate(policy.equality)),
    )
    for name, concerns in tables:
        for index, concern in enumerate(concerns):
            if not view.scenario.needs_of(concern):
                problem = f"no need fits '{concern.title}', so it changes nothing."
                mend = "Check its applicant classes, themes, home towns, tags, districts and ages, or remove it."
                yield Flaw("policy", None, f"{name}[{index}]", problem, mend, "warning")


def quotas_bind(view: View) -> Iterator[Flaw]:
    """Find quotas that allow all that is asked."""
    for index, quota in enumerate(view.scenario.policy.quotas):
        shares = view.scenario.quota_shares(quota)
        if shares and all(_most(needs) <= allowed for needs, allowed in shares):
            problem = f"'{quota.title}' changes nothing: nobody that it is for asks for more minutes than it allows."
            yield Flaw("policy", None, f"quotas[{index}]", problem, "Lower its minutes, or remove it.", "warning")


def quotas_enough(view: View) -> Iterator[Flaw]:
    """Find needs whose shortest stay is longer than all that a quota allows."""
    for index, quota in enumerate(view.scenario.policy.quotas):
        for needs, allowed in view.scenario.quota_shares(quota):
            shut_out = [need.id for need in needs if need.min_minutes > allowed]
            if shut_out:
                problem = (
                    f"'{quota.title}' allows {allowed} minutes a week, and the shortest stay of"
                    f" {', '.join(shut_out)} is longer, so that none can be placed."
                )
                mend = "Raise its minutes, or lower min_minutes of the needs."
                yield Flaw("policy", None, f"quotas[{index}]", problem, mend, "warning")


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
    for index, floor in enumerate(policy.floors):
        for needs in view.scenario.sharing(floor, floor.each):
            wanted = min(floor.sessions, sum(need.sessions for need in needs))
            for quota in policy.quotas:
                allowed = _sessions_allowed(needs, view.scenario.quota_shares(quota))
                if 0 < allowed < wanted:
                    whose = needs[0].organisation if floor.each == "organisation" else needs[0].id
                    problem = (
                        f"'{floor.title}' is for {wanted} sessions of {whose}, and the quota '{quota.title}' leaves"
                        f" room for {allowed}."
                    )
                    mend = f"Lower it to {allowed}, or raise the minutes of the quota."
                    yield Flaw("policy", None, f"floors[{index}].sessions", problem, mend, "warning")


def _sessions_allowed(needs: list[Need], shares: list[tuple[list[Need], int]]) -> int:
    """Return how many sessions of some needs the shares of a quota have room for, where all are held every week."""
    free = {need.id: need.sessions for need in needs}
    allowed = 0
    for sharing, minutes in shares:
        mine = [need for need in sharing if need.id in free and _every_week(need)]
        for need in sorted(mine, key=lambda need: need.min_minutes):
            held = min(free.pop(need.id), minutes // need.min_minutes)
            minutes -= held * need.min_minutes
            allowed += held
    return allowed + sum(free.values())


def _every_week(need: Need) -> bool:
    return need.recurrence.kind == "weekly" and need.first is None and need.last is None


def _most(needs: list[Need]) -> int:
    """Return what needs take in a week at most: all listed dates may be in one."""
    dates = (len(need.recurrence.dates) if need.recurrence.kind == "dates" else need.sessions for need in needs)
    return sum(number * need.max_minutes for number, need in zip(dates, needs, strict=True))
