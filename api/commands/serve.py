"""``yhteistila serve`` and ``yhteistila worker``: the service, and more hands for it."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from api.console import BAD_INPUT, data_option, say

if TYPE_CHECKING:
    from api.settings import Settings

STOPPING = "Stopping; runs are put away with their best plans. Once more ends at once."


@click.command()
@data_option
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.  [default: 8000]")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
def serve(data: Path | None, port: int | None, host: str | None) -> None:
    """Run the service: the API, one worker, and the database where the settings name none.

    The address and the first token are told on stderr; the token is also kept in the folder of data, in owner-token.
    A new database opens with the library of scenarios. Ctrl-C stops everything softly. docs/operations.md tells more.
    """
    from api.logs import log_to_stderr
    from api.serving import PartEnded
    from api.settings import read_settings

    given = {"data": data, "port": port, "host": host}
    settings = read_settings(**{name: value for name, value in given.items() if value is not None})
    log_to_stderr()
    try:
        with_signals(lambda stop: _serve(settings, stop))
    except PartEnded as error:
        say([f"Stopped, because {error}; the log above says why."])
        raise SystemExit(BAD_INPUT) from None


def _serve(settings: "Settings", stop: Event) -> None:
    from api.http.app import create_app
    from api.jobs.worker import run_worker
    from api.postgres.opened import database_url
    from api.serving import TOKEN_FILE, Api, Worker, address_of, listen, open_database, run_service
    from api.store.database import Database

    listener = listen(settings.host, settings.port)
    with (
        listener,
        database_url(settings, _told) as url,
        Database(url, size=settings.pool_size) as database,
    ):
        token = open_database(database, settings.data)
        api = Api(create_app(settings, database), listener)
        api.start()
        say([f"Yhteistila answers at {address_of(listener)}; what it takes is at {address_of(listener)}/api/docs."])
        if token is not None:  # Told once: later starts would only leave it in one more log.
            say([f"The first token, a planner's, is also in {settings.data / TOKEN_FILE}: {token}"])
        worker = Worker(lambda end: run_worker(settings, url, end)) if settings.workers else None
        run_service(api, worker, stop)


@click.command()
def worker() -> None:
    """Take runs from the database that the settings name, until Ctrl-C; as many workers as there are machines.

    The embedded database listens on this machine only and has its worker in `serve`, so this needs a PostgreSQL that
    other machines reach: YHTEISTILA_DATABASE=postgresql://user:password@host/name.
    """
    from api.jobs.worker import run_worker
    from api.logs import log_to_stderr
    from api.postgres.opened import try_connection
    from api.settings import read_settings
    from api.store.database import Database
    from api.store.migrate import check_current
    from models.base import BadInput, Issue

    settings = read_settings()
    if settings.database is None:
        text = "a worker needs a PostgreSQL server of its own; the embedded one belongs to `serve`, which has a worker."
        mend = "Set YHTEISTILA_DATABASE=postgresql://user:password@host/name, for `serve` too."
        raise BadInput([Issue(where="setting database", problem=text, mend=mend)])
    if not settings.workers:
        mend = "Set YHTEISTILA_WORKERS to how many runs it is to solve at once."
        raise BadInput([Issue(where="setting workers", problem="a worker that solves no run has no use.", mend=mend)])
    log_to_stderr()
    url = settings.database.get_secret_value()
    try_connection(url)
    with Database(url, size=2) as database:
        check_current(database)
    with_signals(lambda stop: run_worker(settings, url, stop))


def with_signals(run: Callable[[Event], None]) -> None:
    """Run until Ctrl-C or SIGTERM sets the event; a second signal ends at once.

    It runs in a second thread, because this one takes the signals.
    """
    from concurrent.futures import ThreadPoolExecutor, wait

    from api.stop import TICK_SECONDS, Stopper

    with Stopper(lambda text: say([text]), STOPPING) as stopper, ThreadPoolExecutor(1) as pool:
        future = pool.submit(run, stopper.cancel)
        while wait((future,), timeout=TICK_SECONDS).not_done:
            if stopper.abort is not None:
                os._exit(128 + stopper.abort)
    future.result()


def _told(text: str) -> None:
    import logging

    logging.getLogger("yhteistila.postgres").warning(text)
