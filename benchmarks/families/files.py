"""The families' files: strict reading of their line formats, and a hash that names a file's content."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path


def file_hash(path: Path) -> str:
    """Return a hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class FormatError(ValueError):
    """A file that breaks its format; the message says file, line and what is wrong."""


class Lines:
    """The non-empty lines of a file, read one by one, each split at white space.

    Parameters
    ----------
    path
        The file; it is read whole, as UTF-8.

    Raises
    ------
    FormatError
        From every method, when a line is not what is asked for.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_text(encoding="utf-8").splitlines()
        self._rows = [(number, line.split()) for number, line in enumerate(text, 1) if line.strip()]
        self._at = 0
        self.number = 0
        """The line last read, from 1."""

    def error(self, message: str) -> FormatError:
        """Return an error about the line last read."""
        return FormatError(f"{self.path}:{self.number}: {message}")

    def peek(self) -> list[str]:
        """Return the next line's fields without reading it; empty at the end of the file."""
        return self._rows[self._at][1] if self._at < len(self._rows) else []

    def next(self, wanted: str) -> list[str]:
        """Read a line; ``wanted`` names it in the message when the file has ended."""
        if self._at == len(self._rows):
            self.number += 1
            raise self.error(f"the file ends where {wanted} should be")
        self.number, fields = self._rows[self._at]
        self._at += 1
        return fields

    def title(self, title: str) -> None:
        """Read a line that is exactly this title."""
        found = " ".join(self.next(f"the line {title!r}"))
        if found != title:
            raise self.error(f"expected the line {title!r}, found {found!r}")

    def header(self, key: str, values: int = 1) -> list[str]:
        """Read ``key: value ...`` and return the values."""
        fields = self.next(f"'{key}:'")
        if fields[0] != f"{key}:" or len(fields) != values + 1:
            raise self.error(f"expected '{key}:' and {values} value(s), found {' '.join(fields)!r}")
        return fields[1:]

    def record(self, what: str, names: Sequence[str], more: bool = False) -> list[str]:
        """Read a line with one field a name; ``more`` allows further ones behind."""
        fields = self.next(what)
        if len(fields) < len(names) or (len(fields) > len(names) and not more):
            raise self.error(f"{what} has {len(fields)} field(s) where it should have: {' '.join(names)}")
        return fields

    def whole(self, text: str, what: str, least: int = 0, below: int | None = None) -> int:
        """Return a whole number within ``least <= number < below``."""
        try:
            number = int(text)
        except ValueError:
            raise self.error(f"{what} is {text!r}, not a whole number") from None
        if number < least or (below is not None and number >= below):
            allowed = f"{least} or more" if below is None else f"{least} to {below - 1}"
            raise self.error(f"{what} is {number}, it should be {allowed}")
        return number

    def tenths(self, text: str, what: str) -> int:
        """Return ten times a number of at most one decimal, not below zero."""
        try:
            number = Decimal(text) * 10
        except InvalidOperation:
            raise self.error(f"{what} is {text!r}, not a number") from None
        if not number.is_finite() or number < 0 or number != int(number):
            raise self.error(f"{what} is {text!r}, it should be 0 or more with at most one decimal")
        return int(number)

    def known(self, name: str, of: dict[str, int], what: str) -> int:
        """Return the index of a name that an earlier line declared."""
        if name not in of:
            raise self.error(f"{what} {name!r} is not declared")
        return of[name]

    def end(self) -> None:
        """Check that nothing follows."""
        if self._at < len(self._rows):
            self.next("")
            raise self.error("something follows after the end")
