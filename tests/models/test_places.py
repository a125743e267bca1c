"""Spaces: hours with passers-by are each named once, whatever day they run into."""

import pytest
from pydantic import ValidationError

from models.places import PassingHours
from tests.builders import make_space

Times = tuple[str, str]


def hours(*times: Times, passing: int = 9) -> tuple[PassingHours, ...]:
    """Return hours of the day in which so many pass by."""
    return tuple(PassingHours.model_validate({"start": a, "end": b, "passing": passing}) for a, b in times)


@pytest.mark.parametrize(
    "times",
    [
        (),
        (("10:00", "12:00"), ("12:00", "16:00")),
        (("22:00", "26:00"), ("02:00", "22:00")),
        (("02:00", "26:00"),),
    ],
)
def test_hours_one_after_the_other_are_taken(times: tuple[Times, ...]) -> None:
    """One may begin when another ends, also past midnight, and a whole day may be named at once."""
    assert len(make_space(visibility_hours=hours(*times)).visibility_hours) == len(times)


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ((("10:00", "12:05"), ("12:00", "16:00")), "10:00-12:05 and 12:00-16:00 overlap; name each time"),
        ((("22:00", "26:05"), ("02:00", "22:00")), "22:00-26:05 and 02:00-22:00 overlap"),
        ((("02:00", "22:00"), ("22:00", "26:05")), "02:00-22:00 and 22:00-26:05 overlap"),
        ((("02:00", "26:05"),), "overlap themselves"),
    ],
)
def test_hours_that_overlap_are_refused(times: tuple[Times, ...], message: str) -> None:
    """Five minutes that two name are too many, also where one runs into the next day."""
    with pytest.raises(ValidationError, match=message):
        make_space(visibility_hours=hours(*times))


def test_a_space_is_seen_where_anybody_passes_at_any_time() -> None:
    """Hours in which nobody passes are no visibility; hours that are not said leave the record as it was."""
    assert not make_space(visibility_hours=hours(("10:00", "12:00"), passing=0)).is_seen
    assert make_space(visibility_hours=hours(("10:00", "12:00"), passing=1)).is_seen
    assert make_space(visibility=1).is_seen
    assert "visibility_hours" not in make_space().model_dump()
