"""Scenarios of bytes: JSON, YAML and packed folders are read as files are, with a path for programs at each problem."""

import json
import stat
import zipfile
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import BadInput, Issue
from models.scenario import Scenario
from scenarios import drafts, folders, parsing, rows
from scenarios.drafts import draft_of_text
from scenarios.files import read_scenario
from scenarios.folders import MOST_FILES
from scenarios.reading import read_draft
from scenarios.trees import DEEPEST, MOST
from scenarios.uploads import MOST_YAML, Form, read_upload
from tests.models.test_consistency import FLAWS
from tests.scenarios.packing import at, packed, packed_town
from tests.scenarios.small_town import FILES, Edit, write
from tests.scenarios.strategies import scenarios
from tests.scenarios.test_reading import BAD


def told(data: bytes, form: Form = "json") -> list[Issue]:
    """Read bytes that are no scenario, and return what is told."""
    with pytest.raises(BadInput) as bad:
        read_upload(data, form, "town")
    return bad.value.issues


@cache
def small_town() -> Scenario:
    """Read the small town from its folder."""
    with TemporaryDirectory() as home:
        return read_scenario(write(Path(home)))


@pytest.fixture(scope="module")
def town() -> Scenario:
    """Give the small town."""
    return small_town()


def as_json(scenario: Scenario, **changes: Any) -> bytes:
    """Write a scenario as one document, some parts changed."""
    return json.dumps({**scenario.model_dump(mode="json"), **changes}).encode()


def test_every_form_is_the_same_scenario(town: Scenario) -> None:
    """A document in JSON or YAML and the packed folder, at the top or in a folder of its own, give one scenario."""
    document = as_json(town)
    forms: list[tuple[bytes, Form]] = [
        (document, "json"),
        (b"\xef\xbb\xbf" + document, "json"),
        (yaml.safe_dump(json.loads(document)).encode(), "yaml"),
        (packed_town(), "zip"),
        (packed_town(folder="my town/"), "zip"),
    ]
    for data, form in forms:
        scenario, issues = read_upload(data, form)
        assert (scenario, issues) == (town, [])
        assert scenario.hash == town.hash


@pytest.mark.parametrize(("edit", "message"), BAD, ids=[message[:60] for _, message in BAD])
def test_bad_input_in_an_archive_is_told_as_in_a_folder(tmp_path: Path, edit: Edit, message: str) -> None:
    """Every kind of bad input is told in the words of the folder, each with the file that it is in."""
    with pytest.raises(BadInput) as folder:
        read_scenario(write(tmp_path, edit))
    issues = told(packed_town(edit), "zip")
    assert list(map(str, issues)) == list(map(str, folder.value.issues))
    assert any(str(issue).startswith(message) for issue in issues)
    assert all(str(issue.path).partition("#")[0] in FILES for issue in issues)


@pytest.mark.parametrize(
    ("edit", "path"),
    [
        (("needs.csv", "Kids,15", "Kids,-1"), "needs.csv#/3/size"),
        (("needs.csv", "17:00-20:00", "17:00-16:00"), "needs.csv#/2/wishes"),
        (("needs.csv", "size,", "sise,"), "needs.csv#/1/sise"),
        (("needs.csv", ",,hall,,", ",,hall,,,extra"), "needs.csv#/2"),
        (("needs.csv", "Choir", '"Choir'), "needs.csv#"),
        (("needs.csv", "choir,club", "choir,clob"), "needs.csv#/2/organisation"),
        (("scenario.yaml", "b: room", "b: rom"), "scenario.yaml#/conflicts/0/b"),
        (("scenario.yaml", "title: Town", ""), "scenario.yaml#/title"),
        (("scenario.yaml", "id: town", "needs: []\nid: town"), "scenario.yaml#/needs"),
        (("scenario.yaml", "2026-12-26", "2026-12-21"), "scenario.yaml#/season/holidays/0"),
        (("policy.yaml", "latest: 20:00", "latest: 20:61"), "policy.yaml#/hours_by_age/0/latest"),
        (("policy.yaml", "title: Policy", "title: [Policy"), "policy.yaml#"),
    ],
)
def test_paths_name_file_row_and_column(edit: Edit, path: str) -> None:
    """Of a packed folder a path has the file, and after # the row and column, or the pointer into the file."""
    assert path in [issue.path for issue in told(packed_town(edit), "zip")]


