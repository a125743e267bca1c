"""Sending what is due: each mail is handed to the mail server once, whatever dies in between.

For each mail: it is claimed, offered to the server up to its last dot, written down as being handed over, and only
then ended. A death before that leaves a mail that anybody sends later; a death after it leaves one that may or may not
have arrived, which people decide on.
"""

import logging
import smtplib
import time
from collections.abc import Callable
from functools import cache
from threading import Event

from api.addresses import MailServer, address_of, sender_of
from api.mail.letters import compose
from api.mail.message import message_of
from api.mail.server import Fenced, Refused, Unsure, connect, hand_over
from api.settings import Settings
from api.store import outgoing
from api.store.database import AWAY, Database, Tx
from api.store.outgoing import Claimed
from api.wire.mails import MAILS, MailState, one_line
from scenarios import wording

_LOG = logging.getLogger("yhteistila.mail")
LOOK_SECONDS = 2.0
"""From one look at what is due to the next, where nothing was sent."""
AT_ONCE = 20
"""Mails after which it is looked whether to stop."""
UNREACHABLE_PAUSE = 30.0
"""Seconds until a server that could not be reached is tried again."""
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3600.0
"""Seconds until a mail that was refused for now is tried again: the first time, and at most; they double."""
MOST_TRIES = 60
"""A mail refused so often, over two days, has failed."""
_STORE_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts to write down what became of a mail, while the database is away."""


def keep_sending(database: Database, settings: Settings, stop: Event) -> None:
    """Send what is due, again and again, until told to stop; a database that is away is waited for."""
    while not stop.is_set():
        try:
            sent = send_due(database, settings, AT_ONCE)
        except AWAY as error:
            _LOG.warning("no mail sent", extra={"error": type(error).__name__})
            sent = 0
        except Exception:
            # Whatever it was, of one mail or of the database: others are still to be sent, and nobody else looks.
            _LOG.exception("sending failed")
            sent = 0
        if not sent:
            stop.wait(LOOK_SECONDS)


def send_due(database: Database, settings: Settings, limit: int = 100) -> int:
    """Send mails that are due, at most so many; return how many the server took.

    What it cannot send stays, with the reason; without a mail server in the settings all wait.

    Raises
    ------
    psycopg.OperationalError
        When the database is away.
    """
    with database.transaction() as tx:
        due = outgoing.settle(tx)
    if not due:
        return 0
    if settings.smtp_url is None:
        _say_that_all_waits()
        return 0
    try:
        smtp = connect(MailServer.of(settings.smtp_url.get_secret_value()), sender_of(settings.mail_from).domain)
    except (OSError, smtplib.SMTPException) as error:
        _postpone(database, error)
        return 0
    try:
        return _send_all(database, settings, smtp, min(due, limit))
    finally:
        smtp.close()


def _send_all(database: Database, settings: Settings, smtp: smtplib.SMTP, limit: int) -> int:
    """Send over one connection, until it is lost or nothing is due."""
    taken = 0
    for _ in range(limit):
        with database.transaction() as tx:
            mail = outgoing.claim(tx)
        if mail is None:
            break
        taken += _send(database, settings, smtp, mail)
        if smtp.sock is None:
            break
    return taken


def _send(database: Database, settings: Settings, smtp: smtplib.SMTP, mail: Claimed) -> bool:
    """Send one mail and write down what became of it; tell whether the server took it."""
    if mail.to is None or mail.tells is None:
        _store(database, lambda tx: outgoing.not_sent(tx, mail, "dropped", "The person was erased."))
        return False
    try:
        to, content = address_of(mail.to), _content(settings, mail)
    except (ValueError, KeyError) as error:
        _end(database, mail, "failed", f"It cannot be made: {error}")
        return False

    def begin() -> bool:
        with database.transaction() as tx:
            return outgoing.begin(tx, mail)

    try:
        hand_over(smtp, sender_of(settings.mail_from).addr_spec, to, content, begin)
    except Fenced:
        _LOG.warning("mail is another sender's now", extra={"mail": str(mail.id)})
    except Refused as refused:
        waits = not refused.for_good and mail.tries < MOST_TRIES
        _end(database, mail, "waiting" if waits else "failed", f"The mail server refused it: {refused}")
        _forget(smtp)
    except Unsure as unsure:
        _end(database, mail, "unsure", str(unsure))
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        _end(database, mail, "waiting", f"The connection to the mail server was lost ({type(error).__name__}).")
    else:
        _store(database, lambda tx: outgoing.sent(tx, mail))
        _LOG.info("mail sent", extra={"mail": str(mail.id), "tenant": str(mail.tenant), "kind": mail.kind})
        return True
    return False


def _content(settings: Settings, mail: Claimed) -> bytes:
    """Make the message of a mail."""
    told = MAILS[mail.kind].model_validate(mail.tells)
    language = mail.language or next(iter(wording.LANGUAGES))
    letter = compose(mail.kind, told, language, mail.tenant_name, public_url(settings))
    return message_of(letter, sender_of(settings.mail_from), address_of(mail.to or ""), mail.id, mail.created_at)


def public_url(settings: Settings) -> str:
    """Return what links to the service begin with."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def _end(database: Database, mail: Claimed, state: MailState, reason: str) -> None:
    """Write down that the server did not take a mail, or did not say so."""
    pause = min(FIRST_PAUSE * 2.0 ** (mail.tries - 1), LONGEST_PAUSE)
    shown = one_line(reason.replace(mail.to or "\0", "ADDRESS"))
    _store(database, lambda tx: outgoing.not_sent(tx, mail, state, shown, pause))
    _LOG.warning("mail not sent", extra={"mail": str(mail.id), "tenant": str(mail.tenant), "state": state})


def _store(database: Database, write: Callable[[Tx], None]) -> None:
    """Write, again and again where the database is away for a while: what became of a mail is known only here."""
    for pause in (*_STORE_PAUSES, None):
        try:
            with database.transaction() as tx:
                write(tx)
            return
        except AWAY:
            if pause is None:
                raise
            time.sleep(pause)


def _forget(smtp: smtplib.SMTP) -> None:
    """Have the server forget what was said of a refused mail; where it cannot be asked, hang up."""
    try:
        smtp.rset()
    except (OSError, smtplib.SMTPException):
        smtp.close()


@cache
def _say_that_all_waits() -> None:
    """Say once a process that there is no mail server."""
    _LOG.warning("mails wait: no mail server is set", extra={"setting": "smtp_url"})


def _postpone(database: Database, error: Exception) -> None:
    """Let all that is due wait for the mail server."""
    reason = one_line(f"The mail server cannot be reached ({type(error).__name__}: {error}).")
    with database.transaction() as tx:
        waiting = outgoing.postpone(tx, reason, UNREACHABLE_PAUSE)
    _LOG.error("mail server cannot be reached", extra={"error": type(error).__name__, "waiting": waiting})
