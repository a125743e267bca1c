"""Policy lint: parts of a policy that contradict or hide one another, or that change nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from models.base import format_clock
from models.checks.pins import fewest_minutes, pin_spaces, sure_dates
from models.checks.references import PLACES, unknown
from models.checks.view import Flaw, View, fits_nobody, hours_text
from models.concern import Concern
from models.needs import Need
from models.places import Local, Space
from models.shares import Quota

PAIRED = {"quiet_hours": "offpeak", "owner_wishes": "owner_hour"}
"""Lists of the policy, and the worth without which each earns nothing."""


def places_known(view: View) -> Iterator[Flaw]:
    """Find places of a policy that no space or site has the id of."""
    policy = view.scenario.policy
    tables: tuple[tuple[str, tuple[Local, ...]], ...] = (
        ("hours_by_age", policy.hours_by_age),
        ("quotas", policy.quotas),
        ("quiet_hours", policy.quiet_hours),
        ("owner_wishes", policy.owner_wishes),
        ("pot.subsidies", policy.pot.subsidies if policy.pot else ()),
        ("shared_costs", policy.shared_costs),
        ("deciders", policy.deciders),
        ("skips", policy.skips),
        ("order.bands", policy.order.bands if policy.order else ()),
    )
    for name, rows in tables:
        for index, row in enumerate(rows):
            for place in dict.fromkeys(row.places):
                if view.is_unknown(PLACES, place):
                    yield Flaw("policy", None, f"{name}[{index}].places", *unknown(view, PLACES, place))


def hours_left(view: View) -> Iterator[Flaw]:
    """Find ages for which the hours leave no time at all, everywhere or in some space."""
    rules = view.scenario.policy.hours_by_age
    for index, rule in enumerate(rules):
        none: dict[tuple[int, int], list[str]] = defaultdict(list)
        for space in filter(rule.covers, view.scenario.spaces):
            binding = [other for other in rules if other.oldest >= rule.oldest and other.covers(space)]
            earliest, latest = max(other.earliest for other in binding), min(other.latest for other in binding)
            if earliest >= latest:
                none[earliest, latest].append(space.id)
        for (earliest, latest), spaces in none.items():
            more = f" and {len(spaces) - 1} more" if len(spaces) > 1 else ""
            where = f" in {spaces[0]}{more}" if len(spaces) < len(view.scenario.spaces) else ""
            problem = (
                f"groups up to {rule.oldest} years would meet{where} from {format_clock(earliest)} at the earliest and"
                f" until {format_clock(latest)} at the latest, which leaves no time."
            )
            mend = "Each row is for everybody up to its age: set an earlier first hour or a later last one."
            yield Flaw("policy", None, f"hours_by_age[{index}]", problem, mend)


def hours_hidden(view: View) -> Iterator[Flaw]:
    """Find rows of hours that a row for older groups includes, as it is for the younger ones too."""
    rules = view.scenario.policy.hours_by_age
    for index, rule in enumerate(rules):
        for at, other in enumerate(rules):
            includes = other.oldest >= rule.oldest and other.earliest >= rule.earliest and other.latest <= rule.latest
            includes = includes and all(map(other.covers, filter(rule.covers, view.scenario.spaces)))
            if at != index and includes and (at < index or other != rule):
                problem = (
                    f"it changes nothing: the row up to {other.oldest} years is for the same groups too, and allows"
                    f" {hours_text([(other.earliest, other.latest)])}."
                )
                mend = "Remove it, or set stricter hours for the younger groups."
                yield Flaw("policy", None, f"hours_by_age[{index}]", problem, mend, "warning")
                break


def concerns_someone(view: View) -> Iterator[Flaw]:
    """Find weights, quotas, floors, groups and owners' wishes that no need fits."""
    policy = view.scenario.policy
    tables: tuple[tuple[str, tuple[Concern, ...]], ...] = (
        ("weights", policy.weights),
        ("quotas", policy.quotas),
        ("floors", policy.floors),
        *((f"equality[{index}].groups", equality.groups) for index, equality in enumerate(policy.equality)),
        ("owner_wishes", policy.owner_wishes),
        ("pot.subsidies", policy.pot.subsidies if policy.pot else ()),
    )
    yield from fits_nobody(
        (f"{name}[{index}]", concern)
        for name, concerns in tables
        for index, concern in enumerate(concerns)
        if not view.scenario.needs_of(concern)
    )


def decision_dates(view: View) -> Iterator[Flaw]:
    """Find dates of the decision that come when the season is over."""
    decision = view.scenario.policy.decision
    for name in ("confirm_by", "return_by") if decision is not None else ():
        day = getattr(decision, name)
        if day is not None and day > view.scenario.season.last:
            problem = f"{day} is after the season, which ends on {view.scenario.season.last}."
            yield Flaw("policy", None, f"decision.{name}", problem, "Mend the date.", "warning")


def quotas_bind(view: View) -> Iterator[Flaw]:
    """Find quotas that allow all that is asked."""
    for index, quota in enumerate(view.scenario.policy.quotas):
        shares = view.scenario.quota_shares(quota)
        if shares and all(_most(needs) <= allowed for needs, allowed in shares):
            problem = f"'{quota.title}' changes nothing: nobody that it is for asks for more minutes than it allows."
            yield Flaw("policy", None, f"quotas[{index}]", problem, "Lower its minutes, or remove it.", "warning")


