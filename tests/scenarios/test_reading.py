"""Bad input: every problem is told at once, each with file, row or id, field and the way to mend it."""

from pathlib import Path

import pytest

from models.base import BadInput
from scenarios.files import read_scenario, read_with_issues
from tests.scenarios.small_town import FILES, Edit, write


def problems(folder: Path) -> list[str]:
    """Read a folder that cannot be read, and return what is told."""
    with pytest.raises(BadInput) as bad:
        read_scenario(folder)
    return [str(issue) for issue in bad.value.issues]


def test_the_small_town_is_sound(tmp_path: Path) -> None:
    """Without edits there is nothing to tell."""
    scenario, issues = read_with_issues(write(tmp_path))
    assert [need.id for need in scenario.needs] == ["choir", "kids"]
    assert issues == []


BAD: list[tuple[Edit, str]] = [
    (
        ("needs.csv", "choir,club", "choir,clob"),
        "needs.csv row 2 (choir), organisation: no organisation has the id clob. Did you mean club?",
    ),
    (
        ("needs.csv", ",hall,", ",harbour,"),
        (
            "needs.csv row 2 (choir), spaces: no space or site has the id harbour."
            " Write one that is there, or add it to spaces.csv or sites.csv."
        ),
    ),
    (
        ("availability.csv", "hall,", "hal,"),
        "availability.csv row 2, place: no space or site has the id hal. Did you mean hall?",
    ),
    (
        ("scenario.yaml", "b: room", "b: rom"),
        "scenario.yaml, conflicts[0], b: no space has the id rom. Did you mean room?",
    ),
    (("links.csv", "choir,kids", "choir,kid"), "links.csv row 2, b: no need has the id kid. Did you mean kids?"),
    (
        ("links.csv", "choir,kids", "kids,kids"),
        "links.csv row 2: a need cannot be linked with itself. Name two needs.",
    ),
    (("links.csv", ",150", ",0"), "links.csv row 2, weight: 0 is below 1. Write 1 or more."),
    (
        ("links.csv", "weight\nchoir,kids,families sing and play,150", "status\nchoir,kids,families sing and play,no"),
        "links.csv row 2, status: 'no' is not a choice. Write 'accepted', 'proposed' or 'struck'.",
    ),
    (
        (
            "needs.csv",
            "spaces,pins,ages\nchoir,club,Choir,30,60,120,mon-thu 17:00-20:00,,hall,,",
            "spaces,pins,language\nchoir,club,Choir,30,60,120,mon-thu 17:00-20:00,,hall,,swe",
        ),
        (
            "needs.csv row 2 (choir), language: 'swe' is not a language of ISO 639-1."
            " Write its two letters, such as fi, sv or en."
        ),
    ),
    (
        ("policy.yaml", "version: 1\n", "version: 1\nworth: {organisation_sessions: [5, 6]}\n"),
        ("policy.yaml (policy), worth: organisation_sessions rises. A later one never earns more than an earlier one."),
    ),
    (("spaces.csv", "city,60", "city,-5"), "spaces.csv row 2 (hall), capacity: -5 is below 0. Write 0 or more."),
    (
        ("spaces.csv", "city,60", "city,many"),
        "spaces.csv row 2 (hall), capacity: 'many' is not a whole number. Write digits, for example 30.",
    ),
    (
        ("availability.csv", "16:00,22:00", "16:00,14:00"),
        "availability.csv row 2: the end is not after the start. For a night past midnight write the end as 26:00.",
    ),
    (
        ("needs.csv", "17:00-20:00", "17:00-16:00"),
        (
            "needs.csv row 2 (choir), wishes: item 1: the end is not after the start."
            " For a night past midnight write the end as 26:00."
        ),
    ),
    (
        ("exceptions.csv", "2026-11-02,2026-11-02", "2026-11-02,2026-11-01"),
        "exceptions.csv row 2: last 2026-11-01 is before first 2026-11-02. Swap them or mend the year.",
    ),
    (
        ("needs.csv", ",60,120,", ",120,60,"),
        "needs.csv row 2 (choir): max_minutes 60 is below min_minutes 120. Swap them.",
    ),
    (
        ("availability.csv", "room,mon-sun", "hall,fri-sun"),
        (
            "availability.csv row 3, start: the hours overlap those of another row,"
            " hall mon, tue, wed, thu, fri 16:00-22:00, on fri."
            " Shorten one of the two, or set their weekdays, dates or classes apart."
        ),
    ),
    (
        ("needs.csv", "Choir,30", "Choir,80"),
        (
            "needs.csv row 2 (choir), size: no space can ever host this: the largest space available, hall,"
            " holds 60 persons and 80 come. Lower size to 60 or less, or give it a space for 80."
        ),
    ),
    (
        ("needs.csv", "hall,,", "hall,hall mon 15:00-16:00,"),
        (
            "needs.csv row 2 (choir), pins: the pin hall mon 15:00-16:00 is at an hour when hall is never open;"
            " on mon it offers 16:00-22:00. Move the pin into open hours, or add them to availability.csv."
        ),
    ),
    (
        ("exceptions.csv", "2026-11-02,2026-11-02,works,", "2027-03-28,2027-03-28,night,00:00-03:30"),
        (
            "exceptions.csv row 2, hours: 03:30 does not exist on the night of 2027-03-28, when the clocks change."
            " Choose a time before or after that hour."
        ),
    ),
    (
        ("needs.csv", "sat 10:00-14:00,", 'sun 01:00-03:30,"dates 2027-03-28"'),
        (
            "needs.csv row 3 (kids), wishes: 03:30 does not exist on the night of 2027-03-28, when the clocks change."
            " Choose a time before or after that hour."
        ),
    ),
    (
        ("needs.csv", "size,", "sise,"),
        "needs.csv row 1, sise: there is no column 'sise'. Did you mean size?",
    ),
    (
        ("needs.csv", ",ages", ",zzz"),
        "needs.csv row 1, zzz: there is no column 'zzz'. The columns are ",
    ),
    (("needs.csv", ",ages", ",size"), "needs.csv row 1, size: the column is there twice. Keep one of the two."),
    (
        ("spaces.csv", ",capacity,", ",,"),
        "spaces.csv row 1, capacity: the column is missing. Add it; every row needs it.",
    ),
    (
        ("needs.csv", ",,hall,,", ",,hall,,,extra"),
        "needs.csv row 2 (choir): the row has more cells than the header. Quote the cell with a separator in it.",
    ),
    (("needs.csv", "Choir", '"Choir'), "needs.csv, line 3: the file is not CSV: unexpected end of data."),
    (("needs.csv", "kids,club", ",club"), "needs.csv row 3, id: the value is missing. Fill it in."),
    (("needs.csv", "kids,", "the kids,"), "needs.csv row 3 (the kids), id: 'the kids' is not an id. Use letters"),
    (("needs.csv", "kids,", "choir,"), "needs.csv row 3 (choir), id: an earlier record of needs has the id choir too."),
    (
        ("needs.csv", "sat 10:00-14:00,", 'sat 10:00-14:00,"dates 2027-06-05"'),
        "needs.csv row 3 (kids), recurrence: 2027-06-05 is outside 2026-08-31 to 2027-05-30, when the need may meet.",
    ),
    (
        ("scenario.yaml", "title: Town", "titel: Town"),
        "scenario.yaml, titel: there is no field 'titel'. Did you mean title?",
    ),
    (("scenario.yaml", "title: Town", ""), "scenario.yaml, title: the value is missing. Fill it in."),
    (
        ("scenario.yaml", "last: 2027-05-30", "last: 2025-05-30"),
        "scenario.yaml, season: last 2025-05-30 is before first 2026-08-31. Swap them or mend the year.",
    ),
    (("scenario.yaml", "2026-08-31", "2026-31-08"), "scenario.yaml, season, first: '2026-31-08' is not a date."),
    (
        ("scenario.yaml", "2026-12-26", "2026-12-21"),
        "scenario.yaml, season, holidays[0]: last 2026-12-21 is before first 2026-12-24. Swap them or mend the year.",
    ),
    (
        ("scenario.yaml", "id: town", "needs: []\nid: town"),
        "scenario.yaml, needs: in a folder this is read from needs.csv.",
    ),
    (
        ("scenario.yaml", "title: Town", "title: [Town"),
        "scenario.yaml, line 3, column 7: the file is not YAML that can be read: ",
    ),
    (("scenario.yaml", "title: Town", "title: Town\nid: b"), "scenario.yaml, line 3, column 1: the file is not YAML"),
    (
        ("policy.yaml", "version: 1", "version: 1\nworth: {hours: 5}"),
        "policy.yaml (policy), worth.hours: there is no field",
    ),
    (("policy.yaml", "latest: 20:00", "latest: 20:61"), "policy.yaml (policy), hours_by_age[0].latest: '20:61' is not"),
]


