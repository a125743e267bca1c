"""The manual page of scenario files says what the models do, and its example can be planned."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from models.scenario import Scenario
from models.study import Marginal, Setting, Study
from scenarios.cells import cell_of
from scenarios.files import read_with_issues
from scenarios.files_doc import page
from scenarios.records import annotations
from scenarios.study.cases import Workshop
from scenarios.study.files import read_study

PAGE = Path(__file__).parents[2] / "docs" / "scenario-files.md"


def test_page_is_fresh() -> None:
    """A field, default or form that changed has its page written anew by ``python -m api.manual``."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_example_is_sound(tmp_path: Path) -> None:
    """The files of the example make a scenario without a problem or warning."""
    for name, text in re.findall(r"^`([\w.]+)`\n\n```\w+\n(.*?)^```$", page(), re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    scenario, issues = read_with_issues(tmp_path)
    assert issues == []
    assert [need.id for need in scenario.needs] == ["choir-practice"]
    assert scenario.conflicts[0].why == "noise"


def fields(model: type[BaseModel]) -> Iterator[str]:
    """Return every field that a planner may write, of the scenario and of the records in it."""
    for name, hint in annotations(model).items():
        yield name
        kinds = () if cell_of(hint) else (hint, *get_args(hint))
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from fields(kind)


def test_every_field_is_described() -> None:
    """No field a file may have is missing from the page's tables."""
    part = page().partition("## Study files")[0]
    described = set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE))
    tables = {name for name in Scenario.model_fields if f"## `{name}.csv`" in page()}
    assert set(fields(Scenario)) - described - tables == {"policy"}


def test_example_study_is_sound(tmp_path: Path) -> None:
    """The study of the page is read, and each of its cases can be made."""
    (text,) = re.findall(r"^## Study files\n.*?^```yaml\n(.*?)^```$", page(), re.MULTILINE | re.DOTALL)
    (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
    study = read_study(tmp_path / "study.yaml")
    assert len(Workshop(study).tasks()) == study.study.num_cases == 8


def test_every_field_of_a_study_is_described() -> None:
    """Its tables name and explain each field."""
    part = page().partition("## Study files")[2]
    for model in (Study, Setting, Marginal):
        for name in model.model_fields:
            assert re.search(rf"^\| `{name}` \|.*\| [^|]+ \|$", part, re.MULTILINE), name
