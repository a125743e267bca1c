"""The phrases of the report in one language, as the functions that its templates call."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from models.changes import Change
from models.places import Space
from models.result import FloorKept, Reason, Result
from models.scenario import Scenario
from scenarios import wording
from scenarios.report.figures import Grant, Mark, Share
from scenarios.report.weeks import Block, SpaceWeek
from scenarios.wording.sentences import basis_sentence, holder_phrases, obstacle_sentences, weight_sentences

NAMED_SHORT = 10
"""Names of those below a floor that are written out."""
NAMED_LOST = 4
"""Lost dates written out in a row of a table; of more, only the count and the first ones."""


@dataclass(frozen=True)
class Phrases:
    """A scenario spoken of in one language."""

    scenario: Scenario
    lang: str

    def functions(self) -> dict[str, Callable[..., str | list[str]]]:
        """Return everything that templates call, by the short names they use."""
        lang = self.lang
        return {
            "t": self.text,
            "num": partial(wording.number, lang=lang),
            "pct": partial(wording.percent, lang=lang),
            "eur": partial(wording.money, lang=lang),
            "span": partial(wording.clock_span, lang=lang),
            "date": partial(wording.date_text, lang=lang),
            "weekday": partial(wording.weekday, lang=lang),
            "weekday_short": partial(wording.weekday_short, lang=lang),
            "label": partial(wording.label, lang=lang),
            "rule": partial(wording.rule_text, lang=lang),
            "place": partial(wording.place_name, self.scenario),
            "why": self.why,
            "holders": self.holders,
            "basis": partial(basis_sentence, lang=lang),
            "change": self.change,
            "acceptance": self.acceptance,
            "decision_texts": partial(wording.decision_sentences, self.scenario, lang),
            "mark_short": self.mark_short,
            "when": self.when,
            "day_time": self.day_time,
            "lost_text": self.lost,
            "given_text": self.given_up,
            "cost_text": self.cost,
            "space_facts": self.space_facts,
            "offered_text": self.offered,
            "floor_text": self.floor,
        }

    def text(self, key: str, **values: str | int | float) -> str:
        """Return a text with its values filled in."""
        return wording.text(key, self.lang, **values)

    def why(self, reason: Reason) -> str:
        """Say what stood in the way of a need, and what gave it its weight."""
        need = self.scenario.need_by_id[reason.need]
        obstacles = obstacle_sentences(reason, self.scenario, self.lang)
        nearest = wording.miss_sentences(reason, self.scenario, self.lang)
        return " ".join([*obstacles, *nearest, *weight_sentences(need, self.scenario, self.lang)])

    def holders(self, reason: Reason) -> list[str]:
        """Name those that hold most of what a need could have had."""
        return holder_phrases(reason, self.scenario, self.lang)

    def change(self, change: Change) -> str:
        """Say which small change would have given the need a session."""
        return wording.change_sentence(change, self.scenario, self.lang)

    def acceptance(self, space_id: str) -> str:
        """Say who besides the town has to accept what is planned in a space, or nothing where nobody has to."""
        deciders = self.scenario.deciders_of(space_id)
        return wording.acceptance_sentence(deciders, self.lang) if deciders else ""

    def mark_short(self, mark: Mark) -> str:
        """Mark a placement that is not held every week of the season, in a few letters."""
        if mark.kind == "biweekly":
            return "AB"[mark.phase]
        if mark.kind == "monthly":
            return self.text("mark.monthly")
        if mark.kind == "dates":
            return self.text("mark.dates", n=len(mark.dates))
        return self._dates(mark) if mark.part_season else ""

    def when(self, share: Share) -> str:
        """Say on which weekdays, at what time and how often a placement is held."""
        placement, mark = share.placement, share.mark
        weekdays = sorted({day.weekday() for day in placement.dates})
        names = ", ".join(wording.weekday_short(day, self.lang) for day in weekdays)
        time = f"{names} {wording.clock_span(placement.start, placement.ends_at, self.lang)}"
        notes = []
        if mark.kind == "biweekly":
            notes.append(self.text("when.biweekly", phase="AB"[mark.phase]))
        elif mark.kind != "weekly":
            notes.append(self.text(f"when.{mark.kind}", n=len(mark.dates), day=self._day(mark.dates[0])))
        if mark.part_season and mark.kind in ("weekly", "biweekly", "monthly", "office"):
            notes.append(self._dates(mark))
        return ", ".join((time, *notes))

    def day_time(self, block: Block) -> str:
        """Say on which date and at what time a one-off is held."""
        day = block.mark.dates[0]
        time = wording.clock_span(block.start, block.end, self.lang)
        return f"{wording.weekday_short(day.weekday(), self.lang)} {self._day(day)} {time}"

    def lost(self, days: tuple[date, ...]) -> str:
        """Count the dates a placement loses to closures, and name the first ones."""
        if not days:
            return ""
        named = ", ".join(self._day(day) for day in days[:NAMED_LOST])
        more = ", \N{HORIZONTAL ELLIPSIS}" if len(days) > NAMED_LOST else ""
        return self.text("granted.lost_dates", n=len(days), dates=named + more)

    def given_up(self, days: tuple[date, ...]) -> str:
        """Name the dates a placement gives up to events."""
        return self.text("granted.given_up", dates=", ".join(self._day(day) for day in days))

    def floor(self, floor: FloorKept) -> str:
        """Say how many have as many sessions as a floor, and name those that have not."""
        if not floor.concerned:
            return self.text("fair.nobody", title=floor.title)
        kept = self.text(
            "fair.floor", title=floor.title, sessions=floor.sessions, kept=floor.kept, concerned=floor.concerned
        )
        if not floor.short:
            return kept
        scenario, ids = self.scenario, floor.short[:NAMED_SHORT]
        by_need = floor.each == "need"
        names = [scenario.need_by_id[one].title if by_need else scenario.organisation_by_id[one].name for one in ids]
        more = ", \N{HORIZONTAL ELLIPSIS}" if len(floor.short) > NAMED_SHORT else ""
        return f"{kept} {self.text('fair.floor_short', names=', '.join(names) + more)}"

    def cost(self, grant: Grant) -> str:
        """Say what an organisation pays for the season, and what of it is not known or rests on an assumption."""
        if grant.unpriced == len(grant.shares):
            return self.text("granted.cost_all_unknown")
        total = self.text("granted.cost_sum", cost=wording.money(grant.cost, self.lang))
        if grant.price_assumed:
            total = f"{total} {self.text('data.assumed')}"
        if grant.unpriced:
            total = f"{total} {self.text('granted.cost_part_unknown', n=grant.unpriced)}"
        return total

    def space_facts(self, week: SpaceWeek) -> str:
        """Describe a space in one line: what it is, whose, how large, and how full it is."""
        space = week.space
        facts = [
            wording.label("kind", space.kind, self.lang),
            wording.label("owner", space.owner, self.lang),
            self._capacity(space, assumed=week.capacity_assumed),
        ]
        if week.whole:
            facts.append(self.text("weeks.part_of", whole=week.whole.name))
        if space.shareable:
            facts.append(self.text("weeks.shareable"))
        if space.status != "open":
            facts.append(self.text(f"space.{space.status}"))
        if week.share is not None:
            facts.append(self.text("weeks.share", share=wording.percent(week.share, self.lang)))
        return " · ".join(facts)

    def offered(self, week: SpaceWeek) -> str:
        """Say when a space is offered in a week, days of equal hours together."""
        days_of: dict[tuple[tuple[int, int], ...], list[str]] = defaultdict(list)
        for day in week.days:
            if day.offered:
                days_of[day.offered].append(wording.weekday_short(day.weekday, self.lang))
        return "; ".join(
            f"{', '.join(days)} {', '.join(wording.clock_span(start, end, self.lang) for start, end in spans)}"
            for spans, days in days_of.items()
        )

    def run_facts(self, result: Result) -> list[tuple[str, str]]:
        """List what identifies a run: key of the text that names it, and the value."""
        policy = self.scenario.policy
        versions = ", ".join(f"{name} {version}" for name, version in result.versions.items())
        facts = [
            ("status", self.text(f"status.{result.status.value}")),
            ("gap", self.text("data.unknown") if result.gap is None else wording.percent(result.gap, self.lang, 2)),
            ("scenario", result.scenario),
            ("hash", result.scenario_hash),
            ("overlays", ", ".join(result.overlays)),
            ("policy", f"{policy.title}, {result.policy_version}"),
            ("policy_url", policy.url or ""),
            ("seed", str(result.seed)),
            ("versions", versions),
        ]
        return [(key, value) for key, value in facts if value]

    def _capacity(self, space: Space, *, assumed: bool) -> str:
        size = self.text("weeks.capacity", n=space.capacity)
        return f"{size} {self.text('data.assumed')}" if assumed else size

    def _day(self, day: date) -> str:
        return wording.date_text(day, self.lang, year=False)

    def _dates(self, mark: Mark) -> str:
        return f"{self._day(mark.dates[0])}\N{EN DASH}{self._day(mark.dates[-1])}"


def words(scenario: Scenario, result: Result, lang: str) -> dict[str, Any]:
    """Return everything that a page needs of its language."""
    phrases = Phrases(scenario, lang)
    return {
        "lang": lang,
        "gap": wording.gap_sentence(result, lang),
        "run_facts": phrases.run_facts(result),
        **phrases.functions(),
    }
