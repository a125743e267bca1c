"""Ranges of wall-clock minutes, counted from one date's midnight."""

from collections.abc import Iterable

Spans = tuple[tuple[int, int], ...]
"""Ranges [start, end), in order and apart from each other."""


def merge(spans: Iterable[tuple[int, int]]) -> Spans:
    """Join ranges that meet or overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def covers(spans: Spans, start: int, end: int) -> bool:
    """Tell whether one of the merged ranges holds the whole of [start, end)."""
    return any(first <= start and end <= last for first, last in spans)
