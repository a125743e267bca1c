"""Sentences about where else a need could be, made from a recommendation."""

from collections.abc import Iterator, Mapping

from models.plan import Placement
from models.recommendation import Chain, Option, Recommendation
from models.scenario import Scenario
from scenarios.wording.language import clock_span, number, text, weekday_short
from scenarios.wording.sentences import listed, place_name


def recommendation_sentences(made: Recommendation, lang: str) -> list[str]:
    """Say how much there is to choose from, and what is sure of the list."""
    sentences = [
        text("where.sessions", lang, placed=made.sessions_placed, n=made.sessions_asked),
        text("where.candidates", lang, n=made.candidates) if made.candidates else text("where.none", lang),
    ]
    if made.candidates and not made.options:
        sentences += [text("where.none_free", lang)] if made.free_only and not made.left_out else []
    elif made.options:
        told = "not_exact" if not made.exact else "best_all" if made.all_times else "best_each"
        sentences.append(text(f"where.{told}", lang))
    if made.astray:
        sentences.append(text("where.astray", lang, n=made.astray))
    sentences += [text("where.left_out", lang, n=n, rule=rule) for rule, n in made.left_out.items()]
    if made.order_checked is False:
        sentences.append(text("where.order_unchecked", lang))
    return sentences


def option_sentences(option: Option, scenario: Scenario, lang: str) -> list[str]:
    """Say of one placement what it changes, who has to give way, and where they could go."""
    sentences = [text("where.change", lang, points=signed(option.change, lang))]
    if option.by_rule:
        sentences.append(text("where.by_rule", lang, rules=by_rule_text(option.by_rule, lang)))
    if option.replaces is not None:
        sentences.append(text("where.replaces", lang, stay=stay_text(option.replaces, scenario, lang)))
    sentences += [_told("displaced", one, one, scenario, lang) for one in option.displaced]
    if not option.forced:
        sentences.append(text("where.choice", lang))
    if option.chain is None:
        return [*sentences, text("where.free", lang)]
    return [*sentences, *_chain_sentences(option.chain, scenario, lang)]


def _chain_sentences(chain: Chain, scenario: Scenario, lang: str) -> Iterator[str]:
    if all(step.to is None for step in chain.steps):
        yield text("where.nowhere", lang)
        return
    for step in chain.steps:
        if step.to is None:
            yield _told("without", step.leaves, step.leaves, scenario, lang)
        else:
            yield _told("moves", step.leaves, step.to, scenario, lang, points=signed(step.change, lang))
            yield from (_told("displaced", one, one, scenario, lang) for one in step.displaced)
    yield text("where.chain", lang, points=signed(chain.change, lang))
    if chain.by_rule:
        yield text("where.by_rule", lang, rules=by_rule_text(chain.by_rule, lang))
    if chain.breaks:
        yield text("where.breaks", lang, rules=listed(chain.breaks, lang))


def _told(key: str, whose: Placement, stay: Placement, scenario: Scenario, lang: str, **values: str) -> str:
    return text(f"where.{key}", lang, who=who_text(whose, scenario), stay=stay_text(stay, scenario, lang), **values)


def who_text(placement: Placement, scenario: Scenario) -> str:
    """Name the activity and organisation of a placement."""
    need = scenario.need_by_id[placement.need]
    return f"{need.title}, {scenario.organisation_by_id[need.organisation].name}"


def stay_text(placement: Placement, scenario: Scenario, lang: str) -> str:
    """Say where and when a placement is, and on how many dates."""
    return text(
        "where.stay",
        lang,
        place=place_name(scenario, placement.space),
        day=weekday_short(placement.weekday, lang),
        time=clock_span(placement.start, placement.ends_at, lang),
        n=len(placement.dates),
    )


def by_rule_text(by_rule: Mapping[str, int], lang: str) -> str:
    """List changes by rule, the largest first."""
    largest = sorted(by_rule.items(), key=lambda entry: -abs(entry[1]))
    return ", ".join(f"{rule} {signed(points, lang)}" for rule, points in largest)


def signed(points: int, lang: str) -> str:
    """Write a change of points with its sign."""
    return f"{'+' if points > 0 else ''}{number(points, lang)}"
