"""The client against a service in a process of its own: scenarios in, runs watched live, results out."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from api.client import ApiProblem, Client
from api.wire.runs import RecommendationOrder, Run, SweepOrder
from models.overlay import Overlay
from models.study import Setting, Study
from scenarios.files import read_scenario
from tests.api.client.flaky import relaying
from tests.api.commands.serving import Served
from tests.api.conftest import TOWN, write_town

LARGER = Overlay.model_validate(
    {"id": "larger", "title": "Larger", "why": "Why not?", "set": {"spaces/hall/capacity": 60}}
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a service with a worker."""
    with Served(tmp_path_factory.mktemp("served") / "data") as service:
        yield service


@pytest.fixture(scope="module")
def client(served: Served, town: Path) -> Iterator[Client]:
    """Give a planner's client, with the small town sent to the service."""
    with Client(served.url, served.token) as client:
        assert client.scenarios.submit(town).warnings == ()
        yield client


@pytest.fixture(scope="module")
def run(client: Client) -> Run:
    """Give a run that has ended."""
    return client.runs.wait(client.runs.submit("town", seconds=3, threads=1).id, 120)


def test_scenarios_come_as_folders_files_and_records(client: Client, town: Path) -> None:
    """The same scenario in whatever form is the same, by its hash; lists go on over many parts."""
    scenario = read_scenario(town)
    kept = client.scenarios.get("town")
    assert kept.hash == scenario.hash == client.scenarios.submit(scenario).hash
    assert client.scenarios.validate(scenario).valid
    assert sha256(client.scenarios.document("town", kept.version)).hexdigest() == kept.hash
    names = [one.id for one in client.scenarios.list()]
    assert names == sorted(names)
    assert {"kuopio", "town"} <= set(names)


def test_a_further_version_names_the_one_it_follows(client: Client, tmp_path: Path) -> None:
    """Who has seen an older version than the latest is told so, and nothing is lost."""
    first = client.scenarios.submit(write_town(tmp_path / "versions", scenario=TOWN["scenario.yaml"].replace(
        "id: town", "id: versions")))  # fmt: skip
    changed = write_town(tmp_path / "later", scenario=TOWN["scenario.yaml"].replace("id: town", "id: versions").replace(
        "Pikkukylä", "Isokylä"))  # fmt: skip
    second = client.scenarios.add_version("versions", changed, first.hash)
    assert (second.version, second.title) == (2, "Isokylä")
    with pytest.raises(ApiProblem, match="412"):
        client.scenarios.add_version("versions", write_town(tmp_path / "lost"), first.hash)
    assert [one.version for one in client.scenarios.versions("versions")] == [2, 1]


def test_faults_of_a_folder_are_told_by_file_and_row(client: Client, tmp_path: Path) -> None:
    """As `check` tells them: each with its place and how to mend it; nothing is kept."""
    broken = write_town(tmp_path / "broken", needs=TOWN["needs.csv"].replace("Harjoitus,30", "Harjoitus,-30"))
    with pytest.raises(ApiProblem) as told:
        client.scenarios.submit(broken)
    assert told.value.status == 422
    assert [error.where for error in told.value.errors] == ["needs.csv row 2 (rehearsal), size"]
    assert "needs.csv row 2 (rehearsal), size" in str(told.value)
    assert not client.scenarios.validate(broken).valid


def test_a_run_is_watched_to_its_end(client: Client) -> None:
    """Events come from the first to the last, live, without a gap."""
    submitted = client.runs.submit("town", seconds=2, threads=1)
    events = list(client.runs.watch(submitted.id))
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert [events[0].kind, events[-1].kind] == ["queued", "finished"]
    # A plan that is found just before the end comes with the result, and is no event of its own.
    assert "started" in {event.kind for event in events}
    assert client.runs.get(submitted.id).status == "succeeded"


def test_a_run_is_stopped_and_keeps_its_plan(client: Client) -> None:
    """A run that would search for minutes is stopped at its first plan, and has a result."""
    submitted = client.runs.submit("kuopio", seconds=300, threads=1)
    for event in client.runs.watch(submitted.id):
        if event.kind == "plan":
            client.runs.stop(submitted.id)
    assert client.runs.get(submitted.id).outcome == "cancelled"
    assert client.runs.plan(submitted.id).placements


