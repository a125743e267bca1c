"""What tests of the shells share: a small town with too few hours on Mondays, and a service on a real PostgreSQL."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from api.cli import cli
from api.postgres import configuration
from api.postgres.embedded import Embedded
from api.store.database import Database
from tests.api import service

TOWN = {
    "scenario.yaml": """\
id: town
title: Pikkukylä
season: {first: 2026-09-01, last: 2026-12-18, holidays: [{name: Syysloma, first: 2026-10-12, last: 2026-10-18}]}
""",
    "policy.yaml": """\
id: town-policy
title: Jakoperusteet
version: "2026-1"
""",
    "sites.csv": """\
id,name
school,Koulu
""",
    "spaces.csv": """\
id,site,name,kind,owner,capacity
hall,school,Sali,school_hall,city,40
room,school,Luokka,classroom,city,15
""",
    "availability.csv": """\
place,weekdays,start,end
hall,mon,17:00,20:00
room,mon-fri,17:00,20:00
""",
    "organisations.csv": """\
id,name,applicant_class
choir,Kuoro,association
club,Kerho,association
""",
    "needs.csv": """\
id,organisation,title,size,min_minutes,max_minutes,sessions,wishes
rehearsal,choir,Harjoitus,30,120,120,1,mon 17:00-20:00
concert,choir,Konserttiharjoitus,35,90,90,1,mon 17:00-20:00
chess,club,Shakki,10,60,120,2,mon-fri 17:00-20:00
""",
}
"""The rehearsal and the concert both need the hall, which has room for one of them."""


def write_town(folder: Path, **changes: str) -> Path:
    """Write the town's files, some with another content; file names are given without their ending."""
    folder.mkdir()
    for name, text in TOWN.items():
        (folder / name).write_text(changes.get(name.partition(".")[0], text), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small town's scenario; no test changes it."""
    return write_town(tmp_path_factory.mktemp("scenarios") / "town")


def call(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def ended(code: int, *arguments: str | Path) -> Result:
    """Run a command and check how it ended: with this exit code, and never with an exception of its own."""
    result = call(*arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    return result


def document(result: Result) -> Any:
    """Read the one JSON document on stdout."""
    return json.loads(result.stdout)


@pytest.fixture(scope="session")
def solved(town: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Solve the small town once: the plan's folder and what ``--json`` printed."""
    folder = tmp_path_factory.mktemp("solved") / "plan"
    return folder, document(ended(0, "solve", town, "--seconds", "20", "--threads", "1", "--out", folder, "--json"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a PostgreSQL of this test process, with a migrated database that others are copied from."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="yt-", ignore_cleanup_errors=True))
        # Copying databases waits for the disk; what these tests show does not rest on a power cut. Other servers do.
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(configuration.SETTINGS, "fsync", "off")
            server = stack.enter_context(Embedded(Path(folder) / "postgres"))
        service.make_template(server.url)
        yield server.url


@pytest.fixture
def database(postgres: str) -> Iterator[Database]:
    """Give a migrated database of the test's own."""
    with service.copied(postgres) as database:
        yield database


@pytest.fixture
def tenant(database: Database) -> service.Town:
    """Give a tenant, with tokens for every role."""
    return service.Town.founded(database)


@pytest.fixture
def http(database: Database) -> Iterator[TestClient]:
    """Give a client of the API over the test's database, without a token of its own."""
    with service.http_for(database) as client:
        yield client
