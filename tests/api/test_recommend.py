"""``yhteistila recommend``: the table, the JSON, needs that come, and what is refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from api.manual import DOCS
from scenarios.files import read_scenario
from scenarios.wording import LANGUAGES
from tests.api.conftest import TOWN, document, ended, write_town

Solved = tuple[Path, dict[str, Any]]

CONCERT = {
    "id": "brass", "organisation": "choir", "title": "Puhaltimet", "size": 35, "min_minutes": 90, "max_minutes": 90,
    "wishes": "mon 17:00-20:00",
}  # fmt: skip
"""A need that wants the hall as the two of the choir do."""


def written(folder: Path, **changes: Any) -> Path:
    """Write a need to a file of its own."""
    path = folder / "need.json"
    path.write_text(json.dumps({**CONCERT, **changes}), encoding="utf-8")
    return path


def unplaced(solved: Solved) -> str:
    """Return the need that has no place in the plan."""
    plan = json.loads((solved[0] / "plan.json").read_text(encoding="utf-8"))
    (need,) = {"rehearsal", "concert", "chess"} - {placement["need"] for placement in plan["placements"]}
    return need


def test_the_unplaced_need_would_displace_the_other(town: Path, solved: Solved) -> None:
    """Its best place is the hall, the other has nowhere to go, and the changes by rule add up."""
    need = unplaced(solved)
    made = document(ended(0, "recommend", town, solved[0], need, "--json"))
    (option,) = made["options"]
    assert (made["need"], made["sessions_placed"], made["exact"]) == (need, 0, True)
    assert option["placement"]["space"] == "hall"
    assert option["change"] == sum(option["by_rule"].values())
    assert {one["need"] for one in option["displaced"]} | {need} == {"rehearsal", "concert"}
    assert [step["to"] for step in option["chain"]["steps"]] == [None]
    assert option["chain"]["exact"] is False
    assert document(ended(0, "recommend", town, solved[0], need, "--free", "--json"))["options"] == []


def test_all_times_are_more_than_the_best_of_each_evening(town: Path, solved: Solved) -> None:
    """Chess has both its sessions; a list of all is longer, and its first is as good."""
    few = document(ended(0, "recommend", town, solved[0], "chess", "-k", "100", "--json"))
    every = document(ended(0, "recommend", town, solved[0], "chess", "-k", "1000", "--all-times", "--json"))
    assert len(few["options"]) < len(every["options"]) == every["candidates"]
    assert few["options"][0]["change"] == every["options"][0]["change"]
    assert all(option["replaces"]["need"] == "chess" for option in few["options"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_tells_the_table(town: Path, solved: Solved, lang: str) -> None:
    """A row and a paragraph for each placement."""
    told = ended(0, "recommend", town, solved[0], "chess", "-k", "2", "--lang", lang).stdout.splitlines()
    assert [line.split()[0] for line in told if line.lstrip().startswith(("1.", "2."))] == ["1.", "2.", "1.", "2."]


def test_a_need_that_comes(town: Path, solved: Solved, tmp_path: Path) -> None:
    """It is read with the scenario's own fields; the plan's hash is that of the scenario without it."""
    made = document(ended(0, "recommend", town, solved[0], "--need-file", written(tmp_path), "--json"))
    assert (made["need"], made["sessions_placed"]) == ("brass", 0)
    assert made["options"][0]["placement"]["space"] == "hall"
    assert made["options"][0]["displaced"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"size": "many"}, "need.json (brass), size: 'many' is not a whole number."),
        ({"sizes": 3}, "Did you mean size?"),
        ({"organisation": "chior"}, "need.json (brass), organisation: "),
        ({"id": "chess"}, "need.json (chess)"),
        ({"size": 500}, "need.json (brass)"),
    ],
)
def test_a_need_that_does_not_fit_is_refused(
    town: Path, solved: Solved, tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    """With its file and field, as in the scenario's files, and by the same checks between records."""
    result = ended(1, "recommend", town, solved[0], "--need-file", written(tmp_path, **changes))
    assert told in result.stderr
    assert not result.stdout


def test_what_cannot_be_asked(town: Path, solved: Solved, tmp_path: Path) -> None:
    """An unknown need has its nearest name; one need is asked about, not two or none; a plan of other data is none."""
    assert "Did you mean chess?" in ended(1, "recommend", town, solved[0], "ches").stderr
    title = read_scenario(town).need_by_id["chess"].title.upper()
    assert "It is a title; write the id: chess." in ended(1, "recommend", town, solved[0], title).stderr
    ended(2, "recommend", town, solved[0])
    ended(2, "recommend", town, solved[0], "chess", "--need-file", written(tmp_path))
    assert "the file is missing" in ended(1, "recommend", town, solved[0], "--need-file", tmp_path / "no.yaml").stderr
    other = write_town(tmp_path / "other", spaces=TOWN["spaces.csv"].replace("city,40", "city,41"))
    assert "made for other data" in ended(1, "recommend", other, solved[0], "chess").stderr


def test_the_page_shows_a_need_that_is_read(town: Path, solved: Solved, tmp_path: Path) -> None:
    """The example of docs/what-if.md, in the small town."""
    (example,) = re.findall(
        r"^```yaml\n(id: band\n.*?)^```$", (DOCS / "what-if.md").read_text(encoding="utf-8"), re.M | re.S
    )
    path = tmp_path / "band.yaml"
    path.write_text(example, encoding="utf-8")
    assert document(ended(0, "recommend", town, solved[0], "--need-file", path, "--json"))["options"]
