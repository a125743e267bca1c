"""Read YAML, JSON and CSV files as raw values, with every problem of the file itself told in words."""

import csv
import io
import json
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor

from models.base import BadInput, Issue
from scenarios.problems import Fault, path_text, pointer
from scenarios.trees import faults_of_tree, tree_of_json

MOST_RECORDS = 500_000
"""Records of one kind; a metropolis has a tenth of that."""


@dataclass(frozen=True)
class Grid:
    """A spreadsheet as read: its header and its rows that hold anything, with the number the spreadsheet shows."""

    header: list[str]
    rows: list[tuple[int, list[str]]]


def one_issue(where: str, problem: str, mend: str) -> BadInput:
    """Make the error of a file that cannot be read at all."""
    return BadInput([Issue(where=where, problem=problem, mend=mend)])


def read_text(path: Path) -> str:
    """Read a text file.

    Raises
    ------
    BadInput
        When the file is missing, cannot be opened or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        folder = "this folder" if path.parent == Path() else path.parent
        raise one_issue(path.name, "the file is missing.", f"Put it into {folder}, or mend the path.") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise one_issue(path.name, f"the file cannot be read: {why}.", "Check the path and its rights.") from None
    return decoded(data, path.name)


def decoded(data: bytes, name: str) -> str:
    """Return the text of a file; a byte order mark is no part of it.

    Raises
    ------
    BadInput
        When it is not UTF-8, or holds null characters, as UTF-16 does.
    """
    mend = "Save it again as UTF-8; in Excel choose 'CSV UTF-8'."
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise one_issue(name, f"the file is not UTF-8 (line {line}).", mend) from None
    if "\0" in text:
        line = text.partition("\0")[0].count("\n") + 1
        raise one_issue(name, f"the file has null characters in it (line {line}).", mend)
    return text


class _Words(Composer, SafeConstructor):
    """YAML in which every plain word is a text, so that a cell means the same in YAML and in a spreadsheet.

    ``no``, ``2026-08-31`` or ``007`` stay as written, and the models say what they are.
    """

    check_event: Callable[..., bool]
    get_mark: Callable[[], Any]

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            problem = "aliases (*name) are not read here; write it out"
            raise yaml.composer.ComposerError(None, None, problem, self.get_mark())
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{getattr(key, 'value', key.tag)!r} is named twice or is no name", key.start_mark
                )
            seen.add(key.value)
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}


ONLY_BLANKS = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
"""Of YAML's rules for plain words, only that ``null``, ``~`` and nothing are no value."""


class _Loader(_Words, yaml.SafeLoader):
    """Reads it in Python, and says best what is wrong with it."""

    yaml_implicit_resolvers = ONLY_BLANKS


class _FastLoader(_Words, yaml.CSafeLoader):
    """Reads it with libyaml, four times as fast."""

    yaml_implicit_resolvers = ONLY_BLANKS

    def __init__(self, text: str) -> None:
        yaml.CSafeLoader.__init__(self, text)
        Composer.__init__(self)

    def get_mark(self) -> None:
        """Return no place; ``_Loader`` says it."""


def _yaml_of(text: str) -> Any:
    with suppress(yaml.YAMLError, RecursionError, ValueError):
        return yaml.load(text, _FastLoader)
    return yaml.load(text, _Loader)


def parse_yaml(text: str, name: str) -> Any:
    """Read YAML with all words as text and blanks as None.

    Raises
    ------
    BadInput
        When the text is not YAML, nests too deep, or names a key twice.
    """
    try:
        data = _yaml_of(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = f"the file is not YAML that can be read: {error.problem or error.context}."
        raise one_issue(f"{name}{place}", problem, "Mend that line; check indents, colons and quotes.") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        problem = f"the file is not YAML that can be read: {reason[:200]}."
        raise one_issue(name, problem, "Write it as the documentation of scenario files shows.") from None
    if faults := faults_of_tree(data, text):
        raise BadInput([_issue_of(fault, name, "YAML") for fault in faults])
    return data


def parse_json(text: str, name: str) -> Any:
    """Read JSON.

    Raises
    ------
    BadInput
        When the text is not JSON, nests too deep, names a key twice, or holds what no record can.
    """
    try:
        data, faults = tree_of_json(text)
    except json.JSONDecodeError as error:
        where = f"{name}, line {error.lineno}, column {error.colno}"
        raise one_issue(where, f"the file is not JSON: {error.msg}.", "Mend it there, or write it anew.") from None
    if faults:
        raise BadInput([_issue_of(fault, name, "JSON") for fault in faults])
    return data


def _issue_of(fault: Fault, name: str, language: str) -> Issue:
    """Say that a file cannot be read for what it holds at a place; where is the record that holds it."""
    where = ", ".join(filter(None, (name, path_text(fault.path[:-1]))))
    problem = f"the file is not {language} that can be read: {fault.problem}"
    return Issue(where=where, problem=problem, mend=fault.mend, path=pointer(fault.path))


def parse_csv(text: str, name: str) -> Grid:
    """Read a spreadsheet saved as CSV, with commas or with semicolons as Finnish Excel writes it.

    Raises
    ------
    BadInput
        When quotes do not close, or there are more rows than any scenario has.
    """
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        numbered = list(enumerate(islice(reader, MOST_RECORDS + 2), 1))
    except csv.Error as error:
        mend = 'Close the quote that opens before it, and write a quote inside a cell as "".'
        raise one_issue(f"{name}, line {reader.line_num}", f"the file is not CSV: {error}.", mend) from None
    if len(numbered) > MOST_RECORDS + 1:
        raise one_issue(name, f"the file has more than {MOST_RECORDS} rows.", "Split the scenario.")
    rows = [(number, row) for number, row in numbered if any(cell.strip() for cell in row)]
    if not rows:
        return Grid([], [])
    return Grid([cell.strip() for cell in rows[0][1]], rows[1:])
