"""Ranges of wall-clock minutes, counted from one date's midnight."""

from models.hours import Spans


def covers(spans: Spans, start: int, end: int) -> bool:
    """Tell whether one of the merged ranges holds the whole of [start, end)."""
    return any(first <= start and end <= last for first, last in spans)
