"""The command line finds ``bench`` by its entry point, and the catalogue its instances and peers by name."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import cli
from benchmarks import catalogue
from benchmarks.cli import bench


def test_commands_of_other_packages_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that is installed with the entry point adds a command, and no command of ours is taken over."""
    info = tmp_path / "other-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n", encoding="utf-8")
    points = "[yhteistila.commands]\nmeasure = benchmarks.cli:bench\nsolve = nowhere:nothing\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    runner = CliRunner()
    assert "Measure on open instances" in runner.invoke(cli, ["--help"]).stdout
    assert "Run peers on the instances" in runner.invoke(cli, ["measure", "run", "--help"]).stdout
    assert "Make a plan for the season" in runner.invoke(cli, ["solve", "--help"]).stdout
    assert "No such command 'mesure'" in runner.invoke(cli, ["mesure"]).stderr


def test_sets_have_instances() -> None:
    """Every generated instance is in a set that can be run, and every such set but families has one."""
    for name in set(catalogue.SETS) - set(catalogue.FAMILIES):
        assert catalogue.instances(name), name
        assert set(catalogue.about(name)) == set(catalogue.instances(name))


def test_missing_folder_is_told(tmp_path: Path) -> None:
    """The open instances are not part of the project; who has none is told so."""
    with pytest.raises(FileNotFoundError, match="absent"):
        catalogue.instances("cbctt", tmp_path / "absent")
    with pytest.raises(FileNotFoundError, match="no instances in the folder cbctt"):
        catalogue.instances("cbctt", tmp_path)


def test_peers_are_those_of_the_contract() -> None:
    """Seven peers, each under its own name."""
    peers = catalogue.peers()
    assert set(peers) == {"yhteistila", "greedy", "fcfs", "cpsat", "highs", "timefold", "fet"}
    assert all(peer.name == name for name, peer in peers.items())


@pytest.mark.parametrize(
    "command",
    ["run --set kuopio --records", "table --out", "plot --out", "fairness kuopio --out", "weights kuopio --out"],
)
def test_folder_that_cannot_be_made_is_wrong_usage(command: str, tmp_path: Path) -> None:
    """A file in the way of a folder is told with the path that was written, before anything is run."""
    (tmp_path / "file").touch()
    done = CliRunner().invoke(bench, [*command.split(), str(tmp_path / "file" / "a" / "b")])
    assert done.exit_code == 2
    assert f"cannot write to {tmp_path / 'file' / 'a'}" in " ".join(done.stderr.split())


@pytest.mark.parametrize("command", [("table",), ("check",), ("plot", "--out", "plots")])
def test_records_that_are_not_there_are_not_passed(command: tuple[str, ...], tmp_path: Path) -> None:
    """A slip in the path of the records is told; no records are no sound records."""
    done = CliRunner().invoke(bench, [*command, "--records", str(tmp_path / "none")])
    assert done.exit_code == 2
    assert f"there is no folder {tmp_path / 'none'}." in " ".join(done.stderr.split())


@pytest.mark.parametrize("command", ["run --set made", "fairness kuopio", "weights kuopio"])
@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "-1", "0"])
def test_seconds_are_a_time_that_ends(command: str, seconds: str, tmp_path: Path) -> None:
    """NaN, no end, and no time at all are wrong usage, told at once and with what was written."""
    folder = "--records" if command.startswith("run") else "--out"
    done = CliRunner().invoke(bench, [*command.split(), "--seconds", seconds, folder, str(tmp_path / "records")])
    assert done.exit_code == 2
    assert "Invalid value for '--seconds'" in done.stderr
    assert seconds.strip("-") in done.stderr
    assert not list(tmp_path.iterdir())
