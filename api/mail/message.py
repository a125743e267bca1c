"""A letter as a message: headers that nobody can forge, plain text and HTML, in bytes that every mail server takes."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from uuid import UUID

from api.mail.letters import Letter

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")
# Without lines of 8 bits: not every server on the way takes them.
_POLICY = SMTP.clone(cte_type="7bit")


def address_of(text: str) -> str:
    """Return an address of a person as a mail server takes it: ASCII, an international domain in its coded form.

    Raises
    ------
    ValueError
        When it is none, or has other letters before the @.
    """
    if not _ADDRESS.fullmatch(text):
        raise ValueError("It is no address of a person.")
    name, _, domain = text.rpartition("@")
    if not name.isascii():
        raise ValueError("The address has letters before the @ that mail servers do not take.")
    return f"{name}@{domain.encode('idna').decode('ascii')}"


def sender_of(text: str) -> Address:
    """Read the sender in the settings, such as ``Kaupunki <vuorot@example.org>``.

    Raises
    ------
    ValueError
        When there is no address in it.
    """
    name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=address_of(address))


def message_of(letter: Letter, sender: Address, to: str, mail: UUID, written: datetime) -> bytes:
    """Make the message.

    Parameters
    ----------
    mail
        Id of the mail; the message has the same Message-ID however often it is sent.
    written
        When the mail was put into the outbox.

    Returns
    -------
    bytes
        With lines that end in CRLF.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = Address(addr_spec=to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(written)
    message["Message-ID"] = f"<{mail}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.lang
    message.set_content(letter.plain())
    message.add_alternative(letter.html(), subtype="html")
    return message.as_bytes()
