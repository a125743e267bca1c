"""A worker: takes tickets from Procrastinate, and for each the fairest runs that wait, until it is told to end.

``serve`` runs it in a thread, ``yhteistila worker`` as a process; both call ``run_worker``. A ticket keeps a slot busy
as long as runs wait that may be begun, so that no end of a run needs a ticket of its own.
"""

import asyncio
import logging
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Status

from api.jobs.process import Spares
from api.jobs.settling import settle_rounds
from api.jobs.solving import Solving
from api.jobs.studying import Studying
from api.mail.sender import keep_sending
from api.settings import Settings
from api.store import attempts, privacy, queue, studies
from api.store.database import AWAY, Database

SILENCE_SECONDS = 20.0
"""Of a worker from which nothing was heard for so long, the runs go to others."""
REAP_CRON = "* * * * * */10"
"""The sixth field is seconds: every ten of them the runs of silent workers are looked for."""
ROUNDS_CRON = "* * * * *"
"""Every minute it is looked for sessions of rounds that nobody has confirmed in time."""
TIDY_CRON = "17 * * * *"
"""Every hour what has had its time is forgotten, people who left among it."""
AGAIN_SECONDS = 1.0
"""From one try at a database that is away to the next."""
MAIL_GRACE_SECONDS = 10.0
"""How long a mail that is being handed over may still take when the worker ends."""
_LOG = logging.getLogger("yhteistila.worker")


def run_worker(settings: Settings, database_url: str, stop: threading.Event) -> None:
    """Take and solve runs until told to end; comes back when all it had is finished or waits again.

    Parameters
    ----------
    settings
        ``workers`` says how many runs it solves at once, ``run_memory_mb`` how much memory each may use.
    database_url
        A migrated database.
    stop
        Set it to end the worker: the runs it has wait again, with their best plans, and another worker goes on.
    """
    with Database(database_url, size=2 * settings.workers + 3) as database:
        worker = Worker(settings, database, stop)
        mails = threading.Thread(target=keep_sending, args=(database, settings, stop), name="mails", daemon=True)
        mails.start()
        try:
            asyncio.run(worker.serve())
        finally:
            worker.close()
            mails.join(MAIL_GRACE_SECONDS)


class Worker:
    """Slots in which runs are solved, and Procrastinate, which says when."""

    def __init__(self, settings: Settings, database: Database, stop: threading.Event) -> None:
        self.settings, self.database, self.stop = settings, database, stop
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.spares = Spares(settings.run_memory_mb)
        self.slots = ThreadPoolExecutor(settings.workers, thread_name_prefix="run")
        self.studies = ThreadPoolExecutor(1, thread_name_prefix="study")

    def close(self) -> None:
        """Wait until the slots are empty."""
        self.stop.set()
        self.slots.shutdown()
        self.studies.shutdown()
        self.spares.close()

    async def serve(self) -> None:
        """Take tickets; where the database goes away, take them again when it is back."""
        self.spares.prepare()
        while not self.stop.is_set():
            try:
                await self._take_tickets()
            except (ProcrastinateException, psycopg.Error, OSError) as error:
                _LOG.warning("database away", extra={"error": type(error).__name__})
            if not self.stop.is_set():
                await asyncio.sleep(AGAIN_SECONDS)

    async def _take_tickets(self) -> None:
        app = self._app()
        async with app.open_async():
            tasks = [
                asyncio.create_task(app.run_worker_async(queues=[name], concurrency=number))
                for name, number in ((queue.RUNS, self.settings.workers), (queue.STUDIES, 1), (queue.UPKEEP, 2))
            ]
            tasks.append(asyncio.create_task(self._stopped()))
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in tasks:
                    task.cancel()
                for task in tasks:
                    with suppress(asyncio.CancelledError, ProcrastinateException, psycopg.Error):
                        await task

    async def _stopped(self) -> None:
        while not self.stop.is_set():
            await asyncio.sleep(0.1)

    def _app(self) -> App:
        defaults = {
            "name": self.name,
            "install_signal_handlers": False,
            "delete_jobs": "always",
            # A slot goes on by itself when Procrastinate has to begin anew.
            "shutdown_graceful_timeout": 1.0,
            "fetch_job_polling_interval": 5.0,
            "update_heartbeat_interval": 5.0,
            "stalled_worker_timeout": SILENCE_SECONDS,
        }
        connector = PsycopgConnector(conninfo=self.database.url, min_size=1, max_size=6, timeout=10.0)
        app = App(connector=connector, worker_defaults=defaults)  # type: ignore[arg-type]

        @app.task(name=queue.TICKET, queue=queue.RUNS)
        async def take() -> None:
            await asyncio.wrap_future(self.slots.submit(self.solve_waiting))

        @app.task(name=queue.STUDY, queue=queue.STUDIES)
        async def make(tenant: str, study: str) -> None:
            await asyncio.wrap_future(self.studies.submit(self.make_study, UUID(tenant), UUID(study)))

        @app.periodic(cron=REAP_CRON)
        @app.task(name="reap", queue=queue.UPKEEP, queueing_lock="reap", pass_context=False)
        async def reap(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate says when it was due
            await asyncio.to_thread(self.reap)
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE_SECONDS):
                if job.queue in (queue.RUNS, queue.STUDIES):
                    await app.job_manager.retry_job(job)
                else:  # what is done from time to time is done the next time
                    await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

        @app.periodic(cron=ROUNDS_CRON)
        @app.task(name="settle rounds", queue=queue.UPKEEP, queueing_lock="settle rounds", pass_context=False)
        async def settle(timestamp: int) -> None:  # noqa: ARG001
            await asyncio.to_thread(self.settle_rounds)

        @app.periodic(cron=TIDY_CRON)
        @app.task(name="tidy", queue=queue.UPKEEP, queueing_lock="tidy", pass_context=False)
        async def tidy(timestamp: int) -> None:  # noqa: ARG001
            await asyncio.to_thread(self.tidy)

        return app

    def solve_waiting(self) -> None:
        """Solve runs one after the other, as long as any may be begun."""
        while not self.stop.is_set():
            try:
                with self.database.transaction() as tx:
                    attempt = attempts.take(tx, self.name, self.settings.runs_at_once)
            except AWAY as error:
                _LOG.warning("no run taken", extra={"error": type(error).__name__})
                time.sleep(AGAIN_SECONDS)
                continue
            if attempt is None:
                return
            Solving(self.database, attempt, self.spares, self.stop).run()

    def make_study(self, tenant: UUID, study: UUID) -> None:
        """Make a comparison or a partnership table."""
        Studying(self.database, tenant, study, self.settings.threads, self.stop).run(self.spares)

    def settle_rounds(self) -> None:
        """Release sessions that were not confirmed in time, and offer what is free to the waiting lists."""
        done = settle_rounds(self.database, datetime.now(UTC))
        if done:
            _LOG.info("settled rounds", extra={"changes": done})

    def tidy(self) -> None:
        """Forget what has had its time, and erase people who left long ago."""
        with self.database.transaction() as tx:
            found = privacy.tidy(tx, self.settings.retention_months)
        _LOG.info("tidied", extra={"forgotten": found})

    def reap(self) -> None:
        """Let runs of silent workers wait again, and put in tickets and jobs that are lacking."""
        with self.database.transaction() as tx:
            found = attempts.reap(tx, SILENCE_SECONDS)
            lacking = attempts.replace_tickets(tx, self.settings.runs_at_once) + studies.replace_jobs(tx)
        if found or lacking:
            _LOG.warning("reaped", extra={"runs": [str(one) for one in found], "tickets": lacking})