@pytest.mark.parametrize("case", FLAWS.values(), ids=FLAWS)
def test_flaws_between_records_have_a_pointer(case: Any) -> None:
    """What is wrong between records is told of the document, with a pointer to what is there, or left out there."""
    document = json.loads(as_json(case.scenario))
    data = json.dumps(document).encode()
    issues = told(data) if case.severity == "error" else read_upload(data, "json", "town")[1]
    issue = next(one for one in issues if one.problem == case.problem)
    assert issue.path is not None
    try:
        at(document, issue.path)
    except LookupError:
        at(document, issue.path.rpartition("/")[0])


BAD_JSON: list[tuple[str, str, str]] = [
    ('"title": "Town"', '"title": "Town", "title": "Again"', "/title"),
    ('"capacity": 60', '"capacity": 60, "capacity": 61', "/spaces/0/capacity"),
    ('"capacity": 60', '"capacity": NaN', "/spaces/0/capacity"),
    ('"capacity": 60', '"capacity": -Infinity', "/spaces/0/capacity"),
    ('"capacity": 60', '"capacity": 1e999', "/spaces/0/capacity"),
    ('"capacity": 60', f'"capacity": {MOST}', "/spaces/0/capacity"),
    ('"capacity": 60', f'"capacity": {"9" * 5000}', "/spaces/0/capacity"),
    ('"capacity": 60', '"capacity": 6.5', "/spaces/0/capacity"),
    ('"capacity": 60', '"capacity": [60]', "/spaces/0/capacity"),
    ('"capacity": 60', '"capasity": 60', "/spaces/0/capasity"),
    ('"title": "Town"', '"title": "To\\u0000wn"', "/title"),
    ('"title": "Town"', '"title": "\\ud83d"', "/title"),
    ('"title": "Town"', '"ti\\u0000tle": "Town"', ""),
    ('"title": "Town"', '"title": "Town", "a/b~c": 1', "/a~1b~0c"),
    ('"title": "Town"', f'"title": {"[" * (DEEPEST + 1)}{"]" * (DEEPEST + 1)}', ""),
    ('"title": "Town"', f'"title": {"[" * 100_000}', ""),
    ('"first": "2026-08-31"', '"first": "86400"', "/season/first"),
    ('"first": "2026-08-31"', '"first": 1798761600', "/season/first"),
    ('"kind": "weekly"', '"kind": "dates", "dates": ["2026-09-07", "2026-09-07"]', "/needs/0/recurrence/dates"),
    ('"kind": "weekly"', '"kind": "biweekly", "phase": 2', "/needs/0/recurrence/phase"),
    ('"kind": "weekly"', '"kind": "sometimes"', "/needs/0/recurrence"),
]


@pytest.mark.parametrize(("old", "new", "path"), BAD_JSON, ids=[f"{new[:40]}" for _, new, _ in BAD_JSON])
def test_bad_json_is_told_with_a_pointer(town: Scenario, old: str, new: str, path: str) -> None:
    """What JSON may hold and a scenario may not is told with its place; no value is taken for another."""
    text = as_json(town).decode()
    assert old in text
    issues = told(text.replace(old, new, 1).encode())
    assert path in [issue.path for issue in issues]
    assert all(issue.problem and issue.mend for issue in issues)
    json.dumps([issue.model_dump() for issue in issues]).encode()


