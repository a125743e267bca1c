"""What the commands print for people: results, verdicts, issues and reasons as lines of text."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from models.base import WEEKDAYS, Issue, format_clock
from models.result import Fairness, Overridden, Reason, Result, Verdict, gap_of
from models.rules import RULE_BY_ID, Rule
from models.scenario import Scenario
from scenarios.affinity import Proposal
from scenarios.importers.allocation import Account
from scenarios.wording import (
    change_sentence,
    decision_sentences,
    filter_phrases,
    gap_sentence,
    miss_sentences,
    number,
    percent,
    reason_sentence,
    rule_text,
    text,
)


def figures_text(objective: int | None, bound: int | None) -> str:
    """Write objective, bound and gap, as far as they are known."""
    known = []
    if objective is not None:
        known.append(f"objective {number(objective, 'en')}")
    if bound is not None:
        known.append(f"bound {number(bound, 'en')}")
    gap = gap_of(objective, bound)
    if gap is not None:
        known.append(f"gap {percent(gap, 'en', 2)}")
    return "  ".join(known)


def counted(number_of: int, noun: str) -> str:
    """Write how many there are of something, as ``1 error`` and ``2 errors``."""
    return f"{number_of} {noun}" if number_of == 1 else f"{number_of} {noun}s"


def issue_lines(issues: Sequence[Issue]) -> Iterator[str]:
    """List the problems."""
    for issue in issues:
        yield f"{issue.severity}: {issue}"


def score_lines(score: dict[str, int], measures: dict[str, float]) -> Iterator[str]:
    """List points by rule with the natural unit beside them, and their sum."""
    width = max(map(len, RULE_BY_ID))
    for rule, points in score.items():
        measure = number(measures[rule], "en", 1)
        yield f"  {rule:<{width}}{number(points, 'en'):>12}  {measure:>12} {RULE_BY_ID[rule].unit}"
    yield f"  {'objective':<{width}}{number(sum(score.values()), 'en'):>12}"


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """List each violation, then the score by rule."""
    for violation in verdict.violations:
        yield f"{violation.rule}: {violation.message}"
    yield from override_lines(verdict.overridden)
    yield from issue_lines(verdict.notices)
    told = f", {len(verdict.overridden)} more overridden by decision" if verdict.overridden else ""
    yield f"{counted(len(verdict.violations), 'violation')}{told}"
    yield from score_lines(verdict.score, verdict.measures)


def override_lines(overridden: Sequence[Overridden]) -> Iterator[str]:
    """List each rule that a planner let the plan break, with the written reason."""
    for entry in overridden:
        yield f"{entry.rule}: {entry.message}"
        yield f"  overridden by {entry.decided_by} on {entry.decided_on}: {entry.reason}"


def result_lines(result: Result) -> Iterator[str]:
    """Give the headline figures of a run."""
    figures = figures_text(result.objective, result.bound)
    yield f"{result.status} after {result.seconds:.1f} s  {figures}".rstrip()
    yield gap_sentence(result, "en")
    needs = result.needs
    yield f"{counted(needs.requested, 'need')}: {needs.placed} placed, {needs.partly} partly, {needs.unplaced} unplaced"
    if result.fairness is not None:
        fair = result.fairness
        yield (
            f"{counted(fair.organisations, 'organisation')}: {fair.without} without any session, {fair.placed} of"
            f" {counted(fair.asked, 'session')} placed, lowest share {percent(fair.least, 'en')},"
            f" Gini {number(fair.gini, 'en', 3)}, Jain {number(fair.jain, 'en', 3)}"
        )
        yield from _target_lines(fair)
    for who, sessions in result.subject_to.items():
        yield f"{counted(sessions, 'session')} subject to acceptance by {who}"
    for name, switch in result.agreements.items():
        yield f"rests on: agreement {name} {switch}"
    for level in result.levels:
        titles = " / ".join(level.titles) or "all others"
        figures = figures_text(level.objective, level.bound)
        yield f"level {level.tier} ({titles}): {figures}  in the plan {number(level.kept, 'en')}"
    yield from _rule_lines(result)
    if result.score:
        yield from score_lines(result.score, result.measures)


def _rule_lines(result: Result) -> Iterator[str]:
    """Count broken and overridden rules, and name what the solver could not keep of a start plan."""
    if result.violations:
        yield f"{counted(len(result.violations), 'violation')}; yhteistila verify lists what they are"
    yield from override_lines(result.overridden)
    for placement in result.left_out:
        clock = f"{format_clock(placement.start)}-{format_clock(placement.end)}"
        where = f"{placement.need} in {placement.space} on {WEEKDAYS[placement.weekday]} {clock}"
        yield f"left out of the start plan: {where}, there by an override; the solver itself keeps every rule"


def account_lines(account: Account) -> Iterator[str]:
    """Say what became of the rows of an import."""
    yield (
        f"{counted(account.rows, 'row')}: {counted(account.placements, 'placement')} made,"
        f" {account.without_slot} without a slot, {account.unmatched} unmatched"
    )
    if account.lost_dates:
        yield f"{counted(account.lost_dates, 'date')} lost to closures and changes of clocks"


def _target_lines(fair: Fairness) -> Iterator[str]:
    """Say of each floor and of each equality of the policy how far it is reached."""
    for floor in fair.floors:
        kept = f"kept for {floor.kept} of {counted(floor.concerned, floor.each)}"
        kept = kept if floor.concerned else "no need fits its conditions"
        short = f", not for {', '.join(floor.short)}" if floor.short else ""
        yield f"floor of {floor.sessions}, {floor.title}: {kept}{short}"
    for equality in fair.equality:
        shares = ", ".join(f"{group.name} {percent(group.share, 'en')}" for group in equality.groups)
        yield f"target {equality.target}%, {equality.title}: {shares or 'no need fits its conditions'}"


def reason_record(reason: Reason, scenario: Scenario, lang: str) -> dict[str, object]:
    """Give one need's outcome for ``explain --json``; ``smallest_change`` stands where it is not fully placed."""
    need = scenario.need_by_id[reason.need]
    record: dict[str, object] = {
        "need": reason.need,
        "outcome": reason.outcome,
        "weight": scenario.weight_of(need),
        "weight_parts": [part._asdict() for part in scenario.weight_parts(need)],
        "rules": reason.rules,
        "points": reason.points,
        "policy": f"{scenario.policy.id} {scenario.policy.version}",
        "reason": reason_sentence(reason, scenario, lang),
        "subject_to": reason.subject_to,
        "decision": decision_sentences(scenario, lang),
    }
    if reason.overridden:
        record["overrides"] = [{"rule": entry.rule, "reason": entry.reason} for entry in reason.overridden]
    if reason.outcome != "placed":
        change = reason.smallest_change
        removing = [entry for entry in reason.filters if entry.removed]
        record["filters"] = [
            {**entry.model_dump(mode="json"), "text": phrase}
            for entry, phrase in zip(removing, filter_phrases(reason, scenario, lang), strict=True)
        ]
        record["holders"] = [holder.model_dump(mode="json") for holder in reason.holders]
        record["nearest_miss"] = reason.nearest_miss and {
            "text": " ".join(miss_sentences(reason, scenario, lang)),
            **reason.nearest_miss.model_dump(mode="json"),
            "lacked": reason.nearest_miss.lacked,
        }
        record["smallest_change"] = change and {
            "text": change_sentence(change, scenario, lang),
            **change.model_dump(mode="json"),
            "by": change.by,
            "how": change.how,
        }
    return record


