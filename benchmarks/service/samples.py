"""Answers as they were timed, and what they come to by route."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One request."""

    route: str
    seconds: float
    """From sending it to the end of the answer."""
    status: int | str
    """The answer's, or how the connection failed."""
    bytes: int = 0

    @property
    def failed(self) -> bool:
        """Whether the service did not do what was asked."""
        return isinstance(self.status, str) or not 200 <= self.status < 300


def summary(samples: Iterable[Sample]) -> list[dict[str, Any]]:
    """Return counts, errors and times (ms, of answers that are none) by route, the most asked first."""
    by_route: defaultdict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        by_route[sample.route].append(sample)
    rows = [_row(route, made) for route, made in by_route.items()]
    return sorted(rows, key=lambda row: (-row["requests"], row["route"]))


def _row(route: str, samples: list[Sample]) -> dict[str, Any]:
    times = sorted(1000 * sample.seconds for sample in samples if not sample.failed)
    return {
        "route": route,
        "requests": len(samples),
        "errors": sum(sample.failed for sample in samples),
        "statuses": sorted({str(sample.status) for sample in samples}),
        "p50_ms": percentile(times, 0.5),
        "p95_ms": percentile(times, 0.95),
        "max_ms": percentile(times, 1.0),
        "kilobytes": round(max(sample.bytes for sample in samples) / 1000, 1),
    }


def percentile(ordered: list[float], share: float) -> float | None:
    """Return the smallest of ordered numbers that so large a share is not above; None of none."""
    return round(ordered[max(1, ceil(share * len(ordered))) - 1], 1) if ordered else None


def table(rows: Iterable[dict[str, Any]]) -> str:
    """Write a summary as a Markdown table."""
    lines = ["| route | requests | errors | p50 ms | p95 ms | max ms | kB |", "|---|---:|---:|---:|---:|---:|---:|"]
    for row in rows:
        cells = (row[name] for name in ("route", "requests", "errors", "p50_ms", "p95_ms", "max_ms", "kilobytes"))
        lines.append("| " + " | ".join("-" if cell is None else str(cell) for cell in cells) + " |")
    return "\n".join(lines)
