"""A part of a Problem that is a Problem of its own: one placement stands in for all that are fixed.

``Problem.restrict`` takes the fixed placements out of the rows and forgets what the terms mean, which is enough for an
exact engine. Here the terms keep their meaning, so that every engine and move works on the part: what the fixed
placements add to sums that the part's terms read is added by a pinned placement that holds nothing.
"""

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, vstack

from solver.arrays import Ints, ranges
from solver.links import Links, Meaning
from solver.problem import Problem
from solver.remainder import Remainder


def with_stand_in(problem: Problem, placements: Ints, beside: Remainder) -> Problem:
    """Return the Problem of some placements beside fixed ones; the last placement of it stands in for these.

    Its objective differs from the whole one's by what no placement of it changes.

    Parameters
    ----------
    placements
        Sorted; none on a day cell that a fixed placement has.
    beside
        What the fixed placements leave.
    """
    part = problem.restrict(placements, beside).problem
    return replace(
        part,
        group_limit=np.append(part.group_limit, 1),
        daycell_group=np.append(part.daycell_group, len(part.group_limit)),
        daycell_must=np.append(part.daycell_must, True),
        daycell=np.append(part.daycell, len(part.daycell_group)),
        value=np.append(problem.value[placements], 0),
        links=_links_beside(problem.links, placements, beside.sums),
        # Apart from the others, so that no neighbourhood is drawn around it.
        place=np.append(part.place, part.place.max(initial=0) + 1),
        day=np.append(part.day, 0),
    )


def _links_beside(links: Links, placements: Ints, fixed: Ints) -> Links:
    """Return the terms over some placements, and over one more that adds the given sums, (S,)."""
    members = links.members[placements]
    touched = np.unique(members.indices).astype(np.int64)
    rows, z, z_fixed = links.live(touched, fixed)
    a, b = links.a[rows], links.b[rows]
    meaning, sums = _meaning_of(links, z, np.union1d(touched, a.indices))
    stand_in = csr_array(fixed[sums][None, :].astype(np.float64))
    return Links(
        members=csr_array(vstack([members[:, sums], stand_in], format="csr")),
        exclusive=links.exclusive[sums],
        a=csr_array(a[:, sums]),
        b=csr_array(b[:, z]),
        rhs=links.rhs[rows] - np.rint(b @ z_fixed).astype(np.int64),
        row_term=links.row_term[rows],
        z_term=links.z_term[z],
        z_points=links.z_points[z],
        z_upper=links.z_upper[z],
        z_set=np.where(links.z_set[z] >= 0, np.searchsorted(sums, links.z_set[z]), -1),
        meaning=meaning,
    )


def _meaning_of(links: Links, z: Ints, sums: Ints) -> tuple[Meaning, Ints]:
    """Return what some auxiliary variables, sorted and of whole terms, mean, and the sums they and the given ones are.

    Raises
    ------
    ValueError
        When the links are restricted.
    """
    whole = links.meaning
    if whole is None:
        raise ValueError("restricted links have rows only; ask the whole ones")
    indicators, conjunctions = len(whole.indicator_set), len(whole.literal_start) - 1
    of_indicator, of_conjunction, of_segment = np.split(z, np.searchsorted(z, [indicators, indicators + conjunctions]))
    conjunction = of_conjunction - indicators
    segment = of_segment - indicators - conjunctions
    loads, load_of_segment = np.unique(
        np.searchsorted(whole.segment_start, segment, side="right") - 1, return_inverse=True
    )
    _, literal = ranges(whole.literal_start[conjunction], whole.literal_start[conjunction + 1])
    item = np.flatnonzero(np.isin(whole.item_load, loads))
    read = (whole.indicator_set[of_indicator], whole.literal_set[literal], whole.load_sum[loads], whole.item_set[item])
    sums = np.unique(np.concatenate([sums, *read]))
    indicator_set, literal_set, load_sum, item_set = (np.searchsorted(sums, numbers) for numbers in read)
    meaning = Meaning(
        indicator_set=indicator_set,
        literal_start=_starts(np.diff(whole.literal_start)[conjunction]),
        literal_set=literal_set,
        literal_off=whole.literal_off[literal],
        load_sum=load_sum,
        item_load=np.searchsorted(loads, whole.item_load[item]),
        item_set=item_set,
        item_coef=whole.item_coef[item],
        segment_start=_starts(np.bincount(load_of_segment, minlength=len(loads))),
        segment_length=whole.segment_length[segment],
        capped=whole.capped[loads],
    )
    return meaning, sums


def _starts(lengths: Ints) -> Ints:
    starts: Ints = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return starts
