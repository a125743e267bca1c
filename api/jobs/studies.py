"""What a child process does for a study: put runs side by side, or hold a meeting of the partnership table."""

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from api.jobs.messages import Compare, Hold, Message, Side, Told, packed, unpacked
from api.jobs.messages import Made as Files
from models.base import BadInput, Issue
from models.plan import Plan
from models.result import Result
from models.scenario import Scenario
from models.table import TableStudy
from scenarios.comparison import Made, compare, improve
from scenarios.comparison.page import write_better, write_comparison
from scenarios.files import PLAN_FILE, RESULT_FILE, SNAPSHOT_FILE
from scenarios.overlays import Overlaid
from scenarios.plans import readable
from scenarios.run import options_named
from scenarios.table.bargain import NoPlan
from scenarios.table.files import Laid, write_meeting
from scenarios.table.meeting import hold_meeting
from solver.engine import Limits, Progress

COMPARISON_FILE = "comparison.json"
Send = Callable[[Message], None]


def compare_runs(job: Compare, send: Send, cancel: threading.Event) -> Files:
    """Put runs side by side, each solved again before where that is asked.

    Raises
    ------
    BadInput
        When they are of different scenarios.
    """
    made = [_side(one) for one in job.sides]
    compared = compare(made)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        if job.improve is not None:
            limits = Limits(seconds=job.improve, threads=job.threads)
            improved = improve(made, limits, on_progress=_told(send), cancel=cancel)
            made = list(improved.made)
            compared = compare(made, improved.improvements)
            write_better(improved, folder)
        (folder / COMPARISON_FILE).write_text(readable(compared.model_dump(mode="json")), encoding="utf-8")
        write_comparison(compared, made, folder)
        return _files(folder)


def _side(one: Side) -> Made:
    texts = {name: unpacked(body) for name, body in one.files.items()}
    plan, scenario = texts.get(PLAN_FILE), texts.get(SNAPSHOT_FILE)
    return Made(
        one.name,
        Result.model_validate_json(texts[RESULT_FILE]),
        None if plan is None else Plan.model_validate_json(plan),
        None if scenario is None else Scenario.model_validate_json(scenario),
    )


def hold_table(job: Hold, what_if: Overlaid, send: Send, cancel: threading.Event) -> Files:
    """Hold a meeting of the partnership table.

    Raises
    ------
    BadInput
        When what the study asks does not go with the scenario, or no plan is found.
    """
    study = TableStudy.model_validate_json(job.study)
    today = None if job.today is None else Plan.model_validate_json(unpacked(job.today))
    options_named(what_if.scenario, ",".join(study.open) or "none", "open")
    limits = Limits(seconds=study.seconds, threads=job.threads)
    try:
        held = hold_meeting(study, what_if.scenario, limits, today=today, on_progress=_told(send), cancel=cancel)
    except NoPlan as why:
        raise BadInput([Issue(where="study.seconds", problem=f"{why}", mend="Give each plan more seconds.")]) from None
    with tempfile.TemporaryDirectory() as home:
        write_meeting(held, Laid(study, what_if, today, study.scenario), Path(home))
        return _files(Path(home))


def _told(send: Send) -> Callable[[str, Progress], None]:
    """Return what tells of which side or plan the search is; each once."""
    last = [""]

    def tell(title: str, progress: Progress) -> None:
        if title != last[0]:
            last[0] = title
            send(Told(round(progress.seconds, 3), title, progress.objective, progress.bound))

    return tell


def _files(folder: Path) -> Files:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return Files({path.relative_to(folder).as_posix(): packed(path.read_bytes()) for path in paths})
