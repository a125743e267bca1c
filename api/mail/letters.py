"""What a mail says, in the language of who gets it, as plain text and as HTML."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import TypeAdapter

from api.wire.mails import Cancelled, Mail, MailKind, Outcome, Stay, SwapAnswered, SwapAsked
from models.calendar import Season
from scenarios import wording
from scenarios.wording.language import Plural, clock, filled

FOLDER = Path(__file__).parent
TEXTS = TypeAdapter(dict[str, dict[str, str | Plural]]).validate_python(
    yaml.safe_load((FOLDER / "texts.yaml").read_text(encoding="utf-8"))
)
"""By key, then language."""
ZONE = ZoneInfo(Season.model_fields["timezone"].default)
"""The zone of clock times."""


@dataclass(frozen=True)
class Letter:
    """What a mail says, part by part."""

    lang: str
    subject: str
    greeting: str
    opening: tuple[str, ...]
    items: tuple[tuple[str, tuple[str, ...]], ...]
    """Titles, each with its lines."""
    closing: tuple[str, ...]
    link: str
    url: str
    footer: str

    def plain(self) -> str:
        """Return the letter as plain text."""
        return _templates().get_template("mail.txt").render(asdict(self))

    def html(self) -> str:
        """Return the letter as a page."""
        return _templates().get_template("mail.html").render(asdict(self))


def compose(kind: MailKind, mail: Mail, lang: str, tenant: str, public_url: str) -> Letter:
    """Say in a language what a mail tells.

    Parameters
    ----------
    tenant
        Name of the city or region that sends it.
    public_url
        What links within the service begin with.
    """
    values = {name: value for name, value in mail if isinstance(value, str)}
    values |= {"tenant": tenant, **_role(values, lang)}
    confirm_by = _confirm_by(mail, lang)
    if confirm_by is not None:
        values["day"] = confirm_by
    return Letter(
        lang=lang,
        subject=_text(f"{kind}.subject", lang, **values),
        greeting=_text("greeting", lang),
        opening=(_text(f"{kind}.opening", lang, **values), *_answer(mail, lang)),
        items=tuple(_items(mail, lang)),
        closing=tuple(_closing(mail, lang)),
        link=_text(f"{kind}.link", lang),
        url=public_url.rstrip("/") + mail.link if mail.link.startswith("/") else mail.link,
        footer=_text("footer", lang, tenant=tenant),
    )


def _text(key: str, lang: str, /, **values: str) -> str:
    return filled(TEXTS[key][lang], lang, **values)


def _role(values: dict[str, str], lang: str) -> dict[str, str]:
    """Name the role of an invitation, and whom it is for."""
    if "role" not in values:
        return {}
    return {"role": role_text(values["role"], values.get("of"), lang)}


def role_text(role: str, of: str | None, lang: str) -> str:
    """Name a role, and whom it is for."""
    name = _text(f"role.{role}", lang)
    return name if of is None else _text("role.of", lang, role=name, of=of)


def _answer(mail: Mail, lang: str) -> Iterator[str]:
    if isinstance(mail, SwapAnswered):
        yield _text("swap.accepted" if mail.accepted else "swap.declined", lang)


def _items(mail: Mail, lang: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    match mail:
        case Cancelled():
            yield from _outcomes((Outcome(need=mail.need, stays=mail.stays, reason=mail.reason),), lang)
        case SwapAsked() | SwapAnswered():
            yield _text("swap.give", lang), (_stay(mail.give, lang),)
            yield _text("swap.get", lang), (_stay(mail.get, lang),)
        case _:
            yield from _outcomes(getattr(mail, "outcomes", ()), lang)


def _outcomes(outcomes: tuple[Outcome, ...], lang: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for outcome in outcomes:
        lines = [_stay(stay, lang) for stay in outcome.stays] or [_text("outcome.none", lang)]
        if outcome.reason is not None:
            reason = outcome.reason if isinstance(outcome.reason, str) else getattr(outcome.reason, lang)
            lines.append(_text("reason", lang, reason=reason))
        yield outcome.need, tuple(lines)


def _stay(stay: Stay, lang: str) -> str:
    once = stay.first == stay.last
    return _text(
        "stay.once" if once else "stay.weekly",
        lang,
        place=stay.place,
        weekday=wording.weekday_short(stay.weekday, lang),
        time=wording.clock_span(stay.start, stay.end, lang),
        first=wording.date_text(stay.first, lang),
        last=wording.date_text(stay.last, lang),
    )


def _confirm_by(mail: Mail, lang: str) -> str | None:
    """Say until when sessions are to be confirmed: a day, or a time of it; None where nothing is."""
    day, at = getattr(mail, "confirm_by", None), getattr(mail, "confirm_at", None)
    if day is None:
        return None
    return moment(day, at, lang)


def moment(day: date, at: time | None, lang: str) -> str:
    """Write a day, with its time of the clock where it has one."""
    text = wording.date_text(day, lang)
    return text if at is None else _text("moment", lang, day=text, time=clock(60 * at.hour + at.minute, lang))


def _closing(mail: Mail, lang: str) -> Iterator[str]:
    confirm_by, until = _confirm_by(mail, lang), getattr(mail, "until", None)
    if confirm_by is not None:
        yield _text("confirm_by", lang, day=confirm_by)
    if isinstance(until, datetime):
        local = until.astimezone(ZONE)
        time = clock(60 * local.hour + local.minute, lang)
        yield _text("until", lang, day=wording.date_text(local.date(), lang), time=time)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=lambda name: name is None or name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