def quotas_pinned(view: View) -> Iterator[Flaw]:
    """Find weeks in which pins take more than a quota allows those who share it; of weekly series, on sure dates."""
    for index, quota in enumerate(view.scenario.policy.quotas):
        for needs, allowed in view.scenario.quota_shares(quota):
            weekly = [need for need in needs if need.recurrence.kind == "weekly" and need.pins]
            if sum(fewest_minutes(need, pin) for need in weekly for pin in need.pins) <= allowed:
                continue
            taken = _pinned_minutes(view, quota, weekly)
            over = next((monday for monday in sorted(taken) if taken[monday].total() > allowed), None)
            if over is not None:
                problem = (
                    f"'{quota.title}' allows {allowed} minutes a week, and the pins of {', '.join(taken[over])} take"
                    f" {taken[over].total()} in the week of {over}, so that no plan keeps both."
                )
                yield Flaw("policy", None, f"quotas[{index}]", problem, "Raise its minutes, or remove pins.")


def _pinned_minutes(view: View, quota: Quota, needs: list[Need]) -> dict[date, Counter[str]]:
    """Return the fewest minutes that each need takes of a quota by its pins, by the Monday of each week."""
    weeks: dict[date, Counter[str]] = defaultdict(Counter)
    for need in needs:
        for pin in need.pins:
            if all(map(quota.covers, pin_spaces(view, need, pin))):
                for day in sure_dates(view, need, pin):
                    weeks[day - timedelta(days=day.weekday())][need.id] += fewest_minutes(need, pin)
    return weeks


def quotas_enough(view: View) -> Iterator[Flaw]:
    """Find needs whose shortest stay is longer than all that a quota allows."""
    for index, quota in enumerate(view.scenario.policy.quotas):
        for needs, allowed in view.scenario.quota_shares(quota):
            shut_out = [need.id for need in needs if need.min_minutes > allowed]
            if shut_out:
                problem = (
                    f"'{quota.title}' allows {allowed} minutes a week, and the shortest stay of"
                    f" {', '.join(shut_out)} is longer, so that none can be placed{_there(quota)}."
                )
                mend = "Raise its minutes, or lower min_minutes of the needs."
                yield Flaw("policy", None, f"quotas[{index}]", problem, mend, "warning")


def _there(row: Local) -> str:
    """Say which places a part of the policy is for, where it is not for all."""
    return f" in {', '.join(row.places)}" if row.places else ""


def lists_worth_something(view: View) -> Iterator[Flaw]:
    """Find lists that earn nothing without their points, and points that nothing earns without their list."""
    policy = view.scenario.policy
    for name, points in PAIRED.items():
        listed, worth = getattr(policy, name), getattr(policy.worth, points)
        if listed and not worth:
            problem = f"it changes nothing: worth.{points} is 0."
            yield Flaw("policy", None, name, problem, f"Set worth.{points}, or leave it empty.", "warning")
        if worth and not listed:
            problem = f"nothing earns it: {name} is empty."
            yield Flaw("policy", None, f"worth.{points}", problem, f"Fill {name}, or set it to 0.", "warning")


def fragments_useless(view: View) -> Iterator[Flaw]:
    """Find gaps that are charged as too short for anybody and that some need could use."""
    worth, needs = view.scenario.policy.worth, view.scenario.needs
    shortest = min(needs, key=lambda need: need.min_minutes, default=None)
    if worth.fragment and shortest and shortest.min_minutes < worth.fragment_minutes:
        problem = (
            f"gaps shorter than {worth.fragment_minutes} minutes are charged, and {shortest.id} could use one of"
            f" {shortest.min_minutes}."
        )
        mend = f"Lower it to {shortest.min_minutes}, or raise min_minutes of the need."
        yield Flaw("policy", None, "worth.fragment_minutes", problem, mend, "warning")


def fragments_happen(view: View) -> Iterator[Flaw]:
    """Find that no space is ever left with a gap that is charged."""
    worth = view.scenario.policy.worth
    shortest = min(map(_shortest_gap, view.scenario.spaces), default=worth.fragment_minutes)
    if worth.fragment and shortest >= worth.fragment_minutes:
        problem = f"it changes nothing: no gap between sessions is shorter than {worth.fragment_minutes} minutes."
        mend = f"Raise worth.fragment_minutes above {shortest}, or set it to 0."
        yield Flaw("policy", None, "worth.fragment", problem, mend, "warning")


def _shortest_gap(space: Space) -> int:
    """Return the shortest gap that can be left between two stays on the grid, behind their buffers."""
    held_from, held_to = space.hold(0, 0)
    return space.grid_minutes - (held_to - held_from) % space.grid_minutes


def _most(needs: list[Need]) -> int:
    """Return what needs take in a week at most: all listed dates may be in one."""
    dates = (len(need.recurrence.dates) if need.recurrence.kind == "dates" else need.sessions for need in needs)
    return sum(number * need.max_minutes for number, need in zip(dates, needs, strict=True))
