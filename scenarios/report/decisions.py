"""Decision documents: for each organisation what it asked, what it got and why, fit to be sent and to be appealed.

Nobody else is named: who got a place is told by what the rules look at, such as tier, age, size and weight.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models.base import parse_clock
from models.needs import Need, Organisation
from models.plan import Plan
from models.result import Holder, Reason
from models.scenario import Scenario
from scenarios import wording
from scenarios.fairness import age_group
from scenarios.pages import environment
from scenarios.report.figures import Share, grants
from scenarios.report.phrases import Phrases
from scenarios.wording.sentences import (
    NAMED_HOLDERS,
    address_sentences,
    basis_rules,
    basis_sentence,
    deadline_sentences,
    obstacle_sentences,
    outcome_sentence,
    override_sentences,
    tier_title,
    weight_sentences,
    wish_text,
)

FINNISH_APPEAL_DAYS = 14
"""Days of the claim for a revised decision by the Finnish Local Government Act (410/2015, sections 134 to 140)."""
FINNISH_ZONES = ("Europe/Helsinki", "Europe/Mariehamn")


@dataclass(frozen=True)
class Ask:
    """One need of the organisation, and what became of it."""

    need: Need
    reason: Reason
    shares: tuple[Share, ...]


def write_decisions(
    scenario: Scenario,
    plan: Plan,
    reasons: Sequence[Reason],
    organisations: Iterable[Organisation],
    folder: Path,
    langs: Sequence[str],
    day: date,
) -> list[Path]:
    """Write a page for each organisation and language into an existing folder, and return their paths.

    Parameters
    ----------
    reasons
        Of all needs of these organisations.
    day
        The date on the pages.
    """
    scenario = scenario.as_opened(plan.decisions.opened)
    asks = _asks(scenario, plan, reasons)
    template = environment().get_template("decisions.html")
    written = []
    for organisation in organisations:
        for lang in langs:
            words = _words(scenario, plan, organisation, lang)
            page = template.render(organisation=organisation, asks=asks[organisation.id], day=day, plan=plan, **words)
            path = folder / decision_name(organisation.id, lang)
            path.write_text(page, encoding="utf-8")
            written.append(path)
    return written


def decision_name(organisation_id: str, lang: str) -> str:
    """Return the file name of an organisation's decision, another one for each id; no system minds a tilde."""
    return f"{organisation_id.replace(':', '~')}.{lang}.html"


def _asks(scenario: Scenario, plan: Plan, reasons: Sequence[Reason]) -> dict[str, list[Ask]]:
    """Return the needs of each organisation with their reasons and placements, those refused first."""
    shares = {share.placement: share for grant in grants(scenario, plan, reasons) for share in grant.shares}
    asks: defaultdict[str, list[Ask]] = defaultdict(list)
    for reason in sorted(reasons, key=lambda one: one.outcome == "placed"):
        need = scenario.need_by_id[reason.need]
        placed = sorted(plan.of_need(need.id), key=lambda one: (one.weekday, one.start))
        asks[need.organisation].append(Ask(need, reason, tuple(shares[one] for one in placed)))
    return asks


def _words(scenario: Scenario, plan: Plan, organisation: Organisation, lang: str) -> dict[str, Any]:
    """Return everything that a page needs of its language."""
    letter = _Letter(scenario, organisation, lang)
    phrases = Phrases(scenario, lang).functions()
    own = {
        name: getattr(letter, name)
        for name in ("asked", "why", "rivals", "nearest", "change", "removed", "points", "dates", "lot", "tier")
    }
    return {
        "scenario": scenario,
        "lang": lang,
        **phrases,
        **own,
        "summary": letter.summary(plan),
        "deadlines": letter.deadlines(),
        "appeal": letter.appeal(),
        "overlays": "; ".join(overlay.title for overlay in plan.overlays),
    }


