"""The process that solves: it is given one job over a pipe, tells what it finds, and ends.

``python -m api.jobs.child FD BYTES`` is started by ``api.jobs.process``. It imports and compiles all it needs before
the job comes. When the pipe closes, whatever the reason, it ends at once, and so does its own helper.
"""

import json
import logging
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue

from api.jobs.messages import (
    PHASES_AFTER,
    Base,
    Better,
    Broken,
    Compare,
    Hold,
    Job,
    Judge,
    Made,
    Message,
    Ready,
    Recommend,
    Refused,
    Solve,
    Stop,
    Told,
    packed,
    unpacked,
)
from api.jobs.studies import compare_runs, hold_table
from api.logs import log_to_stderr
from api.recommended import recommendation_record
from api.text import reason_record
from models.base import BadInput
from models.overlay import Overlay
from models.plan import Plan
from models.result import gap_of
from models.scenario import Scenario
from scenarios import wording
from scenarios.layout import PLAN_FILE
from scenarios.overlays import Overlaid
from scenarios.reading import what_if_of
from scenarios.recommend import recommend
from scenarios.run import Improved, Run, judged, options_named, run, told, write_run
from scenarios.study.measures import Base as MeasuredBy
from scenarios.study.measures import measure
from solver.engine import Progress
from solver.warm import warm

NICE = 10
"""So that whoever answers people comes before whoever searches."""
TOLD_SECONDS = 0.25
"""From one word on progress to the next, at least; a new phase and a first plan are told at once."""
PLAN_SECONDS = 1.0
"""From one better plan to the next, at least;"""
PLAN_SHARE = 0.05
"""and of the search's time no more than this goes into making them."""
_LOG = logging.getLogger("yhteistila.child")
MEASURES_FILE = "measures.json"
"""What the plan of a case of a sweep measures by the sweep's base."""
REASONS_FILE = "reasons{}.json"
"""What was decided of each need and why, in a language."""


def reasons_name(lang: str) -> str:
    """Return the file name of the reasons in a language."""
    return REASONS_FILE.format(f".{lang}")


def least_of(*bounds: int | None) -> int | None:
    """Return the best of several bounds, of which some may not be known."""
    return min((one for one in bounds if one is not None), default=None)


def is_by_level(scenario: Scenario) -> bool:
    """Tell whether tiers come strictly one after the other, so that points do not tell which plan is better."""
    order = scenario.policy.order
    return order is not None and order.strict


class Teller:
    """Tells progress and better plans, no more often than somebody can use them."""

    def __init__(self, send: Callable[[Message], None], scenario: Scenario, bound: int | None) -> None:
        self._send, self._by_level = send, is_by_level(scenario)
        self._bound = None if self._by_level else bound
        self._last = Told(0.0, "", None, None)
        self._told_at = self._plan_at = 0.0
        self._waiting: Callable[[], Improved] | None = None

    def progress(self, progress: Progress) -> None:
        """Take what the solver tells."""
        bound = least_of(progress.bound, self._bound)
        now = Told(round(progress.seconds, 3), progress.phase, progress.objective, bound)
        pressing = now.phase != self._last.phase or (now.objective is None) != (self._last.objective is None)
        due = time.monotonic() - self._told_at >= TOLD_SECONDS
        if pressing or (due and (now.objective, now.bound) != (self._last.objective, self._last.bound)):
            self._last, self._told_at = now, time.monotonic()
            self._send(now)
        # After the search the whole result comes soon.
        if self._waiting is not None and time.monotonic() >= self._plan_at and now.phase not in PHASES_AFTER:
            self._make(self._waiting)

    def plan(self, make: Callable[[], Improved]) -> None:
        """Take a better plan; where the last one was told just before, it waits."""
        if time.monotonic() >= self._plan_at:
            self._make(make)
        else:
            self._waiting = make

    def _make(self, make: Callable[[], Improved]) -> None:
        # Processor time: on a machine that is busy with others, waiting is not what a plan costs.
        began = time.thread_time()
        made = make()
        plan = packed(made.plan.model_dump_json())
        self._send(Better(self._last.seconds, made.objective, plan, self._by_level))
        cost = time.thread_time() - began
        self._waiting, self._plan_at = None, time.monotonic() + max(PLAN_SECONDS, cost / PLAN_SHARE)


def data_of(base: Base) -> Overlaid:
    """Return the scenario of a job, with its overlays.

    Raises
    ------
    BadInput
        With every error that the overlays make.
    """
    scenario = Scenario.model_validate_json(unpacked(base.scenario))
    return what_if_of(scenario, [], None, [Overlay.model_validate_json(text) for text in base.overlays])


