"""Cases of a study: what is checked before anything is solved, and which ones a change concerns."""

from pathlib import Path

import pytest

from models.base import BadInput
from scenarios.study.cases import Task, Workshop
from scenarios.study.files import read_study
from tests.scenarios.small_town import write

STUDY = """\
id: study
title: A study
scenario: town
seconds: 5
seeds: [1, 2]
grid:
  room:
    - {name: as-is}
    - {name: wide, set: {spaces/hall/capacity: 80}}
  aim:
    - {name: plain}
    - {name: synergy, weights: {"synergy.*": 200}}
"""


def workshop(folder: Path, text: str = STUDY) -> Workshop:
    """Write the small town and a study beside it, and read both."""
    (folder / "town").mkdir(exist_ok=True)
    write(folder / "town")
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return Workshop(read_study(folder / "study.yaml"))


def keys(tasks: list[Task]) -> dict[str, str]:
    """Return the key of each case."""
    return {task.id: task.key for task in tasks}


def test_cases_differ_and_are_made_alike_again(tmp_path: Path) -> None:
    """Eight cases have eight keys, and the same ones when the study is read again."""
    first = keys(workshop(tmp_path).tasks())
    assert len(set(first.values())) == len(first) == 8
    assert first == keys(workshop(tmp_path).tasks())


@pytest.mark.parametrize(
    ("old", "new", "touched"),
    [
        ("capacity: 80", "capacity: 90", "wide"),
        ('"synergy.*": 200', '"synergy.*": 300', "synergy"),
        ("seeds: [1, 2]", "seeds: [1, 3]", "s3"),
        ("title: A study", "title: Another title", "nothing"),
        ("name: as-is}", "name: as-is, title: Kept, euros: 900}", "nothing"),
        ("seconds: 5", "seconds: 6", ""),
    ],
)
def test_a_change_concerns_only_its_cases(tmp_path: Path, old: str, new: str, touched: str) -> None:
    """The key of a case changes with what is solved, and with nothing else."""
    before = keys(workshop(tmp_path).tasks())
    after = keys(workshop(tmp_path, STUDY.replace(old, new)).tasks())
    assert {name for name, key in after.items() if before.get(name) != key} == {one for one in after if touched in one}


def test_weights_say_old_and_new_points(tmp_path: Path) -> None:
    """A family is weighed by the points of its rules; rules that earn nothing stay as they are."""
    tasks = {task.id: task for task in workshop(tmp_path).tasks()}
    edits = tasks["as-is-synergy-s1"].what_if.edits
    assert [(edit.path, edit.old, edit.new) for edit in edits] == [("policy/worth/link", 60, 120)]
    assert tasks["wide-synergy-s1"].what_if.scenario.policy.worth.link == 120
    assert tasks["wide-plain-s1"].what_if.scenario.policy.worth.link == 60


@pytest.mark.parametrize(
    ("old", "new", "where", "told"),
    [
        ("- {name: as-is}", "- {name: as-is, overlays: [alava-close]}", "case as-is-plain-s1", "alava-closes"),
        ("spaces/hall/capacity", "spaces/hal/capacity", "overlay wide", "hall"),
        ('weights: {"synergy.*": 200}', "set: {spaces/hall/capacity: 70}", "overlays", "both change"),
        ('"synergy.*"', "synergie", "case as-is-synergy-s1, synergy", "no soft rule"),
        ('"synergy.*"', "offpeak", "synergy", "no soft rule"),
        ('"synergy.*"', "money.price", "synergy", "earns nothing"),
        ('"synergy.*": 200', '"synergy.*": 200, synergy.link: 50', "synergy", "weighed twice"),
        ("- {name: as-is}", '- {name: as-is, weights: {"synergy.*": 50}}', "synergy", "two settings weigh"),
        ("- {name: as-is}", "- {name: as-is, open: [house]}", "open", "no option house"),
        ("- {name: as-is}", "- {name: as-is, agreements: {deal: falls}}", "agreement deal", "no such agreement"),
        ("- {name: as-is}", "- {name: as-is, policy: kuopi}", "case", "kuopi"),
        ("title: A study", "title: A study\noverlays: [nowhere]", "nowhere", "no overlay"),
        ("scenario: town", "scenario: twon", "twon", "no folder"),
        ("    - {name: plain}\n", "    - {name: plain, weight: {}}\n", "grid.aim[0].weight", "no field"),
        ("seeds: [1, 2]", "seeds: []", "seeds", "at least 1"),
    ],
)
def test_a_bad_study_is_told_before_anything_is_solved(
    tmp_path: Path, old: str, new: str, where: str, told: str
) -> None:
    """Each problem with its place and its mending, once however many cases have it."""
    assert old in STUDY
    with pytest.raises(BadInput) as bad:
        workshop(tmp_path, STUDY.replace(old, new)).tasks()
    text = str(bad.value)
    assert where in text
    assert told.lower() in text.lower()
    assert len({(issue.where.partition(", ")[2], issue.problem) for issue in bad.value.issues}) == len(bad.value.issues)


def test_an_unknown_study_draws_the_names(tmp_path: Path) -> None:
    """Neither a file nor a name of the library."""
    with pytest.raises(BadInput, match="Did you mean kuopio-24"):
        read_study("kuopio24")
    with pytest.raises(BadInput, match="no study"):
        read_study(tmp_path)
