"""Sentences about outcomes, changes and the gap, made from the typed data of a result."""

from collections.abc import Iterable, Sequence

from models.base import parse_clock
from models.needs import Need
from models.plan import Skip
from models.policy import Decision
from models.result import Filter, Holder, Overridden, Reason, Result, Status
from models.rules import HARD_RULES
from models.scenario import Scenario
from scenarios.wording.language import (
    LANGUAGES,
    clock_span,
    date_text,
    label,
    percent,
    rule_text,
    text,
    weekday_short,
)

NAMED_HOLDERS = 3
"""Holders named in a reason."""

_OF_HOLDERS = ("space.double", "order.tiers", "order.lot")
"""Rules that speak of who holds a place, not of places that are free."""

NAMED_DATES = 6
"""Lost dates named in a reason; further ones are counted."""


def reason_sentence(reason: Reason, scenario: Scenario, lang: str) -> str:
    """Say why a need got what it got, and by which rules."""
    sentences = [outcome_sentence(reason, lang), *obstacle_sentences(reason, scenario, lang)]
    if reason.moved_from is not None:
        sentences.append(text("why.moved", lang, space=place_name(scenario, reason.moved_from)))
    sentences += override_sentences(reason.overridden, lang)
    holders = holder_phrases(reason, scenario, lang)
    if holders:
        sentences.append(text("why.holders", lang, n=len(holders), holders="; ".join(holders)))
    if reason.points:
        sentences.append(text("why.earned", lang, n=sum(reason.points.values())))
    rules = basis_rules(reason)
    if rules:
        sentences.append(basis_sentence(rules, lang))
    sentences += weight_sentences(scenario.need_by_id[reason.need], scenario, lang)
    if reason.subject_to:
        sentences.append(acceptance_sentence(reason.subject_to, lang))
    return " ".join(sentences)


def acceptance_sentence(who: Sequence[str], lang: str) -> str:
    """Say who besides the town has to accept a session."""
    return text("decision.subject_to", lang, who=listed(who, lang))


def decision_sentences(scenario: Scenario, lang: str) -> list[str]:
    """Say what the policy tells of every decision: dates to confirm and to return, and how to appeal."""
    decision = scenario.policy.decision
    if decision is None:
        return []
    appeal = [] if decision.appeal_days is None else [text("decision.appeal", lang, n=decision.appeal_days)]
    return [*deadline_sentences(decision, lang), *appeal, *address_sentences(decision, lang)]


def deadline_sentences(decision: Decision, lang: str) -> list[str]:
    """Say until when sessions are confirmed and returned."""
    days = (("confirm_by", decision.confirm_by), ("return_by", decision.return_by))
    return [text(f"decision.{key}", lang, day=date_text(day, lang)) for key, day in days if day is not None]


def address_sentences(decision: Decision, lang: str) -> list[str]:
    """Say who handles appeals, and where instructions stand."""
    sentences = []
    if decision.appeal_to is not None:
        sentences.append(text("decision.appeal_to", lang, who=decision.appeal_to))
    if decision.url is not None:
        sentences.append(text("decision.url", lang, url=decision.url))
    return sentences


def outcome_sentence(reason: Reason, lang: str) -> str:
    """Say how many of the asked sessions a need got."""
    return text(f"outcome.{reason.outcome}", lang, n=reason.sessions_asked, placed=reason.sessions_placed)


def obstacle_sentences(reason: Reason, scenario: Scenario, lang: str) -> list[str]:
    """Say what stood in the way of more, without naming who holds what."""
    need = scenario.need_by_id[reason.need]
    sentences = []
    if reason.outcome != "placed":
        sentences += _held(reason, need, lang) if reason.candidates else _filtered(reason, need, lang)
        if "order.tiers" in reason.rules and (tiers := _tiers_before(reason, scenario, lang)):
            sentences.append(text("why.before", lang, tiers=listed(tiers, lang)))
    if reason.lost_dates:
        sentences.append(_lost(reason, lang))
    sentences += [_given_up(skip, scenario, lang) for skip in reason.given_up]
    return sentences


def override_sentences(overridden: Iterable[Overridden], lang: str) -> list[str]:
    """Say which rules a planner set aside, and why; each decision once."""
    return list(
        dict.fromkeys(
            text(
                "why.override",
                lang,
                rule=entry.rule,
                reason=entry.reason,
                who=entry.decided_by,
                date=date_text(entry.decided_on, lang),
            )
            for entry in overridden
        )
    )


