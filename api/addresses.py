"""Addresses of mail: of people, of the sender, and of the mail server in the settings."""

import re
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")
_PORTS = {"smtp": 25, "smtps": 465}


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


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in."""

    host: str
    port: int
    tls: bool
    """Encrypted from the first byte; else as soon as the server offers it."""
    user: str | None
    password: str | None

    @classmethod
    def of(cls, url: str) -> "MailServer":
        """Read an address such as ``smtp://user:password@mail.example.org:587`` or ``smtps://mail.example.org``.

        Raises
        ------
        ValueError
            When it is none.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(
                "it is no address of a mail server; write it as smtp://user:password@mail.example.org:587, or smtps://"
                " for TLS throughout"
            )
        if (parts.username is None) != (parts.password is None):
            raise ValueError("a user needs a password, and a password a user")
        user, password = (None if part is None else unquote(part) for part in (parts.username, parts.password))
        return cls(parts.hostname, parts.port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)

    @property
    def here(self) -> bool:
        """Whether it is on this machine, to which nothing needs to be encrypted."""
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.host == "localhost"
