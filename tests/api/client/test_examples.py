"""The client's examples in the README and on its page run as they are printed, against a service as it is started."""

import re
from pathlib import Path

import pytest

from api.manual import DOCS
from tests.api.commands.serving import Served
from tests.api.conftest import TOWN, write_town

PAGES = (DOCS.parent / "README.md", DOCS / "client.md")
ADDRESS, DATA = "http://127.0.0.1:8000", "yhteistila-data"
"""Where the examples have their service; here it is where there is room."""


def example_of(page: Path) -> str:
    """Return the examples of the client on a page as one program."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return "".join(block for block in found if "api.client" in block)


def test_the_page_has_examples() -> None:
    """There is something to run, and it stands where a reader's service stands."""
    assert f'Client("{ADDRESS}"' in example_of(PAGES[1])
    assert f"serve --data {DATA}" in PAGES[1].read_text(encoding="utf-8")


def test_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Kuopio is submitted, improves, is stopped and read; faults of a town of one's own are told by file and row."""
    write_town(tmp_path / "my-town", needs=TOWN["needs.csv"].replace("Shakki,10", "Shakki,-10"))
    monkeypatch.chdir(tmp_path)
    with Served(tmp_path / DATA) as service:
        for page in PAGES:
            exec(compile(example_of(page).replace(ADDRESS, service.url), str(page), "exec"), {})
    told = capsys.readouterr().out
    assert re.search(r"^plan {'objective': \d+}", told, re.MULTILINE)
    assert re.search(r"^finished ", told, re.MULTILINE)
    assert re.search(r"^(cancelled|optimal) \d+ \d+$", told, re.MULTILINE)
    assert "needs.csv row 4 (chess), size" in told
