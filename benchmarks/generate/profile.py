"""How recreation is spread over the week: shares counted from the drop-in programmes of Toronto.

Source: https://github.com/jentacularJava/Toronto_Drop_In, commit e169119a (10 December 2025), ``drop-in.csv``, which
gives the City of Toronto's open data set "Registered Programs and Drop In Courses Offering" as its origin.

Derivation: occurrences from 8 to 21 December 2025 (two whole weeks without a holiday) that last at most 195 minutes,
each (location, course, weekday, start, length, date) once: 9,305. *Seniors* are those with a youngest age of 50 or
more, *children* those with an oldest age of 1 to 18, *adults* all others. Counted for each: the weekday; the hour of
the start, apart for weekdays before 16:00 (``day``), weekdays from 16:00 (``evening``) and weekends; and the length,
rounded to 30 minutes and to 60 to 180. The numbers are percent of the group, rounded; hours below 2 % are left out.
Weekends before 9:00 and after 20:00, and evenings from 21:00, are left out too: few of our rooms are offered then.

The source tells what is put on, not what is asked for in vain, and most of it by day. How the needs divide between
day, evening and weekend is therefore assumed (``SLOTS``): associations meet when their members are off work.
"""

from typing import Literal

Who = Literal["child", "adult", "senior"]
Slot = Literal["day", "evening", "weekend"]

WEEKDAYS: dict[Who, tuple[int, ...]] = {
    "child": (16, 14, 14, 13, 16, 13, 12),
    "adult": (17, 15, 16, 16, 15, 11, 10),
    "senior": (20, 19, 18, 21, 17, 2, 2),
}
"""Percent of occurrences, Monday to Sunday."""

START_HOURS: dict[Who, dict[Slot, dict[int, int]]] = {
    "child": {
        "day": {9: 15, 10: 11, 11: 24, 12: 5, 13: 10, 14: 4, 15: 31},
        "evening": {16: 44, 17: 27, 18: 20, 19: 7, 20: 2},
        "weekend": {9: 7, 10: 7, 11: 14, 12: 14, 13: 13, 14: 8, 15: 10, 16: 8, 17: 8, 18: 7, 19: 2},
    },
    "adult": {
        "day": {9: 21, 10: 14, 11: 13, 12: 12, 13: 13, 14: 6, 15: 5},
        "evening": {16: 12, 17: 9, 18: 27, 19: 28, 20: 21},
        "weekend": {9: 12, 10: 9, 11: 5, 12: 7, 13: 10, 14: 13, 15: 8, 16: 6, 17: 5, 18: 4, 19: 7},
    },
    "senior": {
        "day": {9: 22, 10: 17, 11: 11, 12: 18, 13: 20, 14: 4},
        "evening": {16: 4, 17: 8, 18: 54, 19: 30, 20: 4},
        "weekend": {10: 8, 11: 6, 12: 8, 13: 4, 14: 4, 15: 14, 17: 20, 18: 20},
    },
}
"""Percent of occurrences of the group and slot by the hour of their start."""

LENGTHS: dict[Who, dict[int, int]] = {
    "child": {60: 34, 90: 22, 120: 32, 150: 6, 180: 6},
    "adult": {60: 46, 90: 15, 120: 28, 150: 5, 180: 7},
    "senior": {60: 32, 90: 11, 120: 34, 150: 10, 180: 13},
}
"""Percent of occurrences by minutes."""

SLOTS: dict[Who, dict[Slot, int]] = {
    "child": {"day": 2, "evening": 86, "weekend": 12},
    "adult": {"day": 5, "evening": 88, "weekend": 7},
    "senior": {"day": 70, "evening": 26, "weekend": 4},
}
"""Percent of needs by when they would best meet: assumed."""
