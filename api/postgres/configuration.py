"""How the embedded server is set, for a machine with little of everything: the one place."""

import sys

SETTINGS = {
    # Only the private socket; whoever can open its folder may do everything.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # What is committed is on the disk: these stay on.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Small: one machine shared with the API and the solver.
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "jit": "off",
    "huge_pages": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "default_text_search_config": "pg_catalog.simple",
    # A lost client frees its locks in a minute.
    "tcp_keepalives_idle": "30",
    "client_connection_check_interval": "10s",
    "idle_in_transaction_session_timeout": "5min",
    # Logs hold no statement, no parameter and no row: they could name persons.
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
}
"""Name and value of each setting that is not PostgreSQL's default; given on the command line of the server."""


def arguments(socket_folder: str) -> list[str]:
    """Return the settings as arguments of ``postgres``."""
    given = SETTINGS | {"unix_socket_directories": socket_folder}
    if sys.platform == "linux":
        # After a crash, one call for the whole disk instead of one for each of a thousand files: it is back sooner.
        given["recovery_init_sync_method"] = "syncfs"
    return [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
