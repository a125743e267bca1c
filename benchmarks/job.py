"""One run to do, and how a worker is told of it."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Job:
    """One run to do."""

    set: str
    instance: str
    peer: str
    seed: int
    seconds: float
    """wall time from just before compiling to the peer's answer"""
    threads: int
    path: str | None = None
    """folder of the open instances"""
    catalogue: str = "benchmarks.catalogue"
    """module that has ``instances`` and ``peers``"""
    describe: bool = False
    """only tell the content of the instance"""


def job_line(job: Job) -> bytes:
    """Write a job as the line that a worker reads."""
    return json.dumps(asdict(job)).encode() + b"\n"
