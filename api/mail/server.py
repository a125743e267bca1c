"""The mail server: connecting, and handing it one mail so that what it may have is known."""

import re
import smtplib
import ssl
from collections.abc import Callable

from api.addresses import MailServer

COMMAND_SECONDS = 30.0
"""How long the server may take to answer a command."""
ACCEPT_SECONDS = 120.0
"""How long it may take to accept a mail; RFC 5321 asks for 600, but a sender's lease ends before."""
_LINE = re.compile(rb"\r\n|\r|\n")


class Refused(Exception):
    """The server said no, for good or for now; it does not have the mail."""

    def __init__(self, code: int, words: bytes, *, for_good: bool) -> None:
        self.for_good = for_good
        super().__init__(f"{code} {words.decode('utf-8', 'replace')}")


class Unsure(Exception):
    """The server was given the whole mail, and did not say whether it took it."""


class Fenced(Exception):
    """Another has the mail now; it was not handed over."""


def connect(server: MailServer, name: str) -> smtplib.SMTP:
    """Open a connection, encrypted to any other machine that can, and log in.

    Parameters
    ----------
    name
        What this side calls itself.

    Raises
    ------
    OSError, smtplib.SMTPException
        When the server cannot be reached, trusted, or does not let us in.
    """
    if server.tls:
        trusted = ssl.create_default_context()
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, name, timeout=COMMAND_SECONDS, context=trusted)
    else:
        smtp = smtplib.SMTP(server.host, server.port, name, timeout=COMMAND_SECONDS)
    try:
        _enter(smtp, server)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _enter(smtp: smtplib.SMTP, server: MailServer) -> None:
    smtp.ehlo_or_helo_if_needed()
    encrypted = server.tls
    if not encrypted and not server.here and smtp.has_extn("starttls"):
        smtp.starttls(context=ssl.create_default_context())
        encrypted = True
    if server.user is not None and server.password is not None:
        if not encrypted and not server.here:
            raise smtplib.SMTPException("it does not encrypt, and a password is not sent in the clear")
        smtp.login(server.user, server.password)


def hand_over(smtp: smtplib.SMTP, sender: str, to: str, content: bytes, fence: Callable[[], bool]) -> None:
    """Hand a mail to the server.

    Parameters
    ----------
    content
        The mail, with lines that end in CRLF.
    fence
        Called when all but the last dot is sent, before which no server takes a mail; returns whether to go on.

    Raises
    ------
    Refused, Unsure, Fenced
        As they say.
    OSError, smtplib.SMTPException
        When the connection is lost before the fence; the server does not have the mail.
    """
    _expect(smtp.mail(sender), 250, ours=True)
    _expect(smtp.rcpt(to), 250, 251)
    _expect(smtp.docmd("DATA"), 354)
    smtp.send(_stuffed(content))
    if not fence():
        smtp.close()  # without the dot the server forgets it
        raise Fenced
    code, words = _ended(smtp)
    if not 200 <= code < 300:
        raise Refused(code, words, for_good=code >= 500)


def _ended(smtp: smtplib.SMTP) -> tuple[int, bytes]:
    """Send the last dot and return the answer to it."""
    assert smtp.sock is not None
    try:
        smtp.sock.settimeout(ACCEPT_SECONDS)
        smtp.send(b".\r\n")
        code, words = smtp.getreply()
        if not 200 <= code < 600:
            raise smtplib.SMTPResponseException(code, words)
        smtp.sock.settimeout(COMMAND_SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise Unsure(
            f"The mail server was given it and did not say that it took it ({type(error).__name__})."
        ) from error
    return code, words


def _expect(answer: tuple[int, bytes], *wanted: int, ours: bool = False) -> None:
    """Raise what an answer means where it is not one of those wanted.

    With ``ours`` a refusal is not of the mail but of the sender in the settings, which can be mended.
    """
    code, words = answer
    if code in (-1, 421):  # no answer, or the last one before it hangs up
        raise smtplib.SMTPServerDisconnected(f"{code} {words.decode('utf-8', 'replace')}")
    if code not in wanted:
        raise Refused(code, words, for_good=code >= 500 and not ours)


def _stuffed(content: bytes) -> bytes:
    """Double the dots at the beginning of lines, for a line with one dot ends the mail (RFC 5321, section 4.5.2)."""
    lines = _LINE.split(content.removesuffix(b"\r\n"))
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)
