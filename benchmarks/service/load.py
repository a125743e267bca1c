"""Users at once: what reading takes while the service solves, what a city's scenario and a long list of runs take."""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from benchmarks.instances import INSTANCES
from benchmarks.service.samples import Sample, summary
from benchmarks.service.season import publication
from benchmarks.service.served import Served

API = "/api/v1"
LIST_PAGE = 100
"""Runs in a part of the list."""
SOLVING = "kuopio"
"""Scenario of the runs that are solved meanwhile."""
SOLVING_SECONDS = 60.0
"""Of each of them; there are enough of them that two are always solved."""
FIRST_SECONDS = 5.0
"""Of the run whose result is read."""
ROOMS, WEEKS = 50, 30
"""Of the season whose programme is read: an evening a week in each room."""
TIMEOUT = 60.0
KEEP_SECONDS = 30.0
"""How long an idle connection is used again."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Load:
    """How much."""

    users: int = 200
    seconds: float = 60.0
    think: float = 3.0
    """Mean seconds between a user's requests."""
    runs: int = 10_000
    """In the list."""
    cities: int = 20
    """Scenarios of a city that are sent."""
    seed: int = 0


SETTINGS = {"workers": 2, "runs_at_once": 2, "threads": 1, "requests_a_minute": 10**7, "runs_queued": 10**6}
"""Of the service that is measured: two runs are solved at once, and no limit stops one client that plays many."""


def measure(service: Served, load: Load, say: Say) -> dict[str, Any]:
    """Measure, and return the figures by part: ``city``, ``list`` and ``users``, each by route."""
    return asyncio.run(_measure(service, load, say))


async def _measure(service: Served, load: Load, say: Say) -> dict[str, Any]:
    limits = httpx2.Limits(
        max_connections=load.users, max_keepalive_connections=load.users, keepalive_expiry=KEEP_SECONDS
    )
    async with httpx2.AsyncClient(
        base_url=service.url, headers=service.headers, limits=limits, timeout=TIMEOUT
    ) as client:
        say("a run is solved whose result will be read")
        run = await _solved(client)
        say(f"a season of {ROOMS * WEEKS} dates is published")
        await _published(client)
        say(f"{load.cities} scenarios of a city are sent")
        city = await _cities(client, load)
        say(f"{load.runs} runs are put in")
        filled = await _fill(client, load)
        listed = await _listed(client)
        say(f"{load.users} users read for {load.seconds:g} s")
        solving = await _running(client)
        read = await _read(client, load, _addresses(run))
        still = await _running(client)
    return {
        "load": vars(load),
        "solving": [solving, still],
        "city": summary(city),
        "list": summary([*filled, *listed]),
        "users": summary(read),
    }


def _addresses(run: str) -> dict[str, str]:
    """Return what users read, by route."""
    return {
        "GET /scenarios": f"{API}/scenarios",
        "GET /scenarios/{name}": f"{API}/scenarios/{SOLVING}",
        "GET /runs": f"{API}/runs?limit=20",
        "GET /runs/{run}": f"{API}/runs/{run}",
        "GET /runs/{run}/result": f"{API}/runs/{run}/result",
        "GET /runs/{run}/report": f"{API}/runs/{run}/report?lang=fi",
        "GET /runs/{run}/score": f"{API}/runs/{run}/score",
        "GET /programme": f"{API}/programme",
        "GET /public/{tenant}/programme": f"{API}/public/main/programme",
    }


async def _timed(client: httpx2.AsyncClient, method: str, route: str, address: str, **more: Any) -> tuple[Sample, Any]:
    """Send a request and time it to the end of the answer; the answer is None where there was none."""
    begun = time.perf_counter()
    try:
        answer = await client.request(method, address, **more)
    except httpx2.TransportError as error:
        return Sample(route, time.perf_counter() - begun, type(error).__name__), None
    return Sample(route, time.perf_counter() - begun, answer.status_code, len(answer.content)), answer


async def _solved(client: httpx2.AsyncClient) -> str:
    """Have a run solved and return its id."""
    order = {"scenario": SOLVING, "seconds": FIRST_SECONDS, "priority": "high"}
    answer = (await client.post(f"{API}/runs", json=order)).raise_for_status()
    run: str = answer.json()["id"]
    while (status := (await client.get(f"{API}/runs/{run}")).raise_for_status().json()["status"]) != "succeeded":
        if status in ("failed", "cancelled"):
            raise RuntimeError(f"the run that should be read has {status}")
        await asyncio.sleep(0.5)
    return run


