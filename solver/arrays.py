"""Names and small functions for index arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.signedinteger[Any]]
"""Whole numbers: 64 bits, but for the millions of ``Stays`` and their points 32."""
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NOTHING: Ints = np.zeros(0, dtype=np.int64)
"""No indices."""
NO_FLOATS: Floats = np.zeros(0)
"""No numbers."""


def ranges(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Expand half-open ranges into their members.

    Returns
    -------
    owner, member
        (sum of lengths,) each - which range, and the integer in it.
    """
    length = last - first
    owner = np.repeat(np.arange(len(first)), length)
    ends = np.cumsum(length)
    member = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - length - first, length)
    return owner, member


def csr(owner: Ints, num_owners: int) -> Ints:
    """Return where each owner's entries start in a sorted list of owners, shape (num_owners + 1,)."""
    return np.searchsorted(owner, np.arange(num_owners + 1)).astype(np.int64)


def joined(parts: "list[Ints]") -> Ints:
    """Return some arrays one behind another; none gives no entries."""
    return np.concatenate([NOTHING, *parts])


def distinct(*parts: Ints) -> Ints:
    """Return the values of some arrays, sorted, each once; NumPy's own way by hashes takes several times as long."""
    values = np.sort(np.concatenate(parts))
    return values[np.flatnonzero(np.diff(values, prepend=values[:1] - 1))]


def least(indices: Ints, values: Floats, most: int) -> Ints:
    """Return the indices of least value, at most so many; sorted where some are left out."""
    if len(indices) <= most:
        return indices
    return np.sort(indices[np.argpartition(values[indices], most)[:most]])


def name_runs(values: Ints) -> tuple[Ints, Ints, Ints]:
    """Name the distinct values of an array where the same value often comes many times running.

    Returns
    -------
    distinct, first, of
        The values, sorted; where each comes first; and which of them each entry has.
    """
    head = np.flatnonzero(np.diff(values, prepend=values[:1] + 1))
    distinct, first, of = np.unique(values[head], return_index=True, return_inverse=True)
    return distinct, head[first], np.repeat(of, np.diff(head, append=len(values)))
