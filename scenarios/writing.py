"""Write a scenario as a folder of files that a planner edits in a spreadsheet and git compares line by line."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, TypeAdapter

from models.base import Frozen, Origin
from models.scenario import Scenario
from models.synergy import SynergyLink
from scenarios.cells import format_cell
from scenarios.layout import CSV_KINDS, POLICY_FILE, SCENARIO_FILE, columns, csv_file
from scenarios.notation import format_number
from scenarios.parsing import ONLY_BLANKS
from scenarios.plans import readable
from scenarios.records import annotations

_ORIGINS = TypeAdapter(dict[str, Origin])


def write_scenario(scenario: Scenario, folder: str | Path) -> None:
    """Write the scenario's files into a folder, made if need be; the same content always gives the same bytes.

    Columns in which every record has the default are left out. Of a kind without records no file stays.
    """
    home = Path(folder)
    home.mkdir(parents=True, exist_ok=True)
    elsewhere = {"policy", *CSV_KINDS}
    head = scenario.model_dump(mode="json", exclude=elsewhere, exclude_none=True, exclude_defaults=True)
    _write_yaml(home / SCENARIO_FILE, head)
    _write_yaml(home / POLICY_FILE, scenario.policy.model_dump(mode="json", exclude_none=True))
    for kind in CSV_KINDS:
        records = getattr(scenario, kind)
        path = home / csv_file(kind)
        if records:
            path.write_bytes(_csv_text(records).encode())
        else:
            path.unlink(missing_ok=True)


def write_snapshot(scenario: Scenario, path: str | Path) -> None:
    """Write a scenario as one JSON file, which reads back the same."""
    Path(path).write_bytes(readable(scenario.model_dump(mode="json")).encode())


def write_links(links: Sequence[SynergyLink], path: str | Path) -> None:
    """Write links as a table, which holds no row where there are none; what the file held is replaced at once."""
    target = Path(path)
    text = _csv_text(tuple(links)) if links else _csv_header(SynergyLink)
    beside = target.with_name(f".{target.name}.new")
    beside.write_bytes(text.encode())
    beside.replace(target)


def _csv_text(records: tuple[Frozen, ...]) -> str:
    model = type(records[0])
    used = [name for name in columns(model) if not all(_is_default(record, name) for record in records)]
    hints = annotations(model)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(used)
    for record in records:
        cells = {name: format_cell(hints[name], getattr(record, name)) for name in used}
        writer.writerow("" if _is_default(record, name) else cell for name, cell in cells.items())
    return out.getvalue()


def _is_default(record: BaseModel, name: str) -> bool:
    info = type(record).model_fields[name]
    return not info.is_required() and bool(getattr(record, name) == info.get_default(call_default_factory=True))


def _csv_header(model: type[Frozen]) -> str:
    """Return the header of a table without rows: the columns that every row needs."""
    return ",".join(name for name in columns(model) if model.model_fields[name].is_required()) + "\n"


class _Dumper(yaml.SafeDumper):
    """Writes every scalar as plain text where it can; the reader takes all words as text."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - as PyYAML calls it
        super().increase_indent(flow, indentless=False)


_Dumper.yaml_implicit_resolvers = ONLY_BLANKS


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Write a text that has rare line ends in double quotes, where they are escaped: elsewhere YAML folds them."""
    style = '"' if set(text) & set("\x85\u2028\u2029") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _write_text)


def _write_yaml(path: Path, data: dict[str, Any]) -> None:
    text = yaml.dump(_words(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    path.write_bytes(text.encode())


def _words(data: Any) -> Any:
    """Turn every number and truth value into text, and the origins of a record into one compact cell behind it."""
    match data:
        case dict():
            words = {name: _words(value) for name, value in data.items() if name != "origins"}
            origins = data.get("origins")
            return (
                words | {"origins": format_cell(dict[str, Origin], _ORIGINS.validate_python(origins))}
                if origins
                else words
            )
        case list():
            return [_words(value) for value in data]
        case bool():
            return "yes" if data else "no"
        case int() | float():
            return format_number(data)
        case _:
            return data
