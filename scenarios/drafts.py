"""From a folder, a file or a library name to the raw rows of a scenario, each with the place where it stands."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.base import BadInput
from models.nearest import did_you_mean, nearest
from scenarios.cells import TEXT, cell_of, unquoted
from scenarios.folders import Files, Folder
from scenarios.layout import (
    CSV_KINDS,
    POLICIES,
    POLICY_FILE,
    RECORDS,
    SCENARIO_FILE,
    csv_file,
    library_names,
    library_path,
    policy_names,
)
from scenarios.parsing import MOST_RECORDS, Grid, one_issue, parse_csv, parse_json, parse_yaml, read_text
from scenarios.problems import pointer
from scenarios.records import annotations
from scenarios.rows import PARTS, Draft, Row


def draft_of(source: str | Path, policy: str | Path | None = None) -> Draft:
    """Read the raw rows that a folder, a file or a library name stands for.

    Parameters
    ----------
    policy
        A file, or a name in the library, to be taken for the scenario's own policy.

    Raises
    ------
    BadInput
        When there is nothing to read; problems inside the files are in the draft.
    """
    path = _locate(source)
    other = None if policy is None else locate_policy(policy)
    if path.is_dir():
        return draft_of_folder(Folder(path), other)
    return draft_of_text(read_text(path), path.name, other)


def draft_of_table(kind: str, path: Path) -> Draft:
    """Read the raw rows of one kind from a table, wherever it is and whatever its name.

    Raises
    ------
    BadInput
        When there is nothing to read; problems inside the file are in the draft.
    """
    draft = Draft(Row({}, path.name))
    _take_grid(draft, kind, parse_csv(read_text(path), path.name), path.name)
    return draft


def _locate(source: str | Path) -> Path:
    path = Path(source)
    try:
        if path.is_file():
            return path.parent if path.name == SCENARIO_FILE and (path.parent / POLICY_FILE).is_file() else path
        if (path / SCENARIO_FILE).is_file() or (path / POLICY_FILE).is_file():
            return path
        folder = path.is_dir()
    except (OSError, ValueError):  # a name too long, or with a null character in it
        folder = False
    names = library_names()
    if str(source) in names:
        return library_path(str(source))
    if folder:
        raise one_issue(str(source), f"the folder has no {SCENARIO_FILE}.", "Add it, or name another folder.")
    has = f"the library has {', '.join(names)}" if names else "the library is empty"
    guess = did_you_mean(str(source), names, "Write the path of a folder or file, or a name of the library.")
    raise one_issue(str(source), f"this is no folder, no file and no name in the library; {has}.", guess)


def locate_policy(policy: str | Path) -> Path:
    """Return the file of a policy: a library name, a file, or that of a folder.

    Raises
    ------
    BadInput
        When there is no such file.
    """
    path, names = Path(policy), policy_names()
    if str(policy) in names:
        return POLICIES / f"{policy}.yaml"
    try:
        found = next((file for file in (path, path / POLICY_FILE) if file.is_file()), None)
    except (OSError, ValueError):
        found = None
    if found is None:
        problem = f"this is no policy file and no policy of the library; it has {', '.join(names)}."
        raise one_issue(str(policy), problem, did_you_mean(str(policy), names, "Write a file or one of these names."))
    return found


def document(path: Path) -> dict[str, Any]:
    """Read the named fields of a YAML or JSON file.

    Raises
    ------
    BadInput
        When it holds none.
    """
    return _named_fields(read_text(path), path.name)


def _named_fields(text: str, name: str) -> dict[str, Any]:
    data = parse_json(text, name) if is_json(name) else parse_yaml(text, name)
    if not isinstance(data, dict):
        mend = "Write fields by name, such as 'title: My town 2026-27'."
        raise one_issue(name, "the file does not hold named fields.", mend)
    return data


def is_json(name: str) -> bool:
    """Tell whether a file is read as JSON, by its name."""
    return name.lower().endswith(".json")


def record_at(path: Path) -> Row:
    """Read one record from a YAML or JSON file of its own.

    Raises
    ------
    BadInput
        When it holds none.
    """
    return record_of_text(read_text(path), path.name)


def record_of_text(text: str, name: str) -> Row:
    """Read one record from a document.

    Raises
    ------
    BadInput
        When it holds none.
    """
    raw = _named_fields(text, name)
    return Row(raw, name + _named(raw))


def draft_of_text(text: str, name: str, policy: Path | None = None) -> Draft:
    """Read the raw rows of one document: JSON where its name ends in ``.json``, else YAML.

    Raises
    ------
    BadInput
        When there is nothing to read; problems inside it are in the draft.
    """
    data = _named_fields(text, name)
    if policy is not None:
        data.pop("policy", None)
    draft = Draft(Row({key: value for key, value in data.items() if key not in PARTS}, name))
    for part in PARTS:
        if part != "policy" or policy is None:
            _take(draft, part, data.get(part), Row({}, f"{name}, {part}", pointer((part,))))
    if policy is not None:
        _take_policy(draft, Folder(policy.parent), policy.name)
    elif is_json(name):
        draft.json = text
    return draft


def draft_of_folder(folder: Files, policy: Path | None = None) -> Draft:
    """Read the raw rows of a folder's files; every problem of it is in the draft.

    Parameters
    ----------
    policy
        A file to be taken for the folder's own policy.
    """
    draft = Draft(Row({}, SCENARIO_FILE, f"{SCENARIO_FILE}#"))
    _take_scenario_file(draft, folder)
    if policy is None:
        _take_policy(draft, folder, POLICY_FILE)
    else:
        _take_policy(draft, Folder(policy.parent), policy.name)
    names = folder.names()
    for kind in CSV_KINDS:
        name = csv_file(kind)
        draft.places[kind] = Row({}, name, f"{name}#")
        if name in names:
            try:
                _take_grid(draft, kind, parse_csv(folder.text(name), name), name)
            except BadInput as bad:
                draft.take_issues(name, bad)
                draft.lose(kind)
    _tell_strays(draft, names)
    return draft


def _tell_strays(draft: Draft, names: list[str]) -> None:
    """Warn of files that look like a part of the scenario under a name that nothing reads."""
    known = [SCENARIO_FILE, POLICY_FILE, *map(csv_file, CSV_KINDS)]
    for name in names:
        if name.lower().endswith((".csv", ".yaml", ".yml")) and name not in known:
            mend = did_you_mean(name, known, f"The files are {', '.join(known)}.")
            draft.complain(Row({}, name, f"{name}#"), "nothing reads this file.", mend, "warning")


def _take_scenario_file(draft: Draft, folder: Files) -> None:
    here, file = ("season", "conflicts"), draft.head
    try:
        data = _named_fields(folder.text(SCENARIO_FILE), SCENARIO_FILE)
    except BadInput as bad:
        draft.take_issues(SCENARIO_FILE, bad)
        for part in ("head", *here):
            draft.lose(part)
        return
    for part in here:
        _take(draft, part, data.get(part), Row({}, f"{file.where}, {part}", file.path + pointer((part,))))
    for part in PARTS:
        if part in data and part not in here:
            other = POLICY_FILE if part == "policy" else csv_file(part)
            draft.complain(file, f"in a folder this is read from {other}.", f"Move it to {other}.", at=part)
    draft.head = replace(file, raw={name: value for name, value in data.items() if name not in PARTS})


def _take_policy(draft: Draft, folder: Files, name: str) -> None:
    """Take the policy of a file of its own."""
    try:
        _take(draft, "policy", _named_fields(folder.text(name), name), Row({}, name, f"{name}#"))
    except BadInput as bad:
        draft.take_issues(name, bad)
        draft.lose("policy")


def _take(draft: Draft, part: str, data: Any, place: Row) -> None:
    """Take one part of a document: the record of a season or policy, or a list of records."""
    draft.places[part] = place
    if data is None:
        return
    single = part not in RECORDS
    items = [data] if single else data
    if not isinstance(items, list):
        draft.complain(place, "this is not a list.", "Write each record as an item, with '- ' in front.")
        draft.lose(part)
        return
    if len(items) > MOST_RECORDS:
        draft.complain(place, f"more than {MOST_RECORDS} are listed.", "Split the scenario.")
        draft.lose(part)
        return
    for number, item in enumerate(items):
        if draft.is_full:
            draft.lose(part)
            return
        where, path = (place.where, place.path) if single else (f"{place.where}[{number}]", f"{place.path}/{number}")
        if isinstance(item, Mapping):
            draft.rows[part].append(Row(item, where + _named(item), path))
        else:
            draft.complain(Row({}, where, path), f"{str(item)[:60]!r} is not a record.", "Write its fields by name.")
            draft.lose(part)


def _named(raw: Mapping[str, Any]) -> str:
    text = str(raw.get("id") or "").strip()
    return f" ({text[:100]})" if text else ""


def _take_grid(draft: Draft, kind: str, grid: Grid, file: str) -> None:
    """Take the rows of a spreadsheet under the names in its header."""
    draft.places[kind] = Row({}, file, f"{file}#")
    names = _header(draft, kind, grid.header)
    hints = annotations(RECORDS[kind])
    for number, cells in grid.rows:
        raw: dict[str, Any] = {}
        for name, cell in zip(names, cells, strict=False):
            if name and cell.strip():
                raw[name] = unquoted(cell) if cell_of(hints[name]) is TEXT else cell
        row = Row(raw, f"{file} row {number}{_named(raw)}", f"{file}#/{number}", cells=True)
        draft.rows[kind].append(row)
        if any(cell.strip() for cell in cells[len(names) :]):
            draft.complain(row, "the row has more cells than the header.", "Quote the cell with a separator in it.")


def _header(draft: Draft, kind: str, header: list[str]) -> list[str]:
    """Return the field that each column holds, an empty name where none; say what is wrong with the header.

    A column with a misspelt name is read as the field it is nearest to, so that its values are checked as well.
    """
    place, model = draft.places[kind], RECORDS[kind]
    first = Row({}, f"{place.where} row 1", f"{place.path}/1")
    names: list[str] = []
    for column in header:
        name = column if column in model.model_fields else ""
        if column and not name:
            name = nearest(column, [known for known in model.model_fields if known not in header]) or ""
            known = f"The columns are {', '.join(model.model_fields)}."
            mend = f"Did you mean {name}?" if name else known
            draft.complain(first, f"there is no column {column!r}.", mend, at=column)
        if name and name in names:
            draft.complain(first, "the column is there twice.", "Keep one of the two.", at=column)
            name = ""
        names.append(name)
    for name, info in model.model_fields.items():
        if header and info.is_required() and name not in names:
            draft.complain(first, "the column is missing.", "Add it; every row needs it.", at=name)
    return names
