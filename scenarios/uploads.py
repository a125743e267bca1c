"""A scenario as it comes over a wire: bytes of JSON, YAML or a packed folder, read by the same code as files are."""

from typing import Literal

from models.base import Issue
from models.scenario import Scenario
from scenarios.drafts import Draft, draft_of_folder, draft_of_text
from scenarios.folders import Packed
from scenarios.parsing import decoded, one_issue
from scenarios.reading import read_draft

Form = Literal["json", "yaml", "zip"]
"""A document, as JSON or YAML, or the ZIP archive of a folder."""
MOST_YAML = 4 * 2**20
"""Bytes; a megabyte of YAML takes a second to read, and one of JSON hardly anything."""


def read_upload(data: bytes, form: Form, name: str = "scenario") -> tuple[Scenario, list[Issue]]:
    """Read a scenario of bytes, and its warnings.

    Parameters
    ----------
    name
        What messages call the document; they add the ending of its form.

    Raises
    ------
    BadInput
        With every error found, each with its ``path``, and the warnings after them.
    """
    return read_draft(_draft_of(data, form, f"{name}.{form}"))


def _draft_of(data: bytes, form: Form, name: str) -> Draft:
    if form == "zip":
        return draft_of_folder(Packed(data, name))
    if form == "yaml" and len(data) > MOST_YAML:
        problem = f"the document is larger than {MOST_YAML // 2**20} MiB."
        raise one_issue(name, problem, "Send a scenario so large as JSON, or as the ZIP of its folder.")
    return draft_of_text(decoded(data, name), name)
