"""A letter as a message: headers that nobody can forge, plain text and HTML, in bytes that every mail server takes."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from api.mail.letters import Letter

# Without lines of 8 bits: not every server on the way takes them.
_POLICY = SMTP.clone(cte_type="7bit")


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
    # Else the library reads what looks like a coded word, in which a break could hide.
    message["Subject"] = letter.subject.replace("=?", "= ?")
    message["Date"] = format_datetime(written)
    message["Message-ID"] = f"<{mail}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.plain())
    message.add_alternative(letter.html(), subtype="html")
    message["Content-Language"] = letter.lang  # of the whole, so after the parts
    return message.as_bytes()
