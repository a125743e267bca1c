"""Addresses of mail: of people, and of the sender in the settings."""

import re
from email.headerregistry import Address
from email.utils import parseaddr

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")


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
