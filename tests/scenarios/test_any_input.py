"""Any input at all: it is read, or every problem is told with its place and mending; never a traceback."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import BadInput, Issue
from models.scenario import Scenario
from scenarios.files import read_scenario
from tests.scenarios.small_town import FILES, write


def read_or_tell(path: Path) -> Scenario | list[Issue]:
    """Read a folder of any content."""
    try:
        return read_scenario(path)
    except BadInput as bad:
        return bad.issues


def ends_well(path: Path) -> bool:
    """Tell whether a folder of any content is a scenario, or every problem has a place and a mending."""
    read = read_or_tell(path)
    return isinstance(read, Scenario) or (
        len(read) > 0 and all(issue.where and issue.problem and issue.mend for issue in read)
    )


@settings(max_examples=150)
@given(name=st.sampled_from(sorted(FILES)), content=st.binary(max_size=200))
def test_any_bytes_end_well(name: str, content: bytes) -> None:
    """Whatever bytes a file holds, no traceback comes."""
    with TemporaryDirectory() as home:
        write(Path(home))
        Path(home, name).write_bytes(content)
        assert ends_well(Path(home))


words = st.text(max_size=6) | st.sampled_from(
    [
        "",
        "-1",
        "x",
        "hall",
        "1e9",
        "9999-12-31",
        "0001-01-01",
        "48:00",
        "24:00",
        "mon",
        "[",
        "{}",
        '"',
        ";",
        "\n",
        ":",
        "once",
    ]
)


@settings(max_examples=300)
@given(
    name=st.sampled_from(sorted(FILES)),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), words), min_size=1, max_size=5),
)
def test_any_edit_ends_well(name: str, edits: list[tuple[float, int, str]]) -> None:
    """Whatever is cut out of a file or put into it, no traceback comes."""
    text = FILES[name]
    for where, length, word in edits:
        start = int(where * len(text))
        text = text[:start] + word + text[start + length :]
    with TemporaryDirectory() as home:
        write(Path(home))
        Path(home, name).write_bytes(text.encode(errors="replace"))
        assert ends_well(Path(home))


CELL_TEXTS = st.sampled_from(
    [
        "dates 9999-12-31",
        "dates 2027-03-28",
        "monthly",
        "mon 00:00-48:00",
        "sun 23:00-28:00",
        "hall sun 03:30-",
        "room mon 47:00-48:00",
        "mon -00:00",
        "room mon 20:00-18:00",
        '[{"weekday": 6}]',
        '[{"weekday": "sun", "start": "03:30"}, 5]',
        '{"kind": "dates", "dates": [5]}',
        "[" * 50_000,
        "9" * 5000,
        "-1",
    ]
)


@settings(max_examples=300)
@given(data=st.data())
def test_any_cell_ends_well(data: st.DataObject) -> None:
    """Whatever a cell of a spreadsheet holds, no traceback comes."""
    name = data.draw(st.sampled_from([name for name in sorted(FILES) if name.endswith(".csv")]))
    rows = [line.split(",") for line in FILES[name].splitlines()]
    row = data.draw(st.integers(1, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[row]) - 1))
    rows[row][column] = '"' + data.draw(words | CELL_TEXTS).replace('"', '""') + '"'
    with TemporaryDirectory() as home:
        write(Path(home))
        Path(home, name).write_bytes("\n".join(map(",".join, rows)).encode(errors="replace"))
        assert ends_well(Path(home))
