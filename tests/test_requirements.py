"""The pins in requirements.txt are what pyproject.toml asks for, and install on every supported machine."""

import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PIN = re.compile(r"^(?P<requirement>[^\s#].*?)(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})*)$", re.MULTILINE)


def pins() -> dict[str, list[Requirement]]:
    """Read requirements.txt by name; each entry has to be hashed."""
    by_name: defaultdict[str, list[Requirement]] = defaultdict(list)
    for match in PIN.finditer((ROOT / "requirements.txt").read_text(encoding="utf-8")):
        assert match["hashes"], f"{match['requirement']} has no hash"
        requirement = Requirement(match["requirement"])
        by_name[canonicalize_name(requirement.name)].append(requirement)
    return dict(by_name)


def declared() -> list[Requirement]:
    """Read every requirement that pyproject.toml names."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [project["build-system"]["requires"], project["project"]["dependencies"]]
    lists += project["dependency-groups"].values()
    return [Requirement(entry) for entries in lists for entry in entries if isinstance(entry, str)]


def test_every_declared_requirement_is_pinned_within_its_range() -> None:
    """A dependency that is added or raised in pyproject.toml alone is found."""
    pinned = pins()
    for requirement in declared():
        versions = [next(iter(pin.specifier)).version for pin in pinned.get(canonicalize_name(requirement.name), [])]
        assert versions, f"{requirement.name} is not pinned"
        assert all(version in requirement.specifier for version in versions), f"{requirement}: pinned {versions}"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_each_machine_gets_at_most_one_version_of_each(python: str, machine: str) -> None:
    """Markers that overlap would have pip asked for two versions; those of this table's names never leave one out."""
    environment = {str(key): str(value) for key, value in default_environment().items()} | {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_machine": machine,
        "sys_platform": "linux",
    }
    names = {canonicalize_name(requirement.name) for requirement in declared()}
    for name, versions in pins().items():
        applying = [pin for pin in versions if pin.marker is None or pin.marker.evaluate(environment)]
        assert len(applying) <= 1, f"{name} twice"
        assert applying or name not in names, f"{name} is left out"


def test_pins_are_exact_and_name_no_address() -> None:
    """Where packages come from is the machine's business."""
    assert all(pin.url is None and str(pin.specifier).startswith("==") for entry in pins().values() for pin in entry)
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)