def holder_phrases(reason: Reason, scenario: Scenario, lang: str) -> list[str]:
    """Name those that hold most of what a need could have had: who, for what, where, when, worth how much."""
    if reason.outcome == "placed":
        return []
    return [_holder(holder, scenario, lang) for holder in reason.holders[:NAMED_HOLDERS]]


def _tiers_before(reason: Reason, scenario: Scenario, lang: str) -> list[str]:
    """Name the tiers of those who hold most of what a need could have had and are before it there, each once."""
    named: dict[str, None] = {}
    for holder in reason.holders:
        other, place = scenario.need_by_id[holder.need], (holder.space, holder.weekday, parse_clock(holder.start))
        is_before = scenario.tier_of(other, *place) < scenario.tier_of(scenario.need_by_id[reason.need], *place)
        if is_before and (title := tier_title(scenario, other, *place, lang)) is not None:
            named[title] = None
    return list(named)


def tier_title(scenario: Scenario, need: Need, space: str, day: int, start: int, lang: str) -> str | None:
    """Name the tier of a need for a stay there, by the band of the policy's order; None where no band speaks."""
    band, tier = scenario.band_of(space, day, start), scenario.tier_of(need, space, day, start)
    if band is None or tier >= len(band.tiers):
        return None
    return text("why.tier", lang, n=tier + 1, title=band.tiers[tier].title, band=band.title)


def basis_rules(reason: Reason) -> tuple[str, ...]:
    """Rules that kept a need from more: those that its sentences speak of, and those the explanation names."""
    if reason.outcome == "placed":
        return ()
    return tuple(dict.fromkeys((*_stopping_rules(reason), *reason.rules)))


def basis_sentence(rules: Sequence[str], lang: str) -> str:
    """Cite rules in their own words."""
    return text("why.rules", lang, n=len(rules), rules=" ".join(rule_text(rule, lang) for rule in rules))


def weight_sentences(need: Need, scenario: Scenario, lang: str) -> list[str]:
    """Say what parts of the policy gave a need its weight; nothing where they gave it none."""
    parts = [
        f"{part.title} {'+' if part.percent > 0 else ''}{percent(part.percent / 100, lang)}"
        for part in scenario.weight_parts(need)
    ]
    weight = percent(scenario.weight_of(need) / 100, lang)
    return [text("why.weight", lang, weight=weight, parts="; ".join(parts))] if parts else []


def gap_sentence(result: Result, lang: str) -> str:
    """Say how much better any plan could be; the share is rounded up, so that it stays true.

    Of strict tiers that is said of plans that keep what the levels above the last decided.
    """
    sentence = _gap_sentence(result, lang)
    return sentence if len(result.levels) < 2 else f"{sentence} {text('gap.levels', lang)}"


def _gap_sentence(result: Result, lang: str) -> str:
    if result.status is Status.INFEASIBLE:
        return text("gap.infeasible", lang)
    if result.objective is None:
        return text("gap.none", lang)
    if result.bound is None:
        return text("gap.no_bound", lang)
    room = result.bound - result.objective
    if room <= 0:
        return text("gap.optimal", lang)
    if result.objective <= 0:
        return text("gap.points", lang, n=room)
    share = next(share for digits in (2, 1, 0) if (share := _rounded_up(room, result.objective, digits)) is not None)
    return text("gap.share", lang, share=share.replace(".", LANGUAGES[lang].decimal))


