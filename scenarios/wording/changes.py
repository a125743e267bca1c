"""Sentences about what would have given a need a session: the smallest change, and the nearest miss."""

from collections.abc import Iterator
from datetime import date

from models.base import parse_clock
from models.changes import Change, Miss, Move
from models.result import Filter, Reason
from models.scenario import Scenario
from scenarios.wording.language import clock_span, date_text, label, rule_text, text, weekday, weekday_short
from scenarios.wording.sentences import listed, place_name, stopped_clause

NAMED_RULES = 3
"""Rules named by which what is in a place earns more."""
LEAST_HOUR_POINTS = 1.0
"""Hours worth less than this are not spoken of."""


def change_sentence(change: Change, scenario: Scenario, lang: str, *, anonymous: bool = False) -> str:
    """Say which small change would have given the need a session, who can make it, and whether that was checked.

    Parameters
    ----------
    anonymous
        Others are counted and not named.
    """
    return " ".join(
        [_change(change, scenario, lang), *_maker(change, scenario, lang), _check(change, scenario, lang, anonymous)]
    )


def _change(change: Change, scenario: Scenario, lang: str) -> str:
    start, end = parse_clock(change.start), parse_clock(change.end)
    bare = change.kind == "less_features" and not change.value
    values: dict[str, str | int] = {
        "place": place_name(scenario, change.space),
        "weekday": weekday(change.weekday, lang),
        "day": weekday_short(change.weekday, lang),
        "time": clock_span(start, end, lang),
        "minutes": end - start,
        "people": change.value,
        "district": scenario.site_of(change.space).district or scenario.site_of(change.space).name,
    }
    match change.kind:
        case "less_features" if not bare:
            features = (label("feature", word.strip(), lang) for word in change.value.split(";"))
            values["features"] = listed(features, lang)
        case "more_hours":
            values["hours"] = clock_span(*map(parse_clock, change.value.split(" ")[1].split("-")), lang)
        case "open_dates":
            days = [date.fromisoformat(day.strip()) for day in change.value.split(";")]
            values["dates"] = listed((date_text(day, lang) for day in days), lang)
    return text("change.no_features" if bare else f"change.{change.kind}", lang, **values)


def _maker(change: Change, scenario: Scenario, lang: str) -> Iterator[str]:
    """Say who can make a change that is not the applicant's."""
    if change.by != "applicant":
        owner = label("owner_name", scenario.space_by_id[change.space].owner, lang)
        yield text(f"change.by.{change.by}", lang, owner=owner)


def _check(change: Change, scenario: Scenario, lang: str, anonymous: bool) -> str:
    if not change.confirmed:
        return text("change.estimate", lang)
    if not change.moves:
        return text("change.confirmed", lang)
    if anonymous:
        return text("change.moves_anonymous", lang, n=len(change.moves))
    moves = "; ".join(_move(move, scenario, lang) for move in change.moves)
    return text("change.moves", lang, n=len(change.moves), moves=moves)


def _move(move: Move, scenario: Scenario, lang: str) -> str:
    return text(
        "change.move",
        lang,
        organisation=scenario.organisation_by_id[move.organisation].name,
        activity=scenario.need_by_id[move.need].title,
        old=_at(move.from_space, move.from_weekday, move.from_start, move.from_end, scenario, lang),
        new=_at(move.space, move.weekday, move.start, move.end, scenario, lang),
    )


def _at(space: str, day: int, start: str, end: str, scenario: Scenario, lang: str) -> str:
    return text(
        "change.at",
        lang,
        place=place_name(scenario, space),
        day=weekday_short(day, lang),
        time=clock_span(parse_clock(start), parse_clock(end), lang),
    )


def miss_sentences(reason: Reason, scenario: Scenario, lang: str) -> list[str]:
    """Say which stay came closest, what it lacked, by which rules others come first there, and how scarce it is."""
    miss = reason.nearest_miss
    if miss is None:
        return []
    need = scenario.need_by_id[reason.need]
    at = _at(miss.space, miss.weekday, miss.start, miss.end, scenario, lang)
    if miss.rule is not None:
        sentences = [text("miss.rule", lang, at=at, why=stopped_clause(miss.rule, need, lang))]
    elif not miss.holders:
        sentences = [text("miss.free", lang, at=at, n=miss.lacked)]
    elif miss.lacked:
        lacked = text("miss.points", lang, at=at, earned=miss.earned, displaced=miss.displaced, n=miss.lacked)
        sentences = [lacked, *_first_by(miss, lang)]
    else:
        sentences = [text("miss.equal", lang, at=at, earned=miss.earned, displaced=miss.displaced)]
    if not {"order.tiers", "order.lot"}.isdisjoint(reason.rules):
        sentences.append(text("miss.order", lang))
    if (miss.hour_points or 0) >= LEAST_HOUR_POINTS:
        sentences.append(text("miss.price", lang, n=round(miss.hour_points or 0)))
    return sentences


def _first_by(miss: Miss, lang: str) -> Iterator[str]:
    """Name the rules by which what is in the place earns more, those of most points first."""
    rules = sorted((rule for rule, more in miss.by_rule.items() if more > 0), key=lambda rule: -miss.by_rule[rule])
    named = [
        text("miss.by_rule", lang, rule=rule_text(rule, lang).rstrip("."), n=miss.by_rule[rule])
        for rule in rules[:NAMED_RULES]
    ]
    if named:
        yield text("miss.first_by", lang, rules="; ".join(named))


def filter_phrases(reason: Reason, scenario: Scenario, lang: str) -> list[str]:
    """Say of each rule that took spaces or stays away how many it took and how many it left."""
    need = scenario.need_by_id[reason.need]
    return [_filter(entry, stopped_clause(entry.rule, need, lang), lang) for entry in reason.filters if entry.removed]


def _filter(entry: Filter, why: str, lang: str) -> str:
    return text(f"filter.{entry.unit}", lang, n=entry.removed, left=entry.left, why=why)
