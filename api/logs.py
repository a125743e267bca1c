"""Structured logs: one JSON object a line on stderr, with ids and never what people wrote or who they are.

Code says ``LOG.info("run started", extra={"run": id})``. Of an exception its kind and the places it passed are told,
for its message may hold data; of one of PostgreSQL also the code and the names of table and constraint.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

import psycopg

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}
_QUIET = ("httpx2", "psycopg.pool", "uvicorn", "procrastinate", "asyncio")
"""Loggers of libraries, whose messages are kept from WARNING on."""


class JsonFormatter(logging.Formatter):
    """Makes one line of JSON of a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage() if _ours(record) else str(record.msg),
        }
        for name, value in vars(record).items():
            if name not in _ORDINARY and _ours(record):
                told[name] = value if isinstance(value, (int, float, bool, type(None))) else str(value)
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = described(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)


def described(error: BaseException) -> dict[str, object]:
    """Describe an exception without its message: kind, places, and what PostgreSQL names."""
    places = traceback.extract_tb(error.__traceback__)
    told: dict[str, object] = {
        "kind": f"{type(error).__module__}.{type(error).__qualname__}",
        "places": [f"{place.filename}:{place.lineno} {place.name}" for place in places[-12:]],
    }
    if isinstance(error, psycopg.Error):
        names = {"code": error.sqlstate, "table": error.diag.table_name, "constraint": error.diag.constraint_name}
        told |= {name: value for name, value in names.items() if value}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        told["because"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    return told


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send what is logged in this process to stderr, as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _ours(record: logging.LogRecord) -> bool:
    """Tell whether the record is of the service; messages of libraries are told without what is filled in."""
    return record.name == "yhteistila" or record.name.startswith("yhteistila.")