BAD_DOCUMENTS: list[tuple[bytes, Form, str]] = [
    (b"", "json", "town.json, line 1, column 1: the file is not JSON: Expecting value."),
    (b"null", "json", "town.json: the file does not hold named fields."),
    (b"[]", "json", "town.json: the file does not hold named fields."),
    (b"{", "json", "town.json, line 1, column 2: the file is not JSON: "),
    (b"\xff\xfe{\x00}\x00", "json", "town.json: the file is not UTF-8 (line 1)."),
    ("{}".encode("utf-16-be"), "json", "town.json: the file has null characters in it (line 1)."),
    (b"{}\x00", "json", "town.json: the file has null characters in it (line 1)."),
    (b"{}", "json", "town.json, id: the value is missing. Fill it in."),
    (b'title: "\\0"', "yaml", "town.yaml: the file is not YAML that can be read: a text has a null character"),
    (b'title: "\\ud800"', "yaml", "town.yaml: the file is not YAML that can be read: a text has half of a"),
    (b"a: &x [1]\nb: *x", "yaml", "town.yaml, line 2, column 6: the file is not YAML that can be read: aliases"),
    (b"a: " + b"[" * 150 + b"]" * 150, "yaml", "town.yaml: the file is not YAML that can be read: lists and"),
    (b"#" * (MOST_YAML + 1), "yaml", "town.yaml: the document is larger than 4 MiB. Send a scenario so large as"),
]


@pytest.mark.parametrize(("data", "form", "message"), BAD_DOCUMENTS, ids=range(len(BAD_DOCUMENTS)))
def test_bad_documents_are_told(data: bytes, form: Form, message: str) -> None:
    """What is no document of a scenario at all is told as a whole, with where in the text where that is known."""
    issues = told(data, form)
    assert str(issues[0]).startswith(message), str(issues[0])
    assert issues[0].path is not None


def linked() -> bytes:
    """Pack a town in which a file is a symbolic link to another one of the machine."""
    buffer = BytesIO(packed_town())
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("pools.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def twice() -> bytes:
    """Pack a town with one file twice."""
    buffer = BytesIO(packed_town())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("needs.csv", "id\n")
    return buffer.getvalue()


def broken() -> bytes:
    """Pack a town, and damage the packed bytes of one file."""
    data = bytearray(packed_town())
    with zipfile.ZipFile(BytesIO(data)) as archive:
        start = archive.getinfo("needs.csv").header_offset + 30 + len("needs.csv")
    data[start : start + 8] = b"\xff" * 8
    return bytes(data)


def locked() -> bytes:
    """Pack a town, and mark every file as encrypted."""
    data = bytearray(packed_town())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + offset] |= 1
            start = data.find(mark, start + 1)
    return bytes(data)


