"""Compile every compiled function once, so that no run has to: ``python -m solver.warm``.

The machine code is kept beside the modules, or in ``NUMBA_CACHE_DIR``, and serves every later run until they change. A
function is compiled for the kinds of arrays it is given, so two tiny scenarios are led through all that uses one.
"""

import sys
import time
from datetime import date, timedelta

import numpy as np

from models.calendar import Season
from models.needs import Need, Organisation, Wish
from models.places import Availability, Site, Space
from models.policy import Policy
from models.scenario import Scenario
from models.synergy import SynergyLink
from solver.arrays import NOTHING
from solver.bound import CHUNK
from solver.cliques import Cliques
from solver.compile import compile_scenario
from solver.covers import lifted_cover
from solver.dual import Dual
from solver.links import Cut
from solver.moves import Moves
from solver.prices import Pool, choose
from solver.stars import Stars
from solver.start import construct

MONDAY = date(2026, 8, 31)


def warm() -> float:
    """Use every compiled function; returns how many seconds it took."""
    started = time.perf_counter()
    for linked in (False, True):
        problem = compile_scenario(_tiny_scenario(linked)).problem
        dual = Dual(problem)
        for cuts in ([], [Cut.clique(np.arange(2))]):
            dual = dual.with_cuts(cuts) if cuts else dual
            dual.improve(CHUNK, 1.0, 0.5)
            # Steps price a pool, which a Problem as small as this one never leaves anything out of.
            mine = np.ones(problem.num_placements, dtype=np.bool_)
            pool = Pool.whole(dual.problem, dual.cells).only(mine)
            choose(dual.problem, dual.cells, dual.best_at, pool, np.empty(problem.num_placements))
            chosen = construct(problem, dual, NOTHING)
            Stars(problem).find(dual.average, 1)
        # More than half of every stay: surely some that clash.
        Cliques(problem).find(np.full(problem.num_placements, 0.6), 1)
        Moves(problem, chosen, 0, dual.best.loss).run(None, 1000)
    lifted_cover(np.array([2, 2]), np.array([True, True]), 3, np.zeros(2, dtype=np.int64))
    return time.perf_counter() - started


def _tiny_scenario(linked: bool) -> Scenario:
    """Return two needs that want one room, at the same time or linked."""
    hours = {"weekdays": ("mon", "tue"), "start": "18:00", "end": "22:00"}
    asked = {"organisation": "club", "size": 10, "min_minutes": 60, "max_minutes": 120}
    needs = [
        Need.model_validate({"id": name, "title": name, "wishes": (Wish.model_validate(hours),), **asked})
        for name in ("a", "b")
    ]
    room = {"id": "room", "site": "site", "name": "Room", "kind": "room", "owner": "city", "capacity": 20}
    return Scenario(
        id="warm",
        title="Warm",
        season=Season(first=MONDAY, last=MONDAY + timedelta(days=27), holidays=(), timezone="Europe/Helsinki"),
        policy=Policy.model_validate({"id": "warm", "title": "Warm", "version": "1"}),
        sites=(Site.model_validate({"id": "site", "name": "Site"}),),
        spaces=(Space.model_validate(room),),
        conflicts=(),
        availability=(Availability.model_validate({"place": "site", **hours}),),
        exceptions=(),
        organisations=(Organisation.model_validate({"id": "club", "name": "Club", "applicant_class": "association"}),),
        needs=tuple(needs),
        links=(SynergyLink(a="a", b="b", why="one coach"),) if linked else (),
    )


if __name__ == "__main__":
    sys.stderr.write("warm: compiling the solver's inner loops (once)\n")
    sys.stderr.write(f"warm: done in {warm():.0f} s\n")
