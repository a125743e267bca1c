"""Sharing among organisations: a concave reward on the number of sessions of each."""

import numpy as np

from solver.frame import Frame, Ints
from solver.rules.worth import Stays
from solver.terms import Terms


def organisation_terms(frame: Frame, stays: Stays, terms: Terms) -> None:
    """Add the terms of rule fairness.organisation: points for an organisation's first, second, ... session."""
    steps = np.array([step for step in frame.scenario.policy.worth.organisation_sessions if step], dtype=np.int64)
    if not len(steps):
        return
    needs = frame.scenario.needs
    first = np.searchsorted(stays.need, np.arange(len(needs) + 1))
    of_organisation: dict[str, list[int]] = {}
    for n, need in enumerate(needs):
        if first[n] < first[n + 1]:
            of_organisation.setdefault(need.organisation, []).append(n)
    for members in of_organisation.values():
        placements = np.concatenate([np.arange(first[n], first[n + 1]) for n in members])
        slopes, lengths = _segments(steps[: sum(needs[n].sessions for n in members)])
        terms.load(placements, np.ones_like(placements), lengths, slopes)


def _segments(steps: Ints) -> tuple[Ints, Ints]:
    """Return the slopes of a falling row of steps, each once, and how many steps have it."""
    slopes, lengths = np.unique(steps, return_counts=True)
    return slopes[::-1], lengths[::-1].astype(np.int64)
