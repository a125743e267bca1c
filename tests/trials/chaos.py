"""Kill parts of a running service at random moments, and count what was lost or done twice.

    python -m tests.trials.chaos --kills 20 --layout many

A load of writers sends scenarios, slots, needs, invitations, answers and runs, each again and again with one
Idempotency-Key until it is accepted. Meanwhile parts are killed with SIGKILL: ``many`` kills the API, workers and
PostgreSQL; ``one`` kills ``serve``, its PostgreSQL and the processes that solve. Then everything that was accepted must
be there once and as it was sent, every run must have ended with the result that was seen first, and no mail may have
come twice. The exit code is 1 where anything is amiss.
"""

import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any
from uuid import uuid4

import click
import httpx2
import psycopg

from benchmarks.service.season import town
from tests.api.mail.sink import Sink
from tests.trials.stage import Layout, Stage, stage
from tests.trials.town import ASKING, OFFERING, ROOMS, new_round, published_round

TARGETS: dict[Layout, tuple[str, ...]] = {
    "many": ("api", "worker-1", "postgres", "worker-2", "api", "postgres", "solver"),
    "one": ("api", "postgres", "solver"),
}
CALM_SECONDS = 420.0
"""How long what is unfinished may take to finish after the last kill."""
FINISHED = ("succeeded", "failed", "cancelled")


