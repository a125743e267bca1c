"""Open instances of other problems, mapped onto the same Problem: the solver knows none of these families.

Their files carry no licence, so they are read from a folder beside the repository and never copied into it.
"""

import os
from functools import partial
from pathlib import Path

from benchmarks.case import Case
from benchmarks.families import cbctt_problem, osa_problem, osa_scenario

FOLDER_VARIABLE = "YHTEISTILA_BENCHMARKS"
"""The environment variable that names the folder of the open instances."""


def default_folder() -> Path:
    """Return the open instances' folder: as the environment says, else ``shared/benchmarks`` beside the repository."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "benchmarks"
    return Path(os.environ.get(FOLDER_VARIABLE) or beside)


def cases(folder: Path | None = None) -> "dict[str, partial[Case]]":
    """Return what builds each open instance's Case, by name: cbctt-toy, osa-p000_n000, offices-p000_n000, ...

    Parameters
    ----------
    folder
        With the subfolders ``cbctt`` and ``osa``; without it ``default_folder()``.

    Raises
    ------
    FileNotFoundError
        When the folder is not there; the message says how to name one.
    """
    root = folder or default_folder()
    if not root.is_dir():
        raise FileNotFoundError(
            f"no folder {root} with open instances: name one in {FOLDER_VARIABLE}, or give it with --path"
        )
    return cbctt_problem.cases(root / "cbctt") | osa_problem.cases(root / "osa") | osa_scenario.cases(root / "osa")
