"""Studies of the partnership table and rounds of answers in files."""

from pathlib import Path
from typing import NamedTuple

from models.plan import Plan
from models.table import Answers, TableStudy
from scenarios.documents import locate, read_record
from scenarios.files import library_names, read_overlay, read_plan, read_what_if
from scenarios.layout import LIBRARY
from scenarios.overlays import Overlaid
from scenarios.plans import readable
from scenarios.run import judged, options_named, told, write_run
from scenarios.table.answers import Round
from scenarios.table.meeting import Held, Meeting
from scenarios.table.page import write_pages

TABLE_FILE = "table.json"
ROUND_FILE = "round.json"
TABLES = LIBRARY / "tables"
"""One file for each study that comes with the product."""


class Laid(NamedTuple):
    """A study with what it names."""

    study: TableStudy
    what_if: Overlaid
    """The scenario with its overlays."""
    today: Plan | None
    source: str
    """Where the scenario is."""


def table_names() -> dict[str, Path]:
    """Return the file of every study of the library by its name."""
    return {path.stem: path for path in sorted(TABLES.glob("*.yaml"))}


def read_table(name: str | Path) -> Laid:
    """Read a study, a file or a name in the library, and the scenario and plan that it names.

    Raises
    ------
    BadInput
        With what is wrong with it, or with what it names.
    """
    path = locate(name, table_names(), "study of the partnership table")
    study = read_record(TableStudy, path)
    source = study.scenario if study.scenario in library_names() else str(path.parent / study.scenario)
    overlays = [read_overlay(one, source) for one in study.overlays]
    what_if = read_what_if(source, study.policy, overlays=overlays)
    options_named(what_if.scenario, ",".join(study.open) or "none", f"{path.name}, open")
    today = None if study.today is None else read_plan(path.parent / study.today)
    return Laid(study, what_if, today, source)


def read_answers(path: str | Path) -> Answers:
    """Read a round of answers.

    Raises
    ------
    BadInput
        With what is wrong with it.
    """
    return read_record(Answers, locate(path, {}, "file of answers"))


def write_meeting(held: Held, laid: Laid, folder: Path) -> Meeting:
    """Write each plan on the table as a run's folder, table.json and a page for each language; return what is written.

    Raises
    ------
    BadInput
        When a plan does not fit the scenario, which is a fault of the program.
    """
    folders = []
    for number, (alternative, plan) in enumerate(zip(held.meeting.alternatives, held.plans, strict=True), 1):
        home = folder / f"{number}-{alternative.kind}"
        write_run(told(judged(laid.what_if.scenario, stamped(laid, plan)), laid.what_if), home)
        folders.append(alternative.model_copy(update={"folder": home.name}))
    meeting = held.meeting.model_copy(update={"alternatives": tuple(folders)})
    (folder / TABLE_FILE).write_text(readable(meeting.model_dump(mode="json")), encoding="utf-8")
    write_pages(meeting, laid.what_if.scenario, folder)
    return meeting


def write_round(done: Round, plan: Plan, laid: Laid, folder: Path) -> None:
    """Write what became of answers, and the plan after them as a run's folder."""
    write_run(told(judged(laid.what_if.scenario, stamped(laid, plan)), laid.what_if), folder)
    (folder / ROUND_FILE).write_text(readable(done.model_dump(mode="json")), encoding="utf-8")


def stamped(laid: Laid, plan: Plan) -> Plan:
    """Say in a plan what it was made for."""
    scenario = laid.what_if.scenario
    stamps = {
        "scenario": scenario.id,
        "scenario_hash": scenario.hash,
        "policy_version": scenario.policy.version,
        "agreements": scenario.conditions,
        "overlays": laid.what_if.overlays,
    }
    return plan.model_copy(update=stamps)
