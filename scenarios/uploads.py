"""A scenario as it comes over a wire: bytes of JSON, YAML or a packed folder, read by the same code as files are."""

from typing import Literal

from models.base import BadInput, Issue
from models.scenario import Scenario
from scenarios.drafts import draft_of_folder, draft_of_text, record_of_text
from scenarios.folders import Packed
from scenarios.memory import uncollected
from scenarios.parsing import decoded, one_issue
from scenarios.reading import read_draft
from scenarios.records import Record, build
from scenarios.rows import Draft

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
    try:
        with uncollected():
            return read_draft(_draft_of(data, form, f"{name}.{form}"))
    except BadInput as bad:  # what is not in one place is of the document as a whole
        raise BadInput([one.model_copy(update={"path": one.path or ""}) for one in bad.issues]) from None


def read_uploaded_record(model: type[Record], data: bytes, form: Form, name: str) -> Record:
    """Read one record of bytes, such as an overlay: a JSON or YAML document.

    Raises
    ------
    BadInput
        With everything that is wrong with it, each with its ``path``.
    """
    file = f"{name}.{form}"
    try:
        row = record_of_text(decoded(data, file), file)
    except BadInput as bad:
        raise BadInput([one.model_copy(update={"path": one.path or ""}) for one in bad.issues]) from None
    record, faults = build(model, row.raw)
    if record is None:
        raise BadInput([row.issue(fault) for fault in faults])
    return record


def _draft_of(data: bytes, form: Form, name: str) -> Draft:
    if form == "zip":
        return draft_of_folder(Packed(data, name))
    if form == "yaml" and len(data) > MOST_YAML:
        problem = f"the document is larger than {MOST_YAML // 2**20} MiB."
        raise one_issue(name, problem, "Send a scenario so large as JSON, or as the ZIP of its folder.")
    return draft_of_text(decoded(data, name), name)
