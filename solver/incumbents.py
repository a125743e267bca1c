"""Better plans handed out while a search goes on: each is made only when somebody asks for it.

A search improves its choice many times a second and reports a reference to it each time. Reading it back as a plan
takes longer (lots are drawn, envy is settled, dates are written out), so that is left to whoever wants the plan.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from models.plan import Placement
from solver.arrays import Ints
from solver.compile import Compiled
from solver.engine import Progress
from solver.levels import level_of
from solver.settle import settled


@dataclass(frozen=True)
class Incumbent:
    """A plan that keeps every hard rule, as a solution has it."""

    placements: tuple[Placement, ...]
    objective: int
    opened: tuple[str, ...] = ()
    """options of the activity centre"""

    @classmethod
    def of(cls, compiled: Compiled, chosen: Ints, opened: Sequence[str], costs: int) -> "Incumbent":
        """Read settled placements back.

        Parameters
        ----------
        costs
            Points of what is opened, which come whatever is placed.
        """
        placements = tuple(compiled.placement(p) for p in chosen)
        return cls(placements, compiled.problem.objective(chosen) + costs, tuple(opened))


def of_compiled(compiled: Compiled, opened: Sequence[str], costs: int, progress: Progress) -> Incumbent:
    """Return the plan that progress tells of, settled as the last one is.

    Raises
    ------
    ValueError
        When it tells of none.
    """
    if progress.chosen is None:
        raise ValueError("no placements are told")
    return Incumbent.of(compiled, settled(compiled, level_of(compiled), progress.chosen), opened, costs)


class Watch:
    """Listens to progress, and offers each new choice as the plan it can be made into."""

    def __init__(
        self,
        on_progress: Callable[[Progress], None] | None,
        on_plan: Callable[[Callable[[], Incumbent]], None],
        make: Callable[[Progress], Incumbent],
    ) -> None:
        self._on_progress, self._on_plan, self._make = on_progress, on_plan, make
        self._best: int | None = None

    def __call__(self, progress: Progress) -> None:
        """Pass progress on; offer its plan where it is worth more than the one before."""
        if self._on_progress is not None:
            self._on_progress(progress)
        if progress.chosen is None or progress.objective is None:
            return
        if self._best is None or progress.objective > self._best:
            self._best = progress.objective
            self._on_plan(partial(self._make, progress))
