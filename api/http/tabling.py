"""What a partnership table is asked for, checked against what the tenant has before anybody sits down at it."""

from collections.abc import Sequence
from uuid import UUID

from api.http.ordering import documents, overlay_of, scenario_of
from api.http.problems import Refused
from api.http.unit import Unit
from api.settings import Settings
from api.store import runs, scenarios, studies, tenants
from api.store.studies import Asked
from api.wire.base import FieldError
from api.wire.scenarios import ScenarioView
from api.wire.studies import TableOrder
from models.overlay import Overlay
from models.table import TableStudy
from scenarios.reading import what_if_of
from scenarios.run import options_named
from scenarios.table.meeting import refuse_no_table


def table_asked(unit: Unit, order: TableOrder, settings: Settings) -> Asked:
    """Return what is to be kept of an order.

    Raises
    ------
    Refused
        When anything in it is not there.
    BadInput
        When overlays, options or stakeholders do not go with the scenario.
    """
    tenant, study = unit.actor.tenant, order.study
    _refuse_files(study)
    most = tenants.limits_of(unit.tx, tenant, settings.limits).run_seconds_max
    if study.seconds * study.searches > most:
        problem = f"{study.searches} plans of {study.seconds:g} s each take longer than the {most:g} s that one may."
        raise _wrong("/study/seconds", problem, "Ask for less time, rounds or alternatives.")
    view = scenario_of(unit.tx, tenant, study.scenario, order.version)
    stack = [overlay_of(unit, view.id, one, f"/study/overlays/{at}") for at, one in enumerate(study.overlays)]
    base = scenarios.read(unit.tx, tenant, view.hash)
    assert base is not None, "a foreign key says that it is there"
    scenario = what_if_of(base, [], None, stack).scenario
    options_named(scenario, ",".join(study.open) or "none", "/study/open")
    refuse_no_table(study, scenario)
    if order.today is not None:
        _refuse_strange(unit, order.today, view, stack)
    document = study.model_dump(mode="json") | {"stack": documents(stack)}
    today = () if order.today is None else (order.today,)
    return studies.Asked("table", study.title, view.id, view.version, document, today)


def _refuse_files(study: TableStudy) -> None:
    """Refuse what a study of a file may name and a service cannot: other files."""
    mends = {
        "policy": "Make a version of the scenario that has this policy, and name that.",
        "today": "Name the run whose plan it is as `today` beside the study.",
    }
    errors = [
        FieldError(path=f"/study/{name}", problem="a study of the service names no files.", mend=mend)
        for name, mend in mends.items()
        if getattr(study, name)
    ]
    if errors:
        raise Refused(422, "The study names files.", errors)


def _refuse_strange(unit: Unit, run: UUID, scenario: ScenarioView, stack: Sequence[Overlay]) -> None:
    """Refuse a plan of today that is not there, or of other data."""
    view, names = runs.found(unit.tx, unit.actor.tenant, run), tuple(one.id for one in stack)
    if view is None or view.status != "succeeded" or not view.has_plan:
        raise _wrong("/today", "there is no run of that id that has ended with a plan.", "Name one, or leave it out.")
    if (view.scenario, view.version, view.overlays) != (scenario.id, scenario.version, names):
        what = f"version {scenario.version} of {scenario.id} {'with ' + ', '.join(names) if names else 'as it is'}"
        raise _wrong("/today", "its plan is of other data than the table's.", f"Name a run of {what}.")


def _wrong(path: str, problem: str, mend: str) -> Refused:
    return Refused.field(f"The table cannot be opened: {problem}", path, problem, mend)
