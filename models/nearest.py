"""Guess which known name was meant by one that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like this one, letter case aside, or None where none is."""
    by_plain = {one.casefold(): one for one in known}
    return next((by_plain[close] for close in get_close_matches(name.casefold(), list(by_plain), n=1)), None)


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Ask whether the nearest known name was meant; where none is near, give the other advice."""
    close = nearest(name, known)
    return f"Did you mean {close}?" if close else otherwise
