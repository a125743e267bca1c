"""What intervals decide, in a sentence of each language."""

from math import ceil, floor

from scenarios.comparison.intervals import Decision
from scenarios.comparison.pairs import Pair
from scenarios.wording import number, percent, text


def signed(value: float, lang: str, digits: int = 0) -> str:
    """Write a number with its sign, also where it is above zero."""
    written = number(value, lang, digits)
    return f"+{written}" if any(mark in "123456789" for mark in written) and value > 0 else written


def decimals(hours: float) -> int:
    """Return with how many decimals hours are told: whole ones without, so that what is told adds up."""
    return 0 if round(hours, 1) == round(hours) else 1


def decision_sentence(pair: Pair, what: str, lang: str) -> str:
    """Say what is decided of the second side, which is about something."""
    decision = pair.decision
    if decision.why is not None:
        return text(f"incomparable.{decision.why}", lang, what=what, base=pair.base, other=pair.other)
    if decision.about == "plans":
        return _plans_sentence(pair, decision, lang)
    if decision.answer == "equal":
        return text("compare.equal", lang, what=what)
    if decision.answer in ("better", "worse"):
        return _decided_sentence(decision, what, lang)
    return _undecided_sentence(decision, what, lang)


def _plans_sentence(pair: Pair, decision: Decision, lang: str) -> str:
    gain, share = decision.low or 0, percent(abs(decision.low_share or 0), lang, 2)
    if not gain:
        return text("compare.plan_same", lang, base=pair.base, other=pair.other)
    key = "compare.plan_more" if gain > 0 else "compare.plan_less"
    return text(key, lang, base=pair.base, other=pair.other, n=abs(gain), share=share)


def _decided_sentence(decision: Decision, what: str, lang: str) -> str:
    """Say how much is gained or lost at least and at most, both above zero."""
    gains = decision.answer == "better"
    ends = (decision.low, decision.high) if gains else (decision.high, decision.low)
    shares = (decision.low_share, decision.high_share) if gains else (decision.high_share, decision.low_share)
    key = "compare.gains" if gains else "compare.costs"
    if ends[1] is None or None in shares:
        return text(f"{key}_at_least", lang, what=what, low=abs(ends[0] or 0))
    least, most = (abs(share or 0) for share in shares)
    return text(
        key,
        lang,
        what=what,
        low=abs(ends[0] or 0),
        high=abs(ends[1]),
        low_share=share_text(least, lang, up=False),
        high_share=share_text(most, lang, up=True),
    )


def _undecided_sentence(decision: Decision, what: str, lang: str) -> str:
    low, high = decision.low, decision.high
    if low is None or high is None:
        return text("compare.unbounded", lang, what=what)
    shares = (
        share_text(decision.low_share, lang, up=False),
        share_text(decision.high_share, lang, up=True),
    )
    if low == 0:
        return text("compare.no_loss", lang, what=what, n=high, share=shares[1])
    if high == 0:
        return text("compare.no_gain", lang, what=what, n=-low, share=shares[0].lstrip("\N{MINUS SIGN}"))
    ends = {"low": signed(low, lang), "high": signed(high, lang)}
    return text("compare.undecided", lang, what=what, **ends, low_share=shares[0], high_share=f"+{shares[1]}")


def share_text(share: float | None, lang: str, *, up: bool) -> str:
    """Write a share as a percentage with one decimal, rounded so that what is said of an end stays true."""
    if share is None:
        return "\N{EN DASH}"
    tenths = (ceil if up else floor)(round(1000 * share, 9))
    return percent(tenths / 1000, lang, 1)
