"""Bad scenarios of every kind that the reader knows, over HTTP: told by field, and nothing of them is kept."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.http.app import API
from api.http.upload import FORMS
from scenarios.uploads import Form
from tests.api.service import Town, copied, http_for
from tests.models.test_consistency import FLAWS
from tests.scenarios.packing import packed, packed_town
from tests.scenarios.small_town import FILES, Edit
from tests.scenarios.test_reading import BAD
from tests.scenarios.test_uploads import BAD_DOCUMENTS, BAD_JSON, BAD_ZIPS, VALUES, as_json, small_town

MEDIA: dict[Form, str] = {form: media for media, form in reversed(FORMS.items())}


@dataclass
class Door:
    """The API with nothing in it, for requests that leave it so."""

    http: TestClient
    tenant: Town

    def send(self, data: bytes, form: Form, path: str = "") -> httpx2.Response:
        """Send a scenario as a planner."""
        headers = self.tenant.headers() | {"Content-Type": MEDIA[form]}
        return self.http.post(f"{API}/scenarios{path}", content=data, headers=headers)

    def kept(self) -> int:
        """Count what the database has of scenarios, answers and notes."""
        with self.tenant.database.transaction() as tx:
            row = tx.execute(
                "SELECT (SELECT count(*) FROM scenarios) + (SELECT count(*) FROM contents)"
                " + (SELECT count(*) FROM audit) + (SELECT count(*) FROM answers) AS n"
            ).fetchone()
        assert row is not None
        return int(row["n"])


@pytest.fixture(scope="module")
def door(postgres: str) -> Iterator[Door]:
    """Give one empty database for all of these tests: none of them may leave anything in it."""
    with copied(postgres) as database, http_for(database) as http:
        yield Door(http, Town.founded(database))


def errors_of(answer: httpx2.Response) -> list[dict[str, Any]]:
    """Return the errors of a refusal, each of which says where it is, what is wrong and how to mend it."""
    assert answer.status_code == 422, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["instance"]) == (422, f"{API}/scenarios")
    errors: list[dict[str, Any]] = told["errors"]
    assert errors
    for error in errors:
        assert error["path"].startswith("/") or error["path"].partition("#")[0] in FILES, error
        assert error["where"]
        assert error["problem"]
        assert error["mend"]
    return errors


def lines(errors: list[dict[str, Any]]) -> list[str]:
    """Write errors as the command line does."""
    return [f"{one['where']}: {one['problem']} {one['mend']}" for one in errors]


@pytest.mark.parametrize(("edit", "message"), BAD, ids=[message[:60] for _, message in BAD])
def test_bad_files_are_told(door: Door, edit: Edit, message: str) -> None:
    """What is wrong in a packed folder is told in the words of the command line."""
    errors = errors_of(door.send(packed_town(edit), "zip"))
    assert any(line.startswith(message) for line in lines(errors))
    assert door.kept() == 0


@pytest.mark.parametrize("name", [name for name, case in FLAWS.items() if case.severity == "error"])
def test_bad_records_together_are_told(door: Door, name: str) -> None:
    """What is wrong between the records of a document is told with a pointer into it."""
    case = FLAWS[name]
    errors = errors_of(door.send(as_json(case.scenario), "json"))
    told = next(one for one in errors if one["problem"] == case.problem)
    assert (told["mend"], told["severity"]) == (case.mend, "error")
    assert told["path"].startswith("/")
    assert door.kept() == 0


@pytest.mark.parametrize(("old", "new", "path"), BAD_JSON, ids=[new[:40] for _, new, _ in BAD_JSON])
def test_bad_values_are_told(door: Door, old: str, new: str, path: str) -> None:
    """What JSON may hold and a scenario may not is told with its place."""
    errors = errors_of(door.send(as_json(small_town()).decode().replace(old, new, 1).encode(), "json"))
    assert (path or "/") in [one["path"] for one in errors]
    assert door.kept() == 0


@pytest.mark.parametrize(("data", "form", "message"), BAD_DOCUMENTS, ids=range(len(BAD_DOCUMENTS)))
def test_bad_documents_are_told(door: Door, data: bytes, form: Form, message: str) -> None:
    """What is no document of a scenario at all is told as a whole."""
    told = lines(errors_of(door.send(data, form)))[0]
    assert told.startswith(message.replace("town", "scenario", 1))
    assert door.kept() == 0


@pytest.mark.parametrize("name", BAD_ZIPS)
def test_bad_archives_are_told(door: Door, name: str) -> None:
    """An archive that no honest program makes, or of something else, is refused in words."""
    make, message = BAD_ZIPS[name]
    told = lines(errors_of(door.send(make(), "zip")))
    assert any(line.startswith(message.replace("town.zip", "scenario.zip")) for line in told), told
    assert door.kept() == 0


@pytest.mark.parametrize(
    "media", [None, "text/plain", "application/xml", "application/json; charset=latin-1", "json", "multipart/form-data"]
)
def test_other_kinds_of_content_are_refused(door: Door, media: str | None) -> None:
    """A body that does not say what it is, or is something else, is not guessed at."""
    headers = door.tenant.headers() | ({} if media is None else {"Content-Type": media})
    for path in ("", "/validate", "/town/versions"):
        answer = door.http.post(f"{API}/scenarios{path}", content=as_json(small_town()), headers=headers)
        assert answer.status_code == 415, answer.text
        assert "application/zip" in answer.headers["Accept"]
        assert "application/zip" in answer.json()["detail"]
    assert door.kept() == 0


def test_many_errors_come_at_once(door: Door) -> None:
    """Errors of several files and rows are one answer, which counts them."""
    edits = [("needs.csv", "Kids,15", "Kids,-1"), ("spaces.csv", "city,60", "city,x"), ("links.csv", "choir,", "chor,")]
    answer = door.send(packed_town(*edits), "zip")
    paths = [one["path"] for one in errors_of(answer)]
    assert paths == ["spaces.csv#/2/capacity", "needs.csv#/3/size", "links.csv#/2/a"]
    assert answer.json()["detail"].startswith("3 errors in the data")


JSON_TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100)
@given(tree=JSON_TREES, path=st.sampled_from(["", "/validate"]))
def test_any_json_is_answered(door: Door, tree: Any, path: str) -> None:
    """Whatever JSON is sent, also with NaN and halves of characters, the program does not fail over it."""
    answer = door.send(json.dumps(tree).encode(), "json", path)
    assert answer.status_code in (200, 422), answer.text
    assert door.kept() == 0


@settings(max_examples=100)
@given(data=st.data(), path=st.sampled_from(["", "/validate"]))
def test_any_part_of_a_scenario_is_answered(door: Door, data: st.DataObject, path: str) -> None:
    """Whatever stands for a part of a sound scenario, the program does not fail over it; one it breaks is not kept."""
    document = json.loads(as_json(small_town()))
    part = data.draw(st.sampled_from(sorted(document)))
    broken = data.draw(VALUES | JSON_TREES | st.lists(VALUES | JSON_TREES, max_size=2))
    document |= {part: broken, "sites": []}
    answer = door.send(json.dumps(document).encode(), "json", path)
    assert answer.status_code in (200, 422), answer.text
    assert door.kept() == 0


@settings(max_examples=60)
@given(data=st.binary(max_size=200), form=st.sampled_from(sorted(MEDIA)))
def test_any_bytes_are_answered(door: Door, data: bytes, form: Form) -> None:
    """Whatever the bytes are, they are refused in words."""
    assert errors_of(door.send(data, form))


@settings(max_examples=60)
@given(name=st.sampled_from(sorted(FILES)), content=st.binary(max_size=80))
def test_any_file_is_answered(door: Door, name: str, content: bytes) -> None:
    """Whatever a file of a packed folder holds, it is told; the site that there is not keeps it from being sound."""
    answer = door.send(packed({**FILES, name: content, "sites.csv": "id,name\n"}), "zip")
    assert errors_of(answer)
    assert door.kept() == 0
