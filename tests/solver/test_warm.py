"""What is compiled at installation is all that a run uses: otherwise somebody's first run waits for the rest."""

import subprocess
import sys

RUN = """
from numba.core.dispatcher import Dispatcher
from scenarios.files import library_path, read_scenario
from solver import cliques, covers, kernels, moves_kernel, stars
from solver.arrays import NOTHING
from solver.bound import FIRST_CHUNKS, ROUND_CHUNKS, Bound
from solver.compile import compile_scenario
from solver.moves import Moves
from solver.start import construct
from solver.warm import warm

def signatures():
    found = [f for module in (cliques, covers, kernels, moves_kernel, stars) for f in vars(module).values()]
    return {(f.py_func.__name__, str(s)) for f in found if isinstance(f, Dispatcher) for s in f.signatures}

warm()
compiled = signatures()
problem = compile_scenario(read_scenario(library_path("kuopio"))).problem
bound = Bound(problem)
while bound.chunks < FIRST_CHUNKS + ROUND_CHUNKS + 1 and not bound.exhausted:
    bound.advance()
Moves(problem, construct(problem, bound.dual, NOTHING), 0, bound.proof().loss).run(None, 1000)
print("cuts:", bound.dual.problem.links.num_rows > problem.links.num_rows)
print("not compiled before:", sorted(signatures() - compiled))
"""


def test_a_run_compiles_nothing_more() -> None:
    """Prices, covers, stars, plans and moves of a real town, in a process of its own."""
    ran = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["cuts: True", "not compiled before: []"]