@pytest.mark.parametrize(("edit", "message"), BAD, ids=[message[:60] for _, message in BAD])
def test_bad_input_is_told(tmp_path: Path, edit: Edit, message: str) -> None:
    """The problem stands there with its place and the mending."""
    told = problems(write(tmp_path, edit))
    assert any(line.startswith(message) for line in told), told


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    """Problems of several files, rows and fields, alone and between records, are one list."""
    told = problems(
        write(
            tmp_path,
            ("policy.yaml", "latest: 20:00", "latest: 20:61"),
            ("spaces.csv", "city,60", "city,-5"),
            ("availability.csv", "hall,mon-fri", "hall,xyz"),
            ("needs.csv", "choir,club", "choir,clob"),
            ("needs.csv", "Kids,15,60,60", "Kids,-1,60,30"),
            ("scenario.yaml", "b: room", "b: rom"),
        )
    )
    assert [line.partition(": ")[0] for line in told] == [
        "policy.yaml (policy), hours_by_age[0].latest",
        "spaces.csv row 2 (hall), capacity",
        "availability.csv row 2, weekdays",
        "needs.csv row 3 (kids), size",
        "scenario.yaml, conflicts[0], b",
        "needs.csv row 2 (choir), organisation",
    ]


def test_mistakes_in_a_list_do_not_empty_it(tmp_path: Path) -> None:
    """Mistakes inside tiers and bands are told, each of them, and not that nothing is listed there."""
    bands = (
        "[{title: Day, tiers: [{title: Young, oldest: twelve}, {title: Old, yongest: 65}]},"
        " {title: Night, tiers: []}, {title: Noon, start: 99, tiers: [{title: All}]}]"
    )
    told = problems(write(tmp_path, ("policy.yaml", "version: 1", f"version: 1\norder: {{bands: {bands}}}")))
    assert told == [
        (
            "policy.yaml (policy), order.bands[0].tiers[0].oldest: 'twelve' is not a whole number."
            " Write digits, for example 30."
        ),
        "policy.yaml (policy), order.bands[0].tiers[1].yongest: there is no field 'yongest'. Did you mean youngest?",
        "policy.yaml (policy), order.bands[1].tiers: nothing is listed. List at least 1.",
        "policy.yaml (policy), order.bands[2].start: '99:00' is outside 00:00-48:00. Hours past 24 mean the next day.",
    ]


