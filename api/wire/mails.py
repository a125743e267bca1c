"""Mails: what each kind of them tells, and how staff see them."""

from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, Field

from api.wire.base import Order, Wire
from models.base import Clock, Weekday

LONGEST_LINE = 500
"""Characters of a title or a name in a mail; a longer one is cut."""

MailState = Literal["waiting", "claimed", "handing_over", "sent", "unsure", "failed", "dropped"]
"""``claimed``: a sender has it; ``handing_over``: the mail server may have it; ``unsure``: it may or may not have it,
and people decide; ``failed``: refused for good; ``dropped``: not to be sent any more."""


def one_line(text: str) -> str:
    """Make one line of a text of others, so that it can forge neither a header nor a paragraph."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _line(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value


Line = Annotated[str, BeforeValidator(_line)]
"""One line, whatever was given: breaks and signs that do not show become blanks, and it is cut where it is too long."""
Link = Annotated[str, Field(pattern=r"^(/|https?://)[\x21-\x7e]*$")]
"""An address, or a path within the service such as ``/answers``."""


class Stay(Order):
    """A session's place and time: of a weekday through the season, or of one date."""

    place: Line
    weekday: Weekday
    start: Clock
    end: Clock
    first: date
    last: date
    """The same as ``first`` where it is one date."""


class Sentence(Order):
    """The same in each language of mails."""

    fi: Line
    sv: Line
    en: Line


class Outcome(Order):
    """What a need got."""

    need: Line
    """Its title."""
    stays: tuple[Stay, ...] = ()
    reason: Line | Sentence | None = None
    """Why it did not get all it asked for; in each language, or as it is."""


class Mail(Order):
    """What a mail tells."""

    secret: ClassVar[bool] = False
    """The link lets in whoever has it: shown to nobody, and forgotten once sent."""
    link: Link

    @property
    def ends_at(self) -> datetime | None:
        """When it is of no use any more; it is not sent after that."""
        return None


class Decision(Mail):
    """What was decided on an organisation's needs."""

    round: Line
    organisation: Line
    outcomes: tuple[Outcome, ...]
    confirm_by: date | None = None
    """Itself included,"""
    confirm_at: time | None = None
    """until this time of it, where that is not its end."""


class _Confirm(Mail):
    round: Line
    organisation: Line
    outcomes: tuple[Outcome, ...]
    confirm_by: date
    """Itself included,"""
    confirm_at: time | None = None
    """until this time of it, where that is not its end."""

    @property
    def ends_at(self) -> datetime:
        """The end of the last day."""
        return datetime.combine(self.confirm_by + timedelta(days=1), time(), UTC)


class ConfirmReminder(_Confirm):
    """Sessions that are still to be confirmed."""


class Released(_Confirm):
    """A place has come free for a need on the waiting list."""


class Offer(_Confirm):
    """Another place or time is offered."""


class Cancelled(Mail):
    """Single dates of a session do not take place."""

    organisation: Line
    need: Line
    stays: Annotated[tuple[Stay, ...], Field(min_length=1)]
    reason: Line | None = None


class _Secret(Mail):
    secret: ClassVar[bool] = True
    until: AwareDatetime
    """When the link ends."""

    @property
    def ends_at(self) -> datetime:
        """When the link ends."""
        return self.until


class Invitation(_Secret):
    """Somebody is given a role."""

    role: Literal["planner", "clerk", "owner", "association", "stakeholder", "viewer"]
    of: Line | None = None
    """The organisation, owner or stakeholder that the role is for."""


class Login(_Secret):
    """A link to log in by."""


class SwapAsked(Mail):
    """Another organisation asks to swap sessions."""

    by: Line
    """The organisation that asks."""
    organisation: Line
    give: Stay
    """What the receiver of the mail would give."""
    get: Stay


class SwapAnswered(Mail):
    """The answer to a swap that the receiver asked for."""

    by: Line
    """The organisation that answers."""
    organisation: Line
    accepted: bool
    give: Stay
    get: Stay


MailKind = Literal[
    "decision",
    "confirm_reminder",
    "released",
    "offer",
    "cancelled",
    "invitation",
    "login",
    "swap_asked",
    "swap_answered",
]
MAILS: MappingProxyType[MailKind, type[Mail]] = MappingProxyType(
    {
        "decision": Decision,
        "confirm_reminder": ConfirmReminder,
        "released": Released,
        "offer": Offer,
        "cancelled": Cancelled,
        "invitation": Invitation,
        "login": Login,
        "swap_asked": SwapAsked,
        "swap_answered": SwapAnswered,
    }
)
"""What each kind tells."""


class MailView(Wire):
    """A mail, as staff see it."""

    id: UUID
    kind: MailKind
    to: str | None
    """Null once the person was erased."""
    state: MailState
    tries: int
    """How often it was begun to be handed over."""
    reason: str | None
    """Why it has not been sent."""
    created_at: datetime
    sent_at: datetime | None
    next_try: datetime | None
    """Of one that waits."""


class MailDetail(MailView):
    """A mail, and what it tells."""

    tells: dict[str, Any] | None
    """Null where it holds a link that lets in whoever has it."""


class ReleaseOrder(Order):
    """What becomes of a mail that may or may not have arrived, or was refused."""

    send: Literal["again", "never"]