def test_all_of_a_result_is_read(client: Client, run: Run) -> None:
    """Result, plan, scenario, score and reasons are the records of the core; the report is a page."""
    result, plan = client.runs.result(run.id), client.runs.plan(run.id)
    assert (result.status, result.objective) == (run.outcome, run.objective)
    assert plan.scenario_hash == client.runs.scenario(run.id).hash == result.scenario_hash
    assert sum(one.points for one in client.runs.score(run.id).rules) == result.objective
    reasons = client.runs.reasons(run.id, "fi")
    assert {one.need for one in reasons} == {"rehearsal", "concert", "chess"}
    (unplaced,) = (one for one in reasons if one.outcome == "unplaced")
    assert client.runs.reasons(run.id, "fi", unplaced.need) == (unplaced,)
    assert 'lang="sv"' in client.runs.report(run.id, "sv").decode()
    found = client.runs.recommend(run.id, RecommendationOrder(need=unplaced.need, k=2))
    assert found.need == unplaced.need


def test_a_what_if_is_kept_and_run(client: Client) -> None:
    """It is sent once, tells what it changes, and is named by runs."""
    kept = client.scenarios.submit_overlay("town", LARGER)
    assert client.scenarios.overlay("town", "larger").hash == kept.hash
    (edit,) = client.scenarios.overlay_changes("town", "larger").edits
    assert (edit.old, edit.new) == (40, 60)
    submitted = client.runs.submit("town", seconds=1, threads=1, overlays=("larger",))
    client.runs.cancel(submitted.id)
    assert client.runs.wait(submitted.id, 60).overlays == ("larger",)


def test_a_sweep_is_many_runs(client: Client) -> None:
    """Each case is a run; cancelling the sweep cancels those that have not ended."""
    cases = (Setting(name="base"), Setting(name="more", weights={"synergy.*": 400}))
    study = Study(id="aims", title="Aims", scenario="town", seconds=1, cases=cases)
    sweep = client.sweeps.submit(SweepOrder(study=study))
    assert [one.label for one in client.sweeps.cases(sweep.id)] == ["base", "more"]
    assert {one.id for one in client.runs.list(sweep=sweep.id)} == {one.run for one in client.sweeps.cases(sweep.id)}
    client.sweeps.cancel(sweep.id)
    assert all(client.runs.wait(one.run, 60).finished_at for one in client.sweeps.cases(sweep.id))


def test_an_answer_that_is_lost_is_asked_for_again(client: Client, served: Served) -> None:
    """The service has taken the run, and its answer never came: the client gets it, and there is one run."""
    before = len(list(client.runs.list(scenario="town")))
    with relaying(served.url, cuts=[0]) as heard, Client(heard.url, served.token) as shaky:
        submitted = shaky.runs.submit("town", seconds=1, threads=1)
    assert len(heard.requests) == 2
    runs = list(client.runs.list(scenario="town"))
    assert (len(runs), runs[0].id) == (before + 1, submitted.id)
    client.runs.cancel(submitted.id)


def test_events_of_a_service_go_on_after_a_lost_connection(served: Served, run: Run) -> None:
    """The connection is cut in the middle of the events; each comes once all the same."""
    with relaying(served.url, cuts=[]) as heard, Client(heard.url, served.token) as sound:
        whole = list(sound.runs.watch(run.id))
    last_event = 60  # bytes before the end
    with relaying(served.url, cuts=[heard.sizes[0] - last_event]) as heard, Client(heard.url, served.token) as shaky:
        assert list(shaky.runs.watch(run.id)) == whole
    assert heard.header(1, "Last-Event-ID") == str(whole[-2].number)
    assert len(heard.requests) == 2


def test_a_wrong_token_is_told(served: Served) -> None:
    """Whoever is not known is told so, at once."""
    with Client(served.url, "yt_nobody") as stranger, pytest.raises(ApiProblem, match="401"):
        stranger.who_am_i()
    with Client(served.url) as nobody, pytest.raises(ApiProblem, match="401"):
        list(nobody.scenarios.list())
