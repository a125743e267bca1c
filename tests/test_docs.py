"""The pages say what the program does: generated ones are fresh, examples run, links and commands lead somewhere."""

import re
import shlex
from pathlib import Path

import click
import pytest

from api.cli import cli
from api.manual import DOCS, PAGES

ROOT = Path(__file__).parent.parent
MARKDOWN = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Code blocks of the README in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def readme_commands() -> list[str]:
    """Lines of the README's shell blocks."""
    return [line for block in blocks("sh") for line in block.splitlines()]


def our_commands() -> list[list[str]]:
    """Arguments of each ``yhteistila`` command in the README."""
    prefix = "sh .ci/env yhteistila "
    return [shlex.split(line.removeprefix(prefix)) for line in readme_commands() if line.startswith(prefix)]


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_fresh(name: str) -> None:
    """A rule, command or option that changed has its page written anew by ``python -m api.manual``."""
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name]()


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    """Every relative link names a file or folder of the project."""
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not missing


def test_readme_links_every_page() -> None:
    """A page that nothing leads to is not read."""
    assert not [page.name for page in DOCS.glob("*.md") if f"(docs/{page.name})" not in README]


def test_every_command_is_shown_in_the_readme() -> None:
    """Whoever reads the README alone has met each command once, in the text or in an example."""
    names = cli.list_commands(click.Context(cli))
    assert "bench" in names
    assert not [name for name in names if f"yhteistila {name}" not in README and f"`{name}`" not in README]


@pytest.mark.parametrize("arguments", our_commands(), ids=" ".join)
def test_readme_commands_are_understood(arguments: list[str]) -> None:
    """Commands and options in the README exist, those of other packages and those below a command included."""
    command: click.Command | None = cli
    rest = arguments
    while isinstance(command, click.Group):
        name, *rest = rest
        command = command.get_command(click.Context(command), name)
    assert command is not None
    with command.make_context(command.name, rest, parent=click.Context(cli)) as context:
        assert context.command is command


def test_readme_measures() -> None:
    """The README shows each command of ``bench``, and every peer that has to be installed with how to do so."""
    group = cli.get_command(click.Context(cli), "bench")
    assert isinstance(group, click.Group)
    shown = {arguments[1] for arguments in our_commands() if arguments[0] == "bench"}
    assert shown == set(group.commands)
    assert "sh .ci/env python -m benchmarks.peers.timefold --install" in readme_commands()


def test_readme_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Python example prints a status and leaves a plan behind."""
    monkeypatch.chdir(tmp_path)
    (example,) = (block for block in blocks("python") if "api.client" not in block)
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out.split()[0] in ("optimal", "feasible")
    assert {"result.json", "plan.json", "report.html"} <= {path.name for path in (tmp_path / "plan-kuopio").iterdir()}


def test_ci_runs_the_readme_command() -> None:
    """What CI runs is the second command of the README, letter for letter."""
    command = next(line for line in readme_commands() if line.endswith(".ci/test"))
    assert f"exec {command}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_pins_were_made_by_the_readme_command() -> None:
    """The line that refreshes the pins is the one that requirements.txt says it was made with."""
    made_with = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()[1].removeprefix("#").strip()
    command = next(line for line in readme_commands() if "pip compile" in line)
    assert command.removeprefix("sh .ci/env ").replace(" --upgrade", "") == made_with