def test_a_list_too_short_says_how_many_it_has(tmp_path: Path) -> None:
    """One group where two are compared is not called nothing."""
    equality = "[{title: Even, target: 50, points: 1, groups: [{title: Girls}]}]"
    told = problems(write(tmp_path, ("policy.yaml", "version: 1", f"version: 1\nequality: {equality}")))
    assert told == ["policy.yaml (policy), equality[0].groups: only 1 listed. List at least 2."]


def test_a_bad_cell_in_a_list_hides_no_later_one(tmp_path: Path) -> None:
    """Of a list of cells that hold several items each or none, every mistake is told with the number of its cell."""
    season = '{"first": "2026-08-31", "last": "2026-12-31"}'
    hours = '[{"place": "hall", "weekdays": ["mon-wed", "mun", "fri", 9], "start": "08:00", "end": "20:00"}]'
    file = tmp_path / "town.json"
    file.write_text(f'{{"id": "town", "title": "Town", "season": {season}, "availability": {hours}}}')
    places = [line.partition(": ")[0] for line in problems(file)]
    assert [place for place in places if "weekdays" in place] == [
        "town.json, availability[0], weekdays[1]",
        "town.json, availability[0], weekdays[3]",
    ]


def test_failed_row_hides_nothing_and_blames_nobody(tmp_path: Path) -> None:
    """Who names a record whose own row failed is not told that it is unknown; other rows are still checked."""
    told = problems(write(tmp_path, ("spaces.csv", "city,60", "city,x"), ("needs.csv", "kids,club", "kids,none")))
    assert [line.partition(": ")[0] for line in told] == [
        "spaces.csv row 2 (hall), capacity",
        "needs.csv row 3 (kids), organisation",
    ]


