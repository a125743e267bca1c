"""Studies: what a grid expands to, and what is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from models.study import MOST_CASES, Study


def study(**parts: Any) -> Study:
    """Return a study of two axes where nothing is said."""
    grid = {"room": [{"name": "as-is"}, {"name": "hall"}], "aim": [{"name": "hours"}, {"name": "fair"}]}
    base = {"id": "study", "title": "Study", "scenario": "town", "grid": grid}
    return Study.model_validate({**base, **parts})


def test_a_grid_is_every_choice_with_every_seed() -> None:
    """Two axes of two settings and two seeds make eight cases, each with a name of its own."""
    cases = list(study(seeds=[1, 2]).expanded())
    assert [case.id for case in cases] == [
        "as-is-hours-s1", "as-is-hours-s2", "as-is-fair-s1", "as-is-fair-s2",
        "hall-hours-s1", "hall-hours-s2", "hall-fair-s1", "hall-fair-s2",
    ]  # fmt: skip
    assert [(one.name, other.name, case.seed) for case in cases for one, other in [case.settings]][:3] == [
        ("as-is", "hours", 1),
        ("as-is", "hours", 2),
        ("as-is", "fair", 1),
    ]


def test_a_list_is_its_cases() -> None:
    """Cases one by one keep their names; one seed is not in them."""
    listed = study(grid={}, cases=[{"name": "one"}, {"name": "two"}])
    assert [case.id for case in listed.expanded()] == ["one", "two"]
    assert listed.num_cases == 2


def test_none_opens_nothing() -> None:
    """The word none is no option, and saying nothing is no choice."""
    listed = study(grid={}, cases=[{"name": "none", "open": "none"}, {"name": "free"}, {"name": "a", "open": ["a"]}])
    assert [one.open for one in listed.cases] == [(), None, ("a",)]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"cases": [{"name": "one"}]}, "a grid of axes or a list of cases"),
        ({"grid": {}}, "a grid of axes or a list of cases"),
        ({"seeds": list(range(MOST_CASES // 4 + 1))}, f"makes {MOST_CASES + 4} cases"),
        ({"grid": {"room": []}}, "at least 1 item"),
        ({"grid": {"room": [{"name": "a"}, {"name": "a"}]}}, "room has 'a' twice"),
        ({"grid": {"x": [{"name": "a"}, {"name": "a-b"}], "y": [{"name": "b-c"}, {"name": "c"}]}}, "called a-b-c"),
        ({"seeds": [1, 1]}, "seeds names one twice"),
        ({"front": ["cost", "cost"]}, "front names one twice"),
        ({"front": ["beauty"]}, "synergy"),
    ],
)
def test_what_is_no_study_is_refused(parts: dict[str, Any], told: str) -> None:
    """Each with what is wrong, and how many cases would be made where these are too many."""
    with pytest.raises(ValidationError, match=told):
        study(**parts)