@dataclass(frozen=True)
class _Letter:
    """What is said to one organisation in one language."""

    scenario: Scenario
    organisation: Organisation
    lang: str

    def _text(self, key: str, **values: str | int | float) -> str:
        return wording.text(key, self.lang, **values)

    def summary(self, plan: Plan) -> str:
        """Count what was asked and given."""
        needs = [need for need in self.scenario.needs if need.organisation == self.organisation.id]
        asked = sum(need.sessions for need in needs)
        placed = sum(len(plan.of_need(need.id)) for need in needs)
        return self._text("decisions.summary", n=asked, placed=placed, needs=len(needs))

    def asked(self, need: Need) -> list[str]:
        """Say what was asked: how many persons, how often and how long, when and where."""
        shortest, longest = need.min_minutes, need.max_minutes
        duration = f"{shortest}" if shortest == longest else f"{shortest}\N{EN DASH}{longest}"
        often = self._text(f"often.{need.recurrence.kind}", n=need.sessions)
        said = [
            self._text("decisions.asked", size=need.size, often=often, duration=duration),
            self._text("decisions.wished", wishes=wish_text(need, self.lang)),
        ]
        scenario, space = self.scenario, self.scenario.space_by_id
        places = [
            wording.place_name(scenario, one) if one in space else scenario.site_by_id[one].name for one in need.spaces
        ]
        if places:
            said.append(self._text("decisions.places", places="; ".join(places)))
        if need.districts:
            said.append(self._text("decisions.districts", districts=", ".join(need.districts)))
        if need.features:
            features = (wording.label("feature", name, self.lang) for name in need.features)
            said.append(self._text("decisions.features", features=", ".join(features)))
        return said

    def why(self, ask: Ask) -> list[str]:
        """Say what was decided and by which rules; events that take single dates are not named."""
        anonymous = ask.reason.model_copy(
            update={"given_up": tuple(skip.model_copy(update={"to": ()}) for skip in ask.reason.given_up)}
        )
        rules = basis_rules(ask.reason)
        return [
            outcome_sentence(ask.reason, self.lang),
            *obstacle_sentences(anonymous, self.scenario, self.lang),
            *override_sentences(ask.reason.overridden, self.lang),
            *([basis_sentence(rules, self.lang)] if rules else []),
            *weight_sentences(ask.need, self.scenario, self.lang),
        ]

    def removed(self, ask: Ask) -> list[str]:
        """Say what each rule took away."""
        return wording.filter_phrases(ask.reason, self.scenario, self.lang) if ask.reason.outcome != "placed" else []

    def rivals(self, ask: Ask) -> list[str]:
        """Describe who holds most of what the need could have had."""
        if ask.reason.outcome == "placed":
            return []
        return [self._rival(holder) for holder in ask.reason.holders[:NAMED_HOLDERS]]

    def _rival(self, holder: Holder) -> str:
        scenario, lang = self.scenario, self.lang
        need, other = scenario.need_by_id[holder.need], scenario.organisation_by_id[holder.organisation]
        start, end = parse_clock(holder.start), parse_clock(holder.end)
        if other.id == self.organisation.id:
            who = self._text("decisions.own", title=need.title)
        else:
            applicant = wording.label("class", other.applicant_class, lang)
            who = self._text("decisions.group", applicant=applicant, age=wording.label("age", age_group(need), lang))
        tier = tier_title(scenario, need, holder.space, holder.weekday, start, lang)
        facts = [
            who,
            *([tier] if tier else []),
            self._text("decisions.persons", n=need.size),
            self._text("decisions.weight", weight=wording.percent(scenario.weight_of(need) / 100, lang)),
            self._text("decisions.points", n=holder.points),
        ]
        day, time = wording.weekday_short(holder.weekday, lang), wording.clock_span(start, end, lang)
        at = self._text("change.at", place=wording.place_name(scenario, holder.space), day=day, time=time)
        return f"{at}: {', '.join(facts)}."

    def tier(self, ask: Ask) -> str:
        """Name the need's own tier where it came closest, so that it can be compared."""
        miss = ask.reason.nearest_miss
        if miss is None:
            return ""
        return tier_title(self.scenario, ask.need, miss.space, miss.weekday, parse_clock(miss.start), self.lang) or ""

    def nearest(self, ask: Ask) -> str:
        """Say which stay came closest."""
        return " ".join(wording.miss_sentences(ask.reason, self.scenario, self.lang))

    def change(self, ask: Ask) -> str:
        """Say which small change would have helped, or that none was found."""
        change = ask.reason.smallest_change
        if change is None:
            return self._text("unplaced.no_change") if ask.reason.outcome != "placed" else ""
        return wording.change_sentence(change, self.scenario, self.lang, anonymous=True)

    def points(self, ask: Ask) -> str:
        """Tell what the need's sessions earned by each rule."""
        named = (
            self._text("decisions.by_rule", rule=wording.rule_text(rule, self.lang).rstrip("."), n=points)
            for rule, points in sorted(ask.reason.points.items(), key=lambda entry: -entry[1])
        )
        return "; ".join(named)

    def dates(self, share: Share) -> str:
        """List every date of a placement, the year once for each year."""
        of_year: defaultdict[int, list[str]] = defaultdict(list)
        for day in share.placement.dates:
            of_year[day.year].append(wording.date_text(day, self.lang, year=False))
        return "; ".join(f"{year}: {', '.join(days)}" for year, days in of_year.items())

    def lot(self, asks: Sequence[Ask]) -> list[tuple[str, str]]:
        """Return each need's title and lot, where the policy draws lots."""
        policy = self.scenario.policy
        return [] if policy.lot is None else [(ask.need.id, policy.drawn(ask.need.id)) for ask in asks]

    def deadlines(self) -> list[str]:
        """Say until when the organisation confirms or returns sessions."""
        decision = self.scenario.policy.decision
        return [] if decision is None else deadline_sentences(decision, self.lang)

    def appeal(self) -> list[str]:
        """Say how to appeal: in full where it is the Finnish claim for a revised decision, else as the policy does."""
        decision = self.scenario.policy.decision
        if decision is None or decision.appeal_days is None:
            return [self._text("decisions.no_appeal")]
        if self.scenario.season.timezone in FINNISH_ZONES and decision.appeal_days == FINNISH_APPEAL_DAYS:
            parts = ("claim", "told", "last_day", "content")
            sentences = [self._text(f"appeal.{part}", n=decision.appeal_days) for part in parts]
        else:
            sentences = [self._text("decision.appeal", n=decision.appeal_days)]
        return [*sentences, *address_sentences(decision, self.lang)]