def reason_lines(reasons: Sequence[Reason], scenario: Scenario, lang: str) -> Iterator[str]:
    """List each need with its outcome, why, and what would help."""
    for reason in reasons:
        yield f"{reason.need} ({scenario.need_by_id[reason.need].title}): {reason.outcome}"
        yield f"  {reason_sentence(reason, scenario, lang)}"
        for sentence in filter_phrases(reason, scenario, lang) if reason.outcome != "placed" else ():
            yield f"  - {sentence}"
        if reason.nearest_miss:
            yield f"  {' '.join(miss_sentences(reason, scenario, lang))}"
        if reason.smallest_change:
            yield f"  {change_sentence(reason.smallest_change, scenario, lang)}"
    yield text("page.policy", lang, title=scenario.policy.title, version=scenario.policy.version)
    yield from decision_sentences(scenario, lang)


def proposal_record(proposal: Proposal, lang: str) -> dict[str, object]:
    """Give one proposed link for ``propose --json``."""
    return {
        "a": proposal.a,
        "b": proposal.b,
        "weight": proposal.weight,
        "why": proposal.why(lang),
        "grounds": [asdict(ground) for ground in proposal.grounds],
    }


def proposal_lines(proposals: Sequence[Proposal], scenario: Scenario, lang: str) -> Iterator[str]:
    """List proposed links, strongest first: weight, the two needs with who asks, and why."""
    pairs = [(_who(scenario, one.a), _who(scenario, one.b)) for one in proposals]
    width_a, width_b = (max((len(pair[side]) for pair in pairs), default=0) for side in range(2))
    for one, (a, b) in zip(proposals, pairs, strict=True):
        yield f"{number(one.weight, lang):>5}  {a:<{width_a}}  {b:<{width_b}}  {one.why(lang)}"
    yield counted(len(proposals), "proposal")


def _who(scenario: Scenario, need_id: str) -> str:
    need = scenario.need_by_id[need_id]
    return f"{need.title} ({scenario.organisation_by_id[need.organisation].name})"


def rule_lines(rules: Sequence[Rule], lang: str) -> Iterator[str]:
    """List rules with their kind and sentence."""
    width = max(map(len, RULE_BY_ID)) + 2
    for rule in rules:
        yield f"{rule.id:<{width}}{rule.kind:<6}{rule_text(rule.id, lang)}"


def rule_record(rule: Rule, lang: str) -> dict[str, Any]:
    """Return what is known of a rule, for machines: its sentence and unit in a language."""
    record: dict[str, Any] = {"id": rule.id, "kind": rule.kind, "text": rule_text(rule.id, lang)}
    if rule.kind == "soft":
        record |= {"formula": rule.formula, "unit": text(f"unit.{rule.id}", lang)}
    return record | {"policy": list(rule.policy)}
