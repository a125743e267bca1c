"""What differs between two plans, in sentences: the agreement, sessions by need, the pot, and who pays how much."""

from collections.abc import Iterator

from models.agreements import Agreement
from models.scenario import Scenario
from scenarios.comparison.changes import NeedChange, SessionCounts
from scenarios.costs import Split
from scenarios.costs_comparison import CostsComparison, Payment
from scenarios.wording import money, text

KINDS = ("lost", "won", "moved")
"""What becomes of sessions, in the order that it is told."""


def change_sentences(made: CostsComparison, scenario: Scenario, lang: str) -> list[str]:
    """Say in a few sentences how the second plan differs; what it says of an agreement is the scenario's."""
    return [
        *_agreements(made, scenario, lang),
        _sessions(made, lang),
        *_pot(made, lang),
        *(_split(made, split, lang) for split in made.splits),
    ]


def need_sentence(change: NeedChange, scenario: Scenario, lang: str) -> str:
    """Say what becomes of the sessions of a need."""
    need, who = scenario.need_by_id[change.need], scenario.organisation_by_id[change.organisation]
    return f"{need.title} ({who.name}): {_told(change, lang)}."


def _told(change: SessionCounts, lang: str) -> str:
    counts = ((kind, getattr(change, kind)) for kind in KINDS)
    return "; ".join(text(f"differ.{kind}", lang, n=count) for kind, count in counts if count)


def _agreements(made: CostsComparison, scenario: Scenario, lang: str) -> Iterator[str]:
    before, after = made.agreements
    # One that is in force is named by no plan: it holds.
    known = [one for one in scenario.agreements if one.id in {*before, *after}]
    for agreement in known:
        name = agreement.id
        if before.get(name, "holds") == after.get(name, "holds"):
            continue
        yield text(f"differ.{after.get(name, 'holds')}", lang, title=agreement.title)
        yield from _brings(agreement, scenario, lang)
    if before and before == after:
        yield text("differ.same", lang)


def _brings(agreement: Agreement, scenario: Scenario, lang: str) -> Iterator[str]:
    """Say what goes or comes with an agreement."""
    spaces = [scenario.space_by_id[name].name for name in agreement.spaces]
    if spaces:
        yield text("differ.spaces", lang, n=len(spaces), spaces="; ".join(spaces))
    if agreement.contribution:
        yield text("differ.brings", lang, sum=money(agreement.contribution, lang))
    if agreement.organisations:
        yield text("differ.members", lang, n=len(agreement.organisations))


def _sessions(made: CostsComparison, lang: str) -> str:
    if not made.needs:
        return text("differ.no_sessions", lang)
    counts = {kind: sum(getattr(change, kind) for change in made.needs) for kind in KINDS}
    what = _told(SessionCounts(**counts), lang)
    return text("differ.sessions", lang, n=len(made.needs), what=what)


def _pot(made: CostsComparison, lang: str) -> Iterator[str]:
    """Say what is in the pot and what it pays, and what all share."""
    used, shared = ([money(cents / 100, lang) for cents in pair] for pair in (made.pot_used, made.shared))
    if made.pot != (None, None):
        first, second = (money((cents or 0) / 100, lang) for cents in made.pot)
        yield text("differ.pot", lang, first=first, second=second, paid=used[0], pays=used[1])
    if any(made.shared):
        yield text("differ.shared", lang, first=shared[0], second=shared[1])


def _split(made: CostsComparison, split: Split, lang: str) -> str:
    """Say how many pay more and less with their share by a split, how much, and whose change is the largest."""
    more, less = ([one for one in made.payments if sign * one.change(split) > 0] for sign in (1, -1))
    told = [_together(f"differ.{name}", some, split, lang) for name, some in (("more", more), ("less", less)) if some]
    same = len(made.payments) - len(more) - len(less)
    told += [text("differ.as_before", lang, n=same)] if same else []
    sentences = [text(f"differ.{split}", lang, told="; ".join(told))]
    for name, some in (("rise", more), ("fall", less)):
        if len(some) > 1:
            most = max(some, key=lambda one: abs(one.change(split)))
            first, second = (money(cents / 100, lang) for cents in most.total[split])
            sentences.append(text(f"differ.{name}", lang, name=most.name, first=first, second=second))
    return " ".join(sentences)


def _together(key: str, some: list[Payment], split: Split, lang: str) -> str:
    cents = sum(abs(one.change(split)) for one in some)
    return text(key, lang, n=len(some), sum=money(cents / 100, lang))