def do(job: Job, send: Callable[[Message], None], cancel: threading.Event) -> Made:
    """Do a job.

    Raises
    ------
    BadInput
        When the data cannot be used as asked.
    """
    match job:
        case Solve():
            return _solve(job, send, cancel)
        case Judge():
            return _judge(job, send)
        case Recommend():
            return _recommend(job)
        case Compare():
            return compare_runs(job, send, cancel)
        case Hold():
            return hold_table(job, data_of(job.base), send, cancel)


def _solve(job: Solve, send: Callable[[Message], None], cancel: threading.Event) -> Made:
    started, what_if = time.monotonic(), data_of(job.base)
    teller = Teller(send, what_if.scenario, job.bound)
    made = run(
        what_if.scenario,
        job.limits,
        start=None if job.start is None else Plan.model_validate_json(unpacked(job.start)),
        opened=None if job.opened is None else options_named(what_if.scenario, ",".join(job.opened) or "none", "open"),
        on_progress=teller.progress,
        on_plan=teller.plan,
        cancel=cancel,
        started=started,
        what_if=what_if,
    )
    made = _after(made, job.used, None if made.result.levels else job.bound)
    return _files(made, send, started, job.measured_by)


def _after(made: Run, used: float, bound: int | None) -> Run:
    """Count in what earlier attempts took and proved."""
    result = made.result
    best = least_of(result.bound, bound)
    changed = {"seconds": round(result.seconds + used, 3), "bound": best, "gap": gap_of(result.objective, best)}
    return replace(made, result=result.model_copy(update=changed))


def _judge(job: Judge, send: Callable[[Message], None]) -> Made:
    started = time.monotonic()
    send(Told(0.0, PHASES_AFTER[0], None, job.bound))
    what_if = data_of(job.base)
    made = told(judged(what_if.scenario, Plan.model_validate_json(unpacked(job.plan)), started), what_if)
    made = replace(made, result=made.result.model_copy(update={"status": job.status, "seed": job.seed}))
    # With strict tiers the bound that was told is of one level.
    bound = None if is_by_level(what_if.scenario) else job.bound
    return _files(_after(made, job.used, bound), send, started)


def _files(made: Run, send: Callable[[Message], None], started: float, measured_by: Base | None = None) -> Made:
    """Write the files of a run and return them; with a plan also the reasons in each language, and what it measures."""
    send(Told(round(time.monotonic() - started, 3), PHASES_AFTER[1], made.result.objective, made.result.bound))
    with tempfile.TemporaryDirectory() as home:
        write_run(made, home, known_as=Path(PLAN_FILE).parent)
        files = {path.name: packed(path.read_bytes()) for path in Path(home).iterdir()}
    if made.plan is not None:
        scenario = made.scenario.as_opened(made.plan.decisions.opened)
        for lang in wording.LANGUAGES:
            records = [reason_record(reason, scenario, lang) for reason in made.reasons]
            files[reasons_name(lang)] = packed(json.dumps(records, ensure_ascii=False, default=str))
        if measured_by is not None:
            measures = measure(MeasuredBy.of(data_of(measured_by).scenario), made.scenario, made.plan, made.result)
            files[MEASURES_FILE] = packed(measures.model_dump_json())
    return Made(files)


def _recommend(job: Recommend) -> Made:
    plan = Plan.model_validate_json(unpacked(job.plan))
    made, scenario = recommend(data_of(job.base).scenario, plan, job.need, job.most)
    record = recommendation_record(made, scenario, job.lang)
    return Made({"recommendation.json": packed(json.dumps(record, ensure_ascii=False, default=str))})


def answer(job: Job, send: Callable[[Message], None], cancel: threading.Event) -> Message:
    """Do a job; whatever goes wrong becomes an answer that says so."""
    try:
        return do(job, send, cancel)
    except BadInput as error:
        return Refused(tuple(error.issues))
    except MemoryError:
        return Broken("memory", "there was no more memory to be had.")
    except Exception as error:
        _LOG.exception("job failed")
        return Broken("fault", f"{type(error).__name__}: {error}"[:2000])


def main() -> None:
    """Get ready, take one job, answer it, and end."""
    pipe, limit = Connection(int(sys.argv[1])), int(sys.argv[2])
    os.nice(NICE)
    log_to_stderr()
    if limit:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    jobs: SimpleQueue[Job] = SimpleQueue()
    cancel = threading.Event()
    threading.Thread(target=_listen, args=(pipe, jobs, cancel), daemon=True).start()
    warm()
    pipe.send(Ready())
    pipe.send(answer(jobs.get(), pipe.send, cancel))
    # An ordinary end would wait for the thread that listens.
    os._exit(0)


def _listen(pipe: Connection, jobs: "SimpleQueue[Job]", cancel: threading.Event) -> None:
    """Take the job and the wish to stop; the other side's end, however it came, is the end of this one."""
    try:
        while True:
            message = pipe.recv()
            if isinstance(message, Stop):
                cancel.set()
            else:
                jobs.put(message)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
