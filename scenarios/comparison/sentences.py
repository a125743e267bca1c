"""What a comparison says, in sentences of each language: what is decided, who gains and who loses, what moves."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.scenario import Scenario
from scenarios.comparison.changes import NeedChange, Session, SessionChange
from scenarios.comparison.deciding import decimals, decision_sentence, signed
from scenarios.comparison.improving import Improvement
from scenarios.comparison.pairs import Movement, Pair
from scenarios.comparison.runs import Made
from scenarios.comparison.sides import Side
from scenarios.comparison.tallies import Tally
from scenarios.comparison.together import Comparison
from scenarios.wording import clock_span, date_text, label, number, place_name, rule_text, text, weekday_short
from scenarios.wording.sentences import listed

NAMED = 3
"""Named on each end of those who gain and lose; the rest is counted."""

TALLIES = ("organisations", "sites", "classes", "themes", "ages")
"""Fields of a movement that tell who gains and loses."""


@dataclass(frozen=True)
class Teller:
    """A comparison told in one language, with the scenarios that names come from."""

    comparison: Comparison
    made: dict[str, Made]
    lang: str

    @classmethod
    def of(cls, comparison: Comparison, made: Iterable[Made], lang: str) -> "Teller":
        """Tell a comparison of some results."""
        return cls(comparison, {one.name: one for one in made}, lang)

    @property
    def base(self) -> Side:
        """The side that the others are compared with."""
        return self.comparison.sides[0]

    def side(self, name: str) -> Side:
        """Return a side by its name."""
        return next(one for one in self.comparison.sides if one.name == name)

    def text(self, key: str, **values: str | int | float) -> str:
        """Return a text with its values filled in."""
        return text(key, self.lang, **values)

    def is_same_data(self, pair: Pair) -> bool:
        """Tell whether both sides were made for the same data, with the same options given."""
        return self.side(pair.base).is_alike(self.side(pair.other))

    def what(self, side: Side) -> str:
        """Say what a side is about: the titles of its what-ifs that the base has not, or else its name."""
        titles = [one.title for one in side.what_ifs if one.id not in self.base.overlays]
        return f"{'; '.join(titles)} ({side.name})" if titles else side.name

    def rests(self, side: Side) -> Iterator[str]:
        """Say what a side rests on beside its what-ifs: agreements, options opened, other criteria than the base."""
        scenario, plan = self.made[side.name].scenario, self.made[side.name].plan
        titles = {one.id: one.title for one in scenario.agreements} if scenario else {}
        for name, switch in side.agreements.items():
            yield self.text(f"costs.{switch}", title=titles.get(name, name))
        if scenario and plan and scenario.centres:
            opened = [scenario.centre_by_id[name].name for name in plan.decisions.opened]
            yield self.text("compare.opens", names=self._listed(opened)) if opened else self.text("compare.opens_none")
        if scenario and side.policy_version != self.base.policy_version:
            yield self.text("page.policy", title=scenario.policy.title, version=scenario.policy.version)

    def headline(self, pair: Pair) -> str:
        """Say what is decided between two sides."""
        return decision_sentence(pair, self.what(self.side(pair.other)), self.lang)

    def decided(self, pair: Pair) -> list[str]:
        """Say what is decided, what that is worth where a plan breaks rules, and what other criteria say."""
        sentences = [self.headline(pair)]
        broken = [(name, sum(self.side(name).violations.values())) for name in (pair.base, pair.other)]
        sentences += [self.text("compare.breaks_rules", side=name, n=rules) for name, rules in broken if rules]
        return sentences + self._rescored(pair)

    def _rescored(self, pair: Pair) -> list[str]:
        return [
            self.text("compare.rescored_broken", base=pair.base, other=pair.other, n=one.violations)
            if one.violations
            else self.text(
                "compare.rescored",
                base=pair.base,
                other=pair.other,
                own=self.side(pair.base).objective or 0,
                points=one.points,
            )
            for one in self.comparison.rescored
            if one.side == pair.other
        ]

    def told(self, pair: Pair) -> list[str]:
        """Say what changes in numbers, what had to change, and who gains and loses."""
        if pair.movement is None:
            unknown = [name for name in (pair.base, pair.other) if not self.side(name).is_whole]
            return [self.text("compare.unknown", side=name) for name in unknown]
        move = pair.movement
        return [
            *self.counted(pair, move),
            *self.places(pair, move),
            *self.forced(pair, move),
            *self.gainers(pair, move),
            *self.by_rule(pair),
        ]

    def lines(self) -> Iterator[str]:
        """Say everything in lines: what is decided and told of each pair, then what one side has to offer another."""
        for pair in self.comparison.pairs:
            yield from self.decided(pair)
            yield from (f"  {sentence}" for sentence in self.told(pair))
        yield from self.offered()

    def counted(self, pair: Pair, move: Movement) -> Iterator[str]:
        """Give sessions, hours and organisations without any, before and after."""
        sessions, hours = move.total.sessions, [minutes / 60 for minutes in move.total.minutes]
        yield self.text(
            "compare.totals",
            sessions_before=sessions[0],
            sessions_after=sessions[1],
            sessions_more=signed(sessions[1] - sessions[0], self.lang),
            hours_before=number(hours[0], self.lang, decimals(hours[0])),
            hours_after=number(hours[1], self.lang, decimals(hours[1])),
            hours_more=signed(hours[1] - hours[0], self.lang, decimals(hours[1] - hours[0])),
        )
        before, after = self.side(pair.base).fairness, self.side(pair.other).fairness
        if before and after and before.without != after.without:
            yield self.text("compare.without", before=before.without, after=after.without)

    def places(self, pair: Pair, move: Movement) -> Iterator[str]:
        """Name spaces and needs that one side alone has."""
        before, after = self._scenario(pair.base), self._scenario(pair.other)
        for key, names, scenario in (("compare.opened", move.opened, after), ("compare.closed", move.closed, before)):
            if names:
                yield self.text(key, names=self._listed([place_name(scenario, name) for name in names]))
        for key, names, scenario in (
            ("compare.only_before", move.only_before, before),
            ("compare.only_after", move.only_after, after),
        ):
            if names:
                yield self.text(key, names=self._listed([scenario.need_by_id[name].title for name in names]))

    def forced(self, pair: Pair, move: Movement) -> Iterator[str]:
        """Say which sessions could not stay, how many changed, and what of that may be chance."""
        if move.hit_sessions:
            hit = [one for need in move.needs for one in need.sessions if one.hit]
            lost = sum(one.after is None for one in hit)
            needs = sum(bool(one.hit) for one in move.needs)
            yield self.text("compare.hit", n=move.hit_sessions, needs=needs, lost=lost, moved=len(hit) - lost)
        elif not self.is_same_data(pair):
            yield self.text("compare.no_hit")
        counts = {kind: sum(getattr(one, kind) for one in move.needs) for kind in ("moved", "won", "lost")}
        yield self.text("compare.moves", kept=move.total.sessions[0] - counts["moved"] - counts["lost"], **counts)
        if any(not one.hit for one in move.needs) and not self.is_same_data(pair):
            yield self.text("compare.chance")

    def gainers(self, pair: Pair, move: Movement) -> Iterator[str]:
        """Say by organisation, site, group and hour who gains hours, who loses them, and how many do neither."""
        for field in TALLIES:
            tallies: Sequence[Tally] = getattr(move, field)
            gains = [(self.name(pair, field, one.key), one.gain) for one in tallies]
            if len(gains) > 1:
                yield self._gain_sentence(field, gains)
        hours = [(self.hour(one.weekday, one.hour), one.minutes[1] - one.minutes[0]) for one in move.hours]
        yield self._gain_sentence("hours", sorted(hours, key=lambda one: -abs(one[1])))

    def _gain_sentence(self, field: str, gains: Sequence[tuple[str, int]]) -> str:
        more = [one for one in gains if one[1] > 0]
        less = [one for one in gains if one[1] < 0]
        parts = [
            self.text(key, n=len(some), names=self._listed([self._gain(*one) for one in some]))
            for key, some in (("compare.gain", more), ("compare.lose", less))
            if some
        ]
        same = len(gains) - len(more) - len(less)
        parts += [self.text("compare.same", n=same)] if same else []
        return f"{self.text(f'tally.{field}')}: {' '.join(parts)}"

    def _gain(self, name: str, minutes: int) -> str:
        hours = minutes / 60
        return f"{name} {self.text('unit.h', hours=signed(hours, self.lang, decimals(hours)))}"

    def by_rule(self, pair: Pair) -> Iterator[str]:
        """Name the rules whose points rise and fall most, where they are of one measure."""
        if pair.decision.why == "measure":
            return
        for key, sign in (("compare.rules_gain", 1), ("compare.rules_lose", -1)):
            rules = [one for one in pair.rules if sign * one.gain > 0]
            if rules:
                names = (f"{self.short_rule(one.rule)} {signed(one.gain, self.lang)}" for one in rules[:NAMED])
                yield self.text(key, names="; ".join(names))

    def short_rule(self, rule: str) -> str:
        """Return a rule's sentence up to its first colon or semicolon."""
        return rule_text(rule, self.lang).partition(";")[0].partition(":")[0].rstrip(".")

    def name(self, pair: Pair, field: str, key: str) -> str:
        """Return the name of an organisation, site or group."""
        if field == "organisations":
            return self._found(pair, lambda scenario: scenario.organisation_by_id[key].name, key)
        if field == "sites":
            return self._found(pair, lambda scenario: scenario.site_by_id[key].name, key)
        if not key:
            return self.text("compare.no_theme")
        return label({"classes": "class", "themes": "theme", "ages": "age"}[field], key, self.lang)

    def _found(self, pair: Pair, look: Callable[[Scenario], str], key: str) -> str:
        for name in (pair.other, pair.base):
            try:
                return look(self._scenario(name))
            except KeyError:
                continue
        return key

    def hour(self, weekday: int, hour: int) -> str:
        """Name an hour of the week."""
        return f"{weekday_short(weekday, self.lang)} {clock_span(60 * hour, 60 * hour + 60, self.lang)}"

    def session(self, name: str, session: Session) -> str:
        """Say where and when a side has a session."""
        days = ", ".join(weekday_short(day, self.lang) for day in session.weekdays)
        when = days if session.dates > 1 else f"{days} {date_text(session.first, self.lang, year=False)}"
        end = session.start + session.minutes
        return f"{place_name(self._scenario(name), session.space)}, {when} {clock_span(session.start, end, self.lang)}"

    def shift(self, pair: Pair, need: NeedChange, change: SessionChange) -> str:
        """Say what becomes of one session of a need."""
        kind = "won" if change.before is None else "lost" if change.after is None else "moved"
        return self.text(
            f"shift.{kind}",
            need=need.title,
            who=self.name(pair, "organisations", need.organisation),
            before=self.session(pair.base, change.before) if change.before else "",
            after=self.session(pair.other, change.after) if change.after else "",
            dimensions=self.dimensions(change),
        )

    def dimensions(self, change: SessionChange) -> str:
        """Name what a moved session differs in; with other dates, how many there are."""
        names = [self.text(f"dimension.{name}") for name in change.dimensions]
        if (
            "dates" in change.dimensions
            and change.before
            and change.after
            and change.before.dates != change.after.dates
        ):
            before, after = (self.text("compare.dates", n=one.dates) for one in (change.before, change.after))
            names[-1] = f"{names[-1]} ({before} → {after})"
        return listed(names, self.lang) if names else ""

    def offered(self) -> list[str]:
        """Say which plan does better elsewhere, and what came of solving again."""
        sentences = [sentence for one in self.comparison.improvements for sentence in self._improved(one)]
        better = [one for one in self.comparison.offers if one.is_better]
        sentences += [
            self.text(
                "compare.offer" if one.left_out else "compare.offer_whole",
                side=one.side,
                plan_of=one.plan_of,
                n=one.left_out,
                points=one.points,
                gain=one.points - one.own_points,
            )
            for one in better
        ]
        if self.comparison.offers and not better:
            sentences.append(self.text("compare.no_offer"))
        return sentences

    def _improved(self, one: Improvement) -> Iterator[str]:
        key = "compare.improved" if one.gain > 0 else "compare.not_improved"
        values = {"after": one.points[1]} if one.gain > 0 else {}
        yield self.text(key, side=one.side, plan_of=one.plan_of, before=one.points[0], **values)
        before, after = one.bounds
        if before is not None and after is not None and after < before:
            yield self.text("compare.bound_fell", before=before, after=after)

    def _listed(self, names: Sequence[str]) -> str:
        rest = len(names) - NAMED
        shown = names if rest <= 1 else names[:NAMED]
        return f"{'; '.join(shown)}{' ' + self.text('compare.more', n=rest) if rest > 1 else ''}"

    def _scenario(self, name: str) -> Scenario:
        scenario = self.made[name].scenario
        assert scenario is not None
        return scenario