BAD_ZIPS: dict[str, tuple[Any, str]] = {
    "no archive": (lambda: b"PK\x03\x04 and so on", "town.zip: the file is not a ZIP archive that can be read."),
    "cut off": (lambda: packed_town()[:-30], "town.zip: the file is not a ZIP archive that can be read."),
    "empty": (lambda: packed({}), "town.zip: the archive has no scenario.yaml, at its top or in a folder there."),
    "too deep": (lambda: packed_town(folder="a/b/"), "town.zip: the archive has no scenario.yaml, at its top or in a"),
    "two towns": (
        lambda: packed({f"{one}/{name}": text for one in "ab" for name, text in FILES.items()}),
        "town.zip: the archive holds several scenarios: a/scenario.yaml and b/scenario.yaml.",
    ),
    "up": (lambda: packed_town(**{"../needs.csv": ""}), "town.zip: the name '../needs.csv' leads out of the archive."),
    "down and up": (lambda: packed_town(**{"a/../../x.csv": ""}), "town.zip: the name 'a/../../x.csv' leads out"),
    "absolute": (lambda: packed_town(**{"/etc/x.csv": ""}), "town.zip: the name '/etc/x.csv' leads out of the"),
    "drive": (lambda: packed_town(**{"C:/x.csv": ""}), "town.zip: the name 'C:/x.csv' leads out of the archive."),
    "backslash": (lambda: packed_town(**{"..\\x.csv": ""}), "town.zip: the name '..\\\\x.csv' has characters that"),
    "control": (lambda: packed_town(**{"a\nb.csv": ""}), "town.zip: the name 'a\\nb.csv' has characters that no file"),
    "link": (linked, "town.zip: 'pools.csv' is a link to another file. Pack the file itself."),
    "twice": (twice, "town.zip: the file needs.csv is in the archive twice."),
    "too many": (
        lambda: packed_town(**{f"{number}.txt": "" for number in range(MOST_FILES)}),
        f"town.zip: the archive has {MOST_FILES + len(FILES)} files, and at most {MOST_FILES} are read.",
    ),
    "damaged": (broken, "needs.csv: the file cannot be unpacked: "),
    "locked": (locked, "scenario.yaml: the file cannot be unpacked: "),
    "no policy": (
        lambda: packed({name: text for name, text in FILES.items() if name != "policy.yaml"}),
        "policy.yaml: the file is missing. Put it into town.zip, beside scenario.yaml.",
    ),
    "latin": (lambda: packed({**FILES, "needs.csv": "id\nä".encode("latin-1")}), "needs.csv: the file is not UTF-8"),
}


@pytest.mark.parametrize("name", BAD_ZIPS)
def test_bad_archives_are_told(name: str) -> None:
    """An archive that no honest program makes, or of something else, is refused in words."""
    make, message = BAD_ZIPS[name]
    issues = told(make(), "zip")
    assert any(str(issue).startswith(message) for issue in issues), list(map(str, issues))


def test_an_archive_unpacks_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that are small when packed and large when unpacked are refused, also by their sum."""
    monkeypatch.setattr(folders, "MOST_UNPACKED", 2**20)
    half = "\n" * (2**19 + 2**18)
    issues = told(packed_town(("needs.csv", "id,", f"{half}id,"), ("links.csv", "a,", f"{half}a,")), "zip")
    assert [str(issue) for issue in issues if "unpack" in issue.problem] == [
        "links.csv: the files of the archive unpack to more than 1 MiB. Pack the files of one scenario only."
    ]


def test_stray_files_of_an_archive_are_told() -> None:
    """A table under a wrong name or in a folder is told as in a folder; what file managers add is passed over."""
    strays = {"exception.csv": "place\n", "old/needs.csv": "", "readme.md": "", "__MACOSX/._needs.csv": "x"}
    _, issues = read_upload(packed_town(**strays), "zip")
    assert [(issue.where, issue.path, issue.severity) for issue in issues] == [
        ("exception.csv", "exception.csv#", "warning"),
        ("old/needs.csv", "old/needs.csv#", "warning"),
    ]


def test_reading_ends_where_too_much_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a document in which nearly everything is wrong, the first problems are told, and that there are more."""
    monkeypatch.setattr(rows, "MOST_TOLD", 50)
    junks: list[list[Any]] = [[{}] * 1000, [5] * 1000]
    for junk in junks:
        issues = told(as_json(small_town(), needs=junk))
        assert 50 < len(issues) < 70
        assert any(issue.problem.startswith("there are more than") for issue in issues)


def test_a_list_beyond_any_scenario_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """More records than any scenario has are told once, in a document and in a table, and the rest is still read."""
    monkeypatch.setattr(parsing, "MOST_RECORDS", 5)
    monkeypatch.setattr(drafts, "MOST_RECORDS", 5)
    issues = told(as_json(small_town(), links=[{}] * 6, title=5))
    assert [issue.path for issue in issues] == ["/links", "/title"]
    issues = told(packed_town(("links.csv", "150", "150" + "\n" * 5), ("needs.csv", "Kids,15", "Kids,-1")), "zip")
    assert [issue.path for issue in issues] == ["links.csv#", "needs.csv#/3/size"]