def _rounded_up(part: int, whole: int, digits: int) -> str | None:
    """Round a percentage up to so many decimals, in whole numbers; None where fewer decimals are enough."""
    scaled = -(-part * 100 * 10**digits // whole)
    if digits and scaled >= 100:
        return None
    return f"{scaled / 10**digits:.{digits}f}"


def place_name(scenario: Scenario, space_id: str) -> str:
    """Name a space with its site, once where one name holds the other."""
    return place_of(scenario.site_of(space_id).name, scenario.space_by_id[space_id].name)


def place_of(site: str, space: str) -> str:
    """Join the names of a site and a space in it, once where one holds the other."""
    own, whole = space.casefold(), site.casefold()
    if own.startswith(whole):
        return space
    if whole.startswith(own) or whole.endswith(own):
        return site
    return f"{site}, {space}"


def listed(words: Iterable[str], lang: str) -> str:
    """Join words as a sentence does: a, b and c."""
    *head, last = words
    return LANGUAGES[lang].pair.format(head=", ".join(head), last=last) if head else last


def wish_text(need: Need, lang: str) -> str:
    """Say a need's wished hours in short, as ``ma, ti 17.00-20.00``."""
    return "; ".join(
        f"{', '.join(weekday_short(day, lang) for day in wish.weekdays)} {clock_span(wish.start, wish.end, lang)}"
        for wish in need.wishes
    )


def _stopping_rules(reason: Reason) -> Sequence[str]:
    """Rules that the sentences of a reason speak of."""
    if reason.outcome == "placed":
        return ()
    if reason.candidates:
        return ["space.double"] if reason.blocked and not reason.rules else []
    return [entry.rule for unit in ("spaces", "stays") for entry in _worst(_removing(reason, unit))]


def _removing(reason: Reason, unit: str) -> list[Filter]:
    return [entry for entry in reason.filters if entry.unit == unit and entry.removed]


def _worst(filters: Sequence[Filter]) -> list[Filter]:
    """Pick the filter that took most and, where it is another and left nothing, the one that took the last."""
    if not filters:
        return []
    most = max(filters, key=lambda entry: entry.removed)
    return [most] if most is filters[-1] or filters[-1].left else [most, filters[-1]]


def _filtered(reason: Reason, need: Need, lang: str) -> list[str]:
    """Say which rules took the spaces, and which took the stays in the spaces that were left."""
    sentences = [text("why.no_fit", lang)]
    for unit in ("spaces", "stays"):
        filters = _removing(reason, unit)
        if not filters:
            continue
        whys = [stopped_clause(entry.rule, need, lang) for entry in _worst(filters)]
        most = max(entry.removed for entry in filters)
        key = "why.only" if len(filters) == 1 else "why.most" if len(whys) == 1 else "why.most_last"
        clause = text(key, lang, most=most, why=whys[0], last=whys[-1])
        whole = "some" if filters[-1].left else "all"
        sentences.append(text(f"why.{whole}_{unit}", lang, n=sum(entry.removed for entry in filters), clause=clause))
    return sentences


def _held(reason: Reason, need: Need, lang: str) -> list[str]:
    free = reason.candidates - reason.blocked
    if not free and reason.rules and "space.double" not in reason.rules:
        why = listed((stopped_clause(rule, need, lang) for rule in reason.rules), lang)
        return [text("why.all_stopped", lang, n=reason.candidates, why=why)]
    sentences = []
    if reason.blocked:
        key = "why.some_held" if free else "why.all_held"
        sentences.append(text(key, lang, n=reason.candidates, blocked=reason.blocked))
    if free:
        others = [rule for rule in reason.rules if rule in HARD_RULES and rule not in _OF_HOLDERS]
        why = listed((stopped_clause(rule, need, lang) for rule in others), lang) if others else ""
        sentences.append(text("why.free_but" if others else "why.free", lang, n=free, why=why))
    return sentences


def _holder(holder: Holder, scenario: Scenario, lang: str) -> str:
    return text(
        "why.holder",
        lang,
        n=holder.points,
        organisation=scenario.organisation_by_id[holder.organisation].name,
        activity=scenario.need_by_id[holder.need].title,
        place=place_name(scenario, holder.space),
        day=weekday_short(holder.weekday, lang),
        time=clock_span(parse_clock(holder.start), parse_clock(holder.end), lang),
    )


def _lost(reason: Reason, lang: str) -> str:
    named = [date_text(day, lang) for day in reason.lost_dates[:NAMED_DATES]]
    more = len(reason.lost_dates) - len(named)
    if more:
        named.append(text("why.more_dates", lang, n=more))
    return text("why.lost", lang, n=len(reason.lost_dates), dates=listed(named, lang))


def _given_up(skip: Skip, scenario: Scenario, lang: str) -> str:
    """Say which date a series gives up, and to which events."""
    day = date_text(skip.day, lang)
    if not skip.to:
        return text("why.given_up_free", lang, date=day)
    events = listed((scenario.need_by_id[name].title for name in skip.to), lang)
    return text("why.given_up", lang, n=len(skip.to), date=day, events=events)


def stopped_clause(rule: str, need: Need, lang: str) -> str:
    """Say, as a clause after "because", how a hard rule stops this need's stays."""
    shortest, longest = need.min_minutes, need.max_minutes
    return text(
        f"stopped.{rule}",
        lang,
        n=need.size,
        features=listed((label("feature", name, lang) for name in need.features), lang) if need.features else "",
        wishes=wish_text(need, lang),
        duration=f"{shortest}" if shortest == longest else f"{shortest}\N{EN DASH}{longest}",
        ages=f"{need.ages[0]}\N{EN DASH}{need.ages[1]}" if need.ages else "",
    )
