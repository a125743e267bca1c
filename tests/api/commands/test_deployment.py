"""The unit files, the compose file and the page of operations say what the program takes."""

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from api.cli import cli
from api.settings import FILE, PREFIX, Settings

DOCS = Path(__file__).parents[3] / "docs"
FILES = sorted([*(DOCS / "operations").iterdir(), DOCS / "operations.md"])
SETTINGS = {FILE} | {PREFIX + name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_settings_that_are_named_exist(path: Path) -> None:
    """A setting that was renamed is found here; the program would refuse it when it starts."""
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", path.read_text(encoding="utf-8"))) - {f"{PREFIX}NAME"}
    assert named <= SETTINGS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_commands_that_are_named_are_taken(path: Path) -> None:
    """Every ``yhteistila COMMAND`` that stands on a line of its own, or in a unit, exists with its options."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = re.findall(
        r"^(?:ExecStart=|sh |.*?\* +yhteistila )?(?:\S*/)?(?:\.ci/env )?yhteistila ([a-z]+.*)$", text, re.M
    )
    for line in lines:
        name, *arguments = shlex.split(line)
        command = cli.commands[name]
        options = {option for one in command.params if isinstance(one, click.Option) for option in one.opts}
        assert {argument for argument in arguments if argument.startswith("--")} <= options
    assert lines or path.suffix not in (".service", ".md")


def test_the_compose_file_has_each_part_once() -> None:
    """PostgreSQL, the API and a worker, the latter two from this source tree and over the first."""
    services = yaml.safe_load((DOCS / "operations" / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert {name: one.get("command") for name, one in services.items()} == {
        "database": None,
        "api": ["yhteistila", "serve"],
        "worker": ["yhteistila", "worker"],
    }
    for name in ("api", "worker"):
        build = services[name]["build"]
        assert (DOCS / "operations" / build["context"] / "pyproject.toml").is_file()
        assert (DOCS / "operations" / build["context"] / build["dockerfile"]).is_file()
        assert "@database/" in services[name]["environment"][f"{PREFIX}DATABASE"]


def test_metrics_that_are_named_exist() -> None:
    """An alert on a metric that is not there never rings."""
    source = (DOCS.parent / "api" / "http" / "observed.py").read_text(encoding="utf-8")
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(yhteistila_[a-z_]+)", page))
    assert len(named) > 5
    assert not [name for name in named if f'"{name.removesuffix("_total")}"' not in source]