async def _published(client: httpx2.AsyncClient) -> None:
    """Publish a season, so that there is a programme to read."""
    steps = publication("season", ROOMS, WEEKS)
    method, path, body = next(steps)
    while True:
        answer = await client.request(method, f"{API}{path}", json=body, headers={"If-Match": "*"})
        try:
            method, path, body = steps.send(answer.raise_for_status().json())
        except StopIteration:
            return


async def _running(client: httpx2.AsyncClient) -> int:
    """Return how many runs are being solved."""
    answer = (await client.get(f"{API}/runs", params={"status": "running"})).raise_for_status()
    return len(answer.json()["items"])


async def _cities(client: httpx2.AsyncClient, load: Load) -> list[Sample]:
    """Send a city's scenario again and again, each time under another id, so that it is taken in as new."""
    city = INSTANCES["city-pairs-1"].build()
    samples = []
    for number in range(load.cities):
        body = city.model_copy(update={"id": f"city-{number}"}).model_dump_json().encode()
        route = f"POST /scenarios ({len(body) / 1e6:.1f} MB)"
        headers = {"Content-Type": "application/json"}
        samples.append((await _timed(client, "POST", route, f"{API}/scenarios", content=body, headers=headers))[0])
    return samples


async def _fill(client: httpx2.AsyncClient, load: Load) -> list[Sample]:
    """Put runs in, a few at a time."""
    order = {"scenario": SOLVING, "seconds": SOLVING_SECONDS, "priority": "low"}
    numbers = iter(range(load.runs))

    async def put() -> list[Sample]:
        return [(await _timed(client, "POST", "POST /runs", f"{API}/runs", json=order))[0] for _ in numbers]

    return [sample for made in await asyncio.gather(*(put() for _ in range(4))) for sample in made]


async def _listed(client: httpx2.AsyncClient) -> list[Sample]:
    """Read the list of runs from its beginning to its end."""
    samples, cursor = [], None
    while True:
        params = {"limit": LIST_PAGE} | ({"cursor": cursor} if cursor else {})
        sample, answer = await _timed(client, "GET", f"GET /runs?limit={LIST_PAGE}", f"{API}/runs", params=params)
        samples.append(sample)
        cursor = answer.json()["next"] if answer is not None and not sample.failed else None
        if cursor is None:
            return samples


async def _read(client: httpx2.AsyncClient, load: Load, addresses: dict[str, str]) -> list[Sample]:
    """Let users read, each on its own, with pauses between."""
    until = time.monotonic() + load.seconds

    async def user(chance: random.Random) -> list[Sample]:
        samples = []
        await asyncio.sleep(chance.uniform(0, load.think))
        while time.monotonic() < until:
            route, address = chance.choice(list(addresses.items()))
            samples.append((await _timed(client, "GET", route, address))[0])
            await asyncio.sleep(chance.expovariate(1 / load.think))
        return samples

    everybody = (user(random.Random(f"{load.seed}/{number}")) for number in range(load.users))
    return [sample for made in await asyncio.gather(*everybody) for sample in made]


LIMITS_MS = {"POST /scenarios": 500.0, f"GET /runs?limit={LIST_PAGE}": 100.0}
"""What the 95th percentile of a route must be below."""


def faults(figures: dict[str, Any]) -> list[str]:
    """Return what is not as it must be: errors, times above their limits, and runs that were not solved meanwhile."""
    rows: Sequence[dict[str, Any]] = [row for part in ("city", "list", "users") for row in figures[part]]
    found = [f"{row['route']}: {row['errors']} errors ({', '.join(row['statuses'])})" for row in rows if row["errors"]]
    found += [
        f"{row['route']}: p95 {row['p95_ms']} ms, must be below {limit:g} ms"
        for row, limit in _limited(rows)
        if row["p95_ms"] is None or row["p95_ms"] >= limit
    ]
    if min(figures["solving"]) < 2:
        found.append(f"two runs should be solved meanwhile, not {min(figures['solving'])}")
    return found


def _limited(rows: Iterable[dict[str, Any]]) -> list[tuple[dict[str, Any], float]]:
    return [(row, limit) for row in rows for route, limit in LIMITS_MS.items() if row["route"].startswith(route)]
