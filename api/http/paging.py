"""Lists in parts: ``{items, next}``, by a cursor that says where the last part ended."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Query

from api.http.problems import Refused
from api.wire.base import Page

Item = TypeVar("Item")


@dataclass(frozen=True)
class Asked:
    """Which part of a list is asked for."""

    limit: int
    after: str | None
    """Key of the last item before it."""

    @property
    def after_id(self) -> UUID | None:
        """The same, of a list in the order of ids.

        Raises
        ------
        Refused
            When it is none.
        """
        try:
            return None if self.after is None else UUID(self.after)
        except ValueError:
            raise no_cursor() from None

    @property
    def after_number(self) -> int | None:
        """The same, of a list whose keys are whole numbers.

        Raises
        ------
        Refused
            When it is none.
        """
        if self.after is None:
            return None
        if not (self.after.isascii() and self.after.isdecimal() and len(self.after) < 10):
            raise no_cursor()
        return int(self.after)

    def page(self, items: Sequence[Item], key: Callable[[Item], object]) -> Page[Item]:
        """Make the answer of ``limit + 1`` items at most, of which the last only tells that there are more."""
        shown = tuple(items[: self.limit])
        more = len(items) > self.limit
        return Page(items=shown, next=urlsafe_b64encode(str(key(shown[-1])).encode()).decode() if more else None)


def _asked(
    limit: Annotated[int, Query(ge=1, le=200, description="Items at most.")] = 50,
    cursor: Annotated[str | None, Query(max_length=400, description="`next` of the part before.")] = None,
) -> Asked:
    if cursor is None:
        return Asked(limit, None)
    try:
        after = urlsafe_b64decode(cursor.encode("ascii")).decode()
        if "\0" in after:
            raise ValueError
    except ValueError:
        raise no_cursor() from None
    return Asked(limit, after)


def no_cursor() -> Refused:
    """Make the answer to a cursor that no list gave."""
    detail, mend = "The cursor is not one that a list gave.", "Give `next` of a list as it is."
    return Refused.field(detail, "query cursor", "it is no cursor.", mend)


Paging = Annotated[Asked, Depends(_asked)]
