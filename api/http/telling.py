"""What the page of a round tells somebody, in words of a language."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from api.http.pages import text
from api.http.routes.offers import decided
from api.mail.letters import ZONE, moment, role_text
from api.store import decisions, entries, offers, rounds
from api.store.actors import STAFF, Actor
from api.store.database import Tx
from api.store.notices import last_moment
from api.wire.rounds import OfferView, RoundView
from models.base import WEEKDAYS
from models.plan import Placement
from models.scenario import Scenario
from scenarios import wording


@dataclass(frozen=True)
class Swap:
    """Somebody's wish to swap."""

    need: str
    weekday: str
    name: str


@dataclass(frozen=True)
class Row:
    """A session that a need was given."""

    offer: OfferView
    place: str
    day: str
    time: str
    dates: str
    state: str
    until: str
    """Until when it is to be confirmed; empty where nothing is."""
    may_accept: bool
    may_decline: bool
    swaps: tuple[Swap, ...]

    @property
    def name(self) -> str:
        """Name the session among others."""
        return f"{self.offer.title}, {self.place}, {self.day} {self.time}"


@dataclass(frozen=True)
class NeedTold:
    """A need, with what was decided on it."""

    title: str
    text: str
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Told:
    """What the page says."""

    view: RoundView
    lang: str
    acting: str
    times: str
    deadlines: tuple[str, ...] = ()
    needs: tuple[NeedTold, ...] = ()
    counts: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    """Captions of tables, each with words and how many there are."""
    nothing: str | None = None

    def state_of(self, offer: UUID) -> str | None:
        """Say what a session is now; None where it is not on the page."""
        found = (row for need in self.needs for row in need.rows if row.offer.id == offer)
        return next((f"{row.name}: {row.state}." for row in found), None)


def told_of(tx: Tx, actor: Actor, view: RoundView, lang: str) -> Told:
    """Say of a round what somebody may see of it: an association its own needs, staff how many there are of what."""
    told = Told(
        view, lang, _acting(actor, actor.organisation or actor.owner or actor.stakeholder, lang), _times(view, lang)
    )
    if actor.role in STAFF:
        return replace(told, counts=_counts(tx, actor, view, lang))
    if actor.organisation is None:
        return replace(told, nothing=text("round.no_more", lang))
    reasons = decisions.of_round(tx, actor.tenant, view.id, actor.organisation)
    if reasons and view.status in ("published", "ended"):
        return _with_decisions(tx, actor, told, actor.organisation)
    found = entries.listed(tx, actor.tenant, view.id, ("need",), holder=actor.organisation)
    needs = tuple(NeedTold(str(one.body.get("title") or one.name), text(f"need.{one.state}", lang)) for one in found)
    return replace(told, needs=needs, nothing=None if needs else text("round.no_needs", lang))


def _acting(actor: Actor, of: str | None, lang: str) -> str:
    return text("home.acting", lang, role=role_text(actor.role, of, lang))


def _times(view: RoundView, lang: str) -> str:
    opens = view.opens_at.astimezone(ZONE)
    return text(
        "round.times",
        lang,
        opens=moment(opens.date(), opens.time(), lang),
        closes=moment(*last_moment(view.closes_at, ZONE), lang),
        confirm=moment(*last_moment(view.confirm_by, ZONE), lang),
    )


def _counts(tx: Tx, actor: Actor, view: RoundView, lang: str) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    needs = (f"need.{one.state}" for one in entries.listed(tx, actor.tenant, view.id, ("need",)))
    given = (f"offer.{one.state}" for one in offers.listed(tx, actor.tenant, view.id))
    return tuple(
        (text(key, lang), tuple((text(one, lang), count) for one, count in counted.items()))
        for key, counted in (("round.needs", Counter(needs)), ("round.offers", Counter(given)))
        if counted
    )


def _with_decisions(tx: Tx, actor: Actor, told: Told, organisation: str) -> Told:
    scenario = rounds.made_of(tx, actor.tenant, told.view)
    made = decided(tx, actor, told.view, scenario, organisation, told.lang)
    needs = tuple(NeedTold(one.title, one.text, tuple(_rows(told, scenario, one.sessions))) for one in made.decisions)
    acting = _acting(actor, scenario.organisation_by_id[organisation].name, told.lang)
    return replace(told, acting=acting, needs=needs, deadlines=made.deadlines)


def _rows(told: Told, scenario: Scenario, given: Iterable[OfferView]) -> Iterable[Row]:
    now, lang, zone = datetime.now(UTC), told.lang, scenario.season.zone
    for offer in given:
        placed, over = offer.placement, offer.state == "open" and offer.confirm_by < now
        stands = told.view.status == "published" and not over and offer.state in ("open", "accepted")
        yield Row(
            offer=offer,
            place=wording.place_name(scenario, placed.space),
            day=wording.weekday(placed.weekday, lang),
            time=wording.clock_span(placed.start, placed.ends_at, lang),
            dates=_dates(placed, lang),
            state=text("offer.over" if over else f"offer.{offer.state}", lang),
            until=_until(offer, zone, lang),
            may_accept=stands and offer.state == "open",
            may_decline=stands,
            swaps=tuple(_swaps(offer, scenario, lang)) if stands else (),
        )


def _until(offer: OfferView, zone: ZoneInfo, lang: str) -> str:
    return moment(*last_moment(offer.confirm_by, zone), lang) if offer.state == "open" else ""


def _dates(placed: Placement, lang: str) -> str:
    first, last = (wording.date_text(one, lang) for one in (placed.dates[0], placed.dates[-1]))
    return text("offers.span", lang, first=first, last=last, n=len(placed.dates))


def _swaps(offer: OfferView, scenario: Scenario, lang: str) -> Iterable[Swap]:
    for one in offer.swaps_asked:
        stay = wording.stay_text(one.placement, scenario, lang)
        yield Swap(one.need, WEEKDAYS[one.placement.weekday], text("offers.swap", lang, need=one.title, stay=stay))