@pytest.mark.parametrize("name", FILES)
def test_unreadable_file_hides_nothing(tmp_path: Path, name: str) -> None:
    """A file that is not UTF-8 is told once, and the others are still read."""
    other = "sites.csv" if name == "needs.csv" else "needs.csv"
    write(tmp_path, ("needs.csv", "Kids,15", "Kids,-1"), ("sites.csv", "centre,", ",centre"))
    (tmp_path / name).write_bytes(b"id: \xff\xfe")
    told = problems(tmp_path)
    assert f"{name}: the file is not UTF-8 (line 1). Save it again as UTF-8; in Excel choose 'CSV UTF-8'." in told
    assert any(line.startswith(other) for line in told)


@pytest.mark.parametrize("name", ["scenario.yaml", "policy.yaml"])
def test_missing_file_is_told(tmp_path: Path, name: str) -> None:
    """A folder without one of its two YAML files is told, with the folder."""
    write(tmp_path)
    (tmp_path / name).unlink()
    assert problems(tmp_path) == [f"{name}: the file is missing. Put it into {tmp_path}, or mend the path."]


@pytest.mark.parametrize(
    ("name", "messages"),
    [
        ("sites.csv", ["sites.csv: nothing is listed. List at least 1."]),
        ("spaces.csv", ["spaces.csv: nothing is listed. List at least 1."]),
        ("needs.csv", ["needs.csv: there is nothing to plan. Add needs to needs.csv."]),
    ],
)
def test_missing_records_are_told(tmp_path: Path, name: str, messages: list[str]) -> None:
    """Sites, spaces and needs there must be; an absent file is an empty list, and so is a file with a header only."""
    write(tmp_path)
    (tmp_path / name).unlink()
    assert problems(tmp_path)[:1] == messages
    (tmp_path / name).write_text(FILES[name].partition("\n")[0])
    assert problems(tmp_path)[:1] == messages


def test_stray_file_is_told(tmp_path: Path) -> None:
    """A table under a wrong name is not passed over in silence, and does not stop the reading."""
    write(tmp_path)
    (tmp_path / "exception.csv").write_text("place\n")
    (tmp_path / "readme.md").write_text("# Town\n")
    _, issues = read_with_issues(tmp_path)
    assert [(str(issue), issue.severity) for issue in issues] == [
        ("exception.csv: nothing reads this file. Did you mean exceptions.csv?", "warning")
    ]


def test_folder_without_scenario_is_told(tmp_path: Path) -> None:
    """A folder of something else is no scenario."""
    assert problems(tmp_path) == [f"{tmp_path}: the folder has no scenario.yaml. Add it, or name another folder."]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("just words", "town.yaml: the file does not hold named fields."),
        ("", "town.yaml: the file does not hold named fields."),
        ("a: *b", "town.yaml, line 1"),
        ("a: {" * 5000, "town.yaml"),
        ("? [a]\n: b", "town.yaml, line 1, column 3"),
        ("a: !!python/object:os.system x", "town.yaml, line 1, column 4"),
        ("needs: 5", "town.yaml, needs: this is not a list."),
        ("needs: [5]", "town.yaml, needs[0]: '5' is not a record."),
    ],
)
def test_bad_yaml_is_told(tmp_path: Path, text: str, message: str) -> None:
    """One file that is not YAML, or not a scenario, is told with its line where there is one."""
    path = tmp_path / "town.yaml"
    path.write_text(text, encoding="utf-8")
    assert any(line.startswith(message) for line in problems(path))