class Api:
    """Requests that are sent until they are answered."""

    def __init__(self, set_up: Stage) -> None:
        self._http = httpx2.Client(base_url=f"{set_up.address}/api/v1", timeout=30, trust_env=False)
        self._http.headers["Authorization"] = f"Bearer {set_up.token}"
        self._lock = Lock()
        self.accepted = self.again = 0
        self.strange: list[str] = []
        """Answers that no kill explains."""

    def sent(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """Send a request until it is answered, always with the same key."""
        given = {"Idempotency-Key": uuid4().hex, **headers} if method != "GET" else headers
        while True:
            try:
                answer = self._http.request(method, path, json=body, headers=given)
            except httpx2.TransportError:
                answer = None
            if answer is not None and answer.status_code < 500 and answer.status_code != 429:
                break
            with self._lock:
                self.again += 1
                if answer is not None and answer.status_code not in (429, 503):
                    self.strange.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            time.sleep(0.2)
        with self._lock:
            self.accepted += method != "GET"
            if answer.status_code >= 400:
                self.strange.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        found: dict[str, Any] = answer.json() if answer.status_code < 400 else {}
        return found | {"etag": answer.headers.get("ETag")}

    def all(self, path: str) -> list[dict[str, Any]]:
        """Return a whole list."""
        items: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self.sent(
                "GET", f"{path}{'&' if '?' in path else '?'}limit=200" + (f"&cursor={cursor}" if cursor else "")
            )
            items += page["items"]
            cursor = page["next"]
        return items


@dataclass
class Ledger:
    """What was accepted."""

    scenarios: dict[str, str] = field(default_factory=dict)
    slots: dict[str, Any] = field(default_factory=dict)
    needs: dict[str, Any] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    invited: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    """ETag of the result of each run, as first seen."""


class Load:
    """Writers that go on until they are told to stop."""

    def __init__(self, api: Api, rng: random.Random) -> None:
        self.api, self.rng, self.ledger, self.stop = api, rng, Ledger(), Event()
        api.sent("POST", "/scenarios", town("town", ROOMS))
        self.round = new_round(api, "town")
        self.offers = published_round(api)

    @property
    def writers(self) -> tuple[Callable[[int], None], ...]:
        """What each writer does at its n-th turn."""
        return (self.scenario, self.slot, self.need, self.run, self.invite, self.answer, self.look)

    def go_on(self, turn: Callable[[int], None], pause: float) -> None:
        """Do one thing again and again."""
        number = 0
        while not self.stop.is_set():
            turn(number)
            number += 1
            self.stop.wait(pause * self.rng.random())

    def scenario(self, number: int) -> None:
        """Send a scenario."""
        made = self.api.sent("POST", "/scenarios", town(f"town-{number}", ROOMS))
        self.ledger.scenarios[made["id"]] = made["hash"]

    def slot(self, number: int) -> None:
        """Offer hours."""
        body = OFFERING | {"start": f"{8 + number % 6:02d}:00"}
        made = self.api.sent("POST", f"/rounds/{self.round}/hours", body)
        self.ledger.slots[made["id"]] = made["body"]

    def need(self, number: int) -> None:
        """Hand in a need."""
        made = self.api.sent("POST", f"/rounds/{self.round}/needs?submit=true", ASKING | {"id": f"need-{number}"})
        self.ledger.needs[made["id"]] = made["body"]

    def run(self, number: int) -> None:
        """Ask for a run."""
        body = {"scenario": "town", "seconds": 3, "seed": number, "threads": 1, "gap": 0}
        self.ledger.runs.append(self.api.sent("POST", "/runs", body)["id"])
        self.stop.wait(2.0)

    def invite(self, number: int) -> None:
        """Invite a person, who gets a mail."""
        address = f"person-{number}@example.org"
        self.api.sent("POST", "/memberships", {"role": "viewer", "email": address, "language": "fi"})
        self.ledger.invited.append(address)

    def answer(self, number: int) -> None:
        """Accept or decline what was granted."""
        if number < len(self.offers):
            word = ("accept", "decline")[number % 2]
            offer = f"/offers/{self.offers[number]}"
            etag = self.api.sent("GET", offer)["etag"]
            self.api.sent("POST", f"{offer}/answers", {"answer": word}, **{"If-Match": etag})
            self.ledger.answers[self.offers[number]] = word

    def look(self, _number: int) -> None:
        """Note the results that are there."""
        for one in self.api.sent("GET", "/runs?limit=20&status=succeeded")["items"]:
            if one["id"] not in self.ledger.results:
                self.ledger.results[one["id"]] = self.api.sent("GET", f"/runs/{one['id']}/result")["etag"]


def kill_parts(set_up: Stage, kills: int, rng: random.Random, say: Callable[[str], None]) -> Counter[str]:
    """Kill so many processes, each at a random moment."""
    killed: Counter[str] = Counter()
    targets = TARGETS[set_up.layout]
    while killed.total() < kills:
        time.sleep(rng.uniform(1.5, 7.0))
        what = targets[killed.total() % len(targets)]
        deadline = time.monotonic() + 60
        while not set_up.kill(what):  # not there just now: it is being started, or nothing is being solved
            if time.monotonic() > deadline:
                raise RuntimeError(f"there was no {what} to kill for a minute")
            time.sleep(0.05)
        killed[what] += 1
        say(f"{killed.total():3d}  killed {what}")
    return killed


def settle(api: Api) -> tuple[float, list[str]]:
    """Wait until every run has ended and no mail waits; return the seconds it took, and what came last."""
    began, last = time.monotonic(), list[str]()
    while time.monotonic() - began < CALM_SECONDS:
        open_runs = [one for one in api.all("/runs") if one["status"] not in FINISHED]
        waiting = [one for one in api.all("/mails") if one["state"] not in ("sent", "unsure", "failed")]
        if not open_runs and not waiting:
            break
        last = [f"{one.get('kind', 'run')} {one.get('state', one.get('status'))}" for one in (*open_runs, *waiting)]
        time.sleep(1.0)
    return time.monotonic() - began, last


def amiss(load: Load, mail: Sink) -> dict[str, list[str]]:
    """Compare what was accepted with what is there."""
    api, ledger = load.api, load.ledger
    found: dict[str, list[str]] = {"strange answers": api.strange}
    there = {one["id"]: one["hash"] for one in api.all("/scenarios")}
    found["scenarios lost"] = [name for name, digest in ledger.scenarios.items() if there.get(name) != digest]
    for kind, sent in (("slots", ledger.slots), ("needs", ledger.needs)):
        kept = {one["id"]: one["body"] for one in api.all(f"/rounds/{load.round}/{kind}")}
        found[f"{kind} lost"] = [name for name, document in sent.items() if kept.get(name) != document]
        found[f"{kind} doubled"] = sorted({*kept} - {*sent})
    runs = {one["id"]: one["status"] for one in api.all("/runs?scenario=town")}
    found["runs lost"] = [run for run in ledger.runs if run not in runs]
    found["runs doubled"] = sorted({*runs} - {*ledger.runs})
    found["runs that did not succeed"] = [f"{run} {status}" for run, status in runs.items() if status != "succeeded"]
    found["results changed"] = [
        run for run, etag in ledger.results.items() if api.sent("GET", f"/runs/{run}/result")["etag"] != etag
    ]
    found["answers lost"] = [
        offer for offer, word in ledger.answers.items()
        if api.sent("GET", f"/offers/{offer}")["state"] != {"accept": "accepted", "decline": "declined"}[word]
    ]  # fmt: skip
    unsure = {one["id"] for one in api.all("/mails") if one["state"] == "unsure"}
    found["mails doubled"] = [number for number, times in Counter(mail.ids).items() if times > 1]
    came = Counter(one.addr_spec for message in mail.taken for one in message["To"].addresses)
    missed = [address for address in ledger.invited if came[address] != 1]
    found["mails lost"] = missed[len(unsure) :]
    return found


def figures(set_up: Stage) -> dict[str, Any]:
    """Count attempts, from the database itself."""
    with psycopg.connect(set_up.database) as connection:
        row = connection.execute(
            "SELECT count(*), coalesce(sum(attempt), 0), coalesce(max(attempt), 0), coalesce(sum(crashes), 0) FROM runs"
        ).fetchone()
    assert row is not None
    return dict(zip(("runs", "attempts", "most attempts", "crashes"), map(int, row), strict=True))


@click.command()
@click.option("--kills", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--layout", type=click.Choice(["one", "many"]), default="many", show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def main(kills: int, layout: Layout, seed: int) -> None:
    """Kill parts of a running service at random moments, and count what was lost or done twice."""
    rng = random.Random(seed)
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="yt-chaos-", ignore_cleanup_errors=True))
        mail = stack.enter_context(Sink())
        with stage(Path(name), layout, mail, runs_queued="100000", runs_at_once="4") as set_up:
            api = Api(set_up)
            load = Load(api, rng)
            with ThreadPoolExecutor(len(load.writers)) as pool:
                tasks = [pool.submit(load.go_on, turn, 1.0) for turn in load.writers]
                try:
                    killed = kill_parts(set_up, kills, rng, lambda text: click.echo(text, err=True))
                finally:
                    load.stop.set()
                for task in tasks:
                    task.result()
            seconds, last = settle(api)
            bad = {what: which for what, which in amiss(load, mail).items() if which}
            told = {
                "layout": layout, "seed": seed, "killed": dict(killed), "accepted": api.accepted,
                "sent again": api.again,
                "scenarios": len(load.ledger.scenarios), "slots": len(load.ledger.slots),
                "needs": len(load.ledger.needs), "invitations": len(load.ledger.invited),
                "answers": len(load.ledger.answers), **figures(set_up), "mails": len(mail.ids),
                "seconds until calm": round(seconds, 1), "came last": last[:5],
                "amiss": {what: which[:5] for what, which in bad.items()},
            }  # fmt: skip
            click.echo(json.dumps(told, indent=2, ensure_ascii=False))
            if bad:
                click.echo((Path(name) / "service.log").read_text(encoding="utf-8", errors="replace")[-4000:], err=True)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