def both_ways(text: str) -> tuple[Any, Any]:
    """Read a document as it comes, and row by row; return what came of each: a scenario and issues, or issues."""

    def read(whole: bool) -> Any:
        try:
            draft = draft_of_text(text, "town.json")
            return read_draft(draft if whole else replace(draft, json=None))
        except BadInput as bad:
            return bad.issues

    return read(True), read(False)


@settings(max_examples=60)
@given(scenario=scenarios())
def test_a_whole_document_reads_as_its_rows_do(scenario: Scenario) -> None:
    """Reading a sound document at once gives the record, hash and issues of reading it row by row."""
    fast, slow = both_ways(as_json(scenario).decode())
    assert fast == slow
    if isinstance(fast, tuple):
        assert fast[0].hash == slow[0].hash


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3000),
    st.floats(-9, 9),
    st.sampled_from([
        "", " ", "0", "1", "30", "1e3", "8,5", "yes", "true", "hall", " hall ", "mon", "ma", "MON", "mon-fri", "18:00",
        "18", "18.00", "48:05", "2026-09-07", " 2026-09-07", "7.9.2026", "86400", "-86400", "+0", "0.0", "20260907",
        "2026-09-07T00:00:00", "weekly", "dates 2026-09-07", "mon 17:00-20:00", "piano; stage", "[]", "{}", '"x"',
        "accepted", "open", "fi", "FI", "7-12", "association 8.5",
    ]),
    st.sampled_from([[], {}, [5], ["mon"], ["2026-09-07"], {"a": 1}, [7, 12], [[]], {"kind": "once"}]),
)  # fmt: skip


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of every value in a document, containers too."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return ([path] if path else []) + [one for key, value in inner for one in leaves(value, (*path, key))]


@settings(max_examples=400)
@given(data=st.data())
def test_any_value_reads_the_same_both_ways(town: Scenario, data: st.DataObject) -> None:
    """Whatever stands for a value of a document, it is taken for the same, or refused in the same words, both ways."""
    document = json.loads(as_json(town))
    for path in data.draw(st.lists(st.sampled_from(leaves(document)), min_size=1, max_size=3)):
        try:
            holder = at(document, "".join(f"/{part}" for part in path[:-1]))
            holder[path[-1]] = data.draw(VALUES)
        except (LookupError, TypeError, ValueError):
            continue  # an earlier change took the place away
    fast, slow = both_ways(json.dumps(document))
    assert fast == slow


def test_a_sound_document_is_read_at_once(town: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document without compact cells is not read row by row, which takes ten times as long."""
    monkeypatch.setattr("scenarios.reading._records", lambda _: pytest.fail("it is read row by row"))
    assert read_upload(as_json(town), "json")[0] == town


def ends_well(data: bytes, form: Form) -> bool:
    """Tell whether bytes are a scenario, or every problem has a place and a mending."""
    try:
        return bool(read_upload(data, form))
    except BadInput as bad:
        return all(issue.where and issue.problem and issue.mend for issue in bad.issues)


@settings(max_examples=150)
@given(data=st.binary(max_size=200), form=st.sampled_from(["json", "yaml", "zip"]))
def test_any_bytes_end_well(data: bytes, form: Form) -> None:
    """Whatever the bytes are, they are read or told."""
    assert ends_well(data, form)


@settings(max_examples=150)
@given(where=st.floats(0, 1), length=st.integers(0, 40), junk=st.binary(max_size=20))
def test_any_damage_to_an_archive_ends_well(where: float, length: int, junk: bytes) -> None:
    """Whatever is cut out of an archive or put into it, no traceback comes."""
    data = packed_town()
    start = int(where * len(data))
    assert ends_well(data[:start] + junk + data[start + length :], "zip")
