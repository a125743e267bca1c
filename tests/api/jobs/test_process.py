"""Children: ready before a job comes, stopped softly, killed when they must be, and each death told with its reason."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import psutil
import pytest

from api.jobs import process
from api.jobs.messages import Base, Better, Judge, Message, Ready, Solve, Told, packed, unpacked
from api.jobs.process import Child, ChildFailed, Spares, Wish, attend
from models.plan import Plan
from models.result import Result, Status
from solver.engine import Limits
from solver.verify import verify
from tests.api.running import LARGE, PLENTY, wait_for
from tests.builders import make_need, make_scenario, make_wish

MEMORY = 2000
LONG = 600.0
BASE = Base(packed(LARGE.model_dump_json()))
SMALL = Base(packed(make_scenario(make_need("chess", make_wish("mon", "17:00", "20:00"))).model_dump_json()))


def solving(seconds: float = LONG, base: Base = BASE) -> Solve:
    """Return a job of one thread."""
    return Solve(base, Limits(seconds=seconds, threads=1))


def go_on() -> Wish:
    """Want nothing but the result."""
    return Wish.GO_ON


class Ear:
    """Keeps what a child says, and wishes something once it has said a kind of message."""

    def __init__(self, kind: type[Message] = Better, then: Wish = Wish.GO_ON) -> None:
        self.heard: list[Message] = []
        self._kind, self._then = kind, then

    def hear(self, message: Message) -> None:
        """Keep a message."""
        self.heard.append(message)

    def wish(self) -> Wish:
        """Wish it."""
        return self._then if any(isinstance(one, self._kind) for one in self.heard) else Wish.GO_ON


def failed(job: Solve | Judge, memory: int = MEMORY, hear: Callable[[Message], None] | None = None) -> ChildFailed:
    """Return how a job failed."""
    with pytest.raises(ChildFailed) as caught:
        attend(Child(memory), job, wall=LONG, hear=hear or (lambda _: None), wish=go_on)
    return caught.value


def test_a_soft_stop_keeps_the_best_plan() -> None:
    """All is made of it, and every better plan told before stands before the judge."""
    ear = Ear(then=Wish.STOP)
    made = attend(Child(MEMORY), solving(), wall=LONG, hear=ear.hear, wish=ear.wish)
    result = Result.model_validate_json(unpacked(made.files["result.json"]))
    assert result.status is Status.CANCELLED
    better = [one for one in ear.heard if isinstance(one, Better)]
    for one in better:
        assert verify(LARGE, Plan.model_validate_json(unpacked(one.plan))).objective == one.objective
    assert result.objective is not None
    assert result.objective >= better[-1].objective


def test_a_child_that_does_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given a while, then ended with all its helpers; the reason is told."""
    monkeypatch.setattr(process, "STOP_SECONDS", 1.0)
    child = Child(MEMORY)

    def stopped() -> Wish:
        # It hears nothing any more, as in a compiled loop without an end.
        if not any(isinstance(one, Told) and one.phase == "search" for one in ear.heard):
            return Wish.GO_ON
        os.kill(child.pid, signal.SIGSTOP)
        return Wish.STOP

    ear = Ear()
    with pytest.raises(ChildFailed, match="did not end in its time") as caught:
        attend(child, solving(), wall=LONG, hear=ear.hear, wish=stopped)
    assert caught.value.kind == "time"
    assert not psutil.pid_exists(child.pid)


def test_a_search_that_takes_longer_than_asked_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is at."""
    monkeypatch.setattr(process, "WALL_SECONDS", 1.0)
    with pytest.raises(ChildFailed) as caught:
        attend(Child(MEMORY), solving(), wall=1.0, hear=lambda _: None, wish=go_on)
    assert caught.value.kind == "time"


def test_what_needs_more_memory_than_allowed_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason says how much was allowed."""
    monkeypatch.setattr(process, "ADDRESS_SHARE", 1000)
    assert failed(solving(), memory=100).kind == "memory"
    assert "100 MB" in failed(solving(), memory=100).text


def test_address_space_is_limited_too() -> None:
    """What asks for too much at once gets none, and says so, or ends."""
    failure = failed(solving(), memory=100)
    assert failure.kind in ("memory", "killed")
    assert failure.is_by_chance


def test_a_kill_from_outside_is_told() -> None:
    """As the system does when the machine has no memory."""
    child = Child(MEMORY)

    def hear(message: Message) -> None:
        if isinstance(message, Told):
            os.kill(child.pid, signal.SIGKILL)

    with pytest.raises(ChildFailed, match="killed from outside") as caught:
        attend(child, solving(), wall=LONG, hear=hear, wish=go_on)
    assert caught.value.kind == "killed"


def test_an_abort_is_told_as_lack_of_memory() -> None:
    """Exit 134 is how a solver without memory ends."""
    child = Child(MEMORY)
    wait_for(lambda: child.listen(0.1) == Ready(), "a child that is ready")
    os.kill(child.pid, signal.SIGABRT)
    with pytest.raises(ChildFailed, match="aborted") as caught:
        attend(child, solving(), wall=LONG, hear=lambda _: None, wish=go_on)
    assert caught.value.kind == "memory"


def test_faults_of_the_program_are_told_and_not_tried_again() -> None:
    """With the words of the fault."""
    failure = failed(Solve(Base(packed("{}")), Limits(seconds=1.0)))
    assert failure.kind == "fault"
    assert "ValidationError" in failure.text
    assert not failure.is_by_chance


def test_a_child_ends_with_its_parent() -> None:
    """Killed in the middle of a search with a helper, it leaves no process behind."""
    program = (
        "import sys; from tests.api.jobs.test_process import *\n"
        "job = Solve(BASE, Limits(seconds=LONG, threads=2))\n"
        "def hear(message):\n    print(type(message).__name__, flush=True)\n"
        "attend(Child(MEMORY), job, wall=LONG, hear=hear, wish=go_on)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        while "Better" not in parent.stdout.readline():
            assert parent.poll() is None
        left = psutil.Process(parent.pid).children(recursive=True)
        parent.kill()
    assert len(left) >= 2
    assert psutil.wait_procs(left, timeout=PLENTY)[1] == []


def test_a_spare_is_taken_and_replaced() -> None:
    """One that died while it waited is not given out."""
    spares = Spares(MEMORY)
    spares.prepare()
    first = spares.take()
    second = spares.take()
    assert first.pid != second.pid
    third = spares.take()
    for child in (first, second, third):
        child.kill()
    spare = spares._spare
    assert spare is not None
    os.kill(spare.pid, signal.SIGKILL)
    wait_for(lambda: not spare.alive, "the end of the spare")
    fourth = spares.take()
    assert fourth.alive
    spares.close()
    fourth.kill()


def test_a_plan_is_judged_by_itself() -> None:
    """With what earlier attempts took and proved; it makes the same files as a run that ended by itself."""
    whole = attend(Child(MEMORY), solving(5.0, SMALL), wall=5.0, hear=lambda _: None, wish=go_on)
    job = Judge(SMALL, whole.files["plan.json"], Status.CANCELLED, seed=3, used=100.0, bound=10**9)
    judged = attend(Child(MEMORY), job, wall=0.0, hear=lambda _: None, wish=go_on)
    assert set(judged.files) == set(whole.files)
    one, other = (Result.model_validate_json(unpacked(made.files["result.json"])) for made in (whole, judged))
    assert (other.objective, other.score, other.needs) == (one.objective, one.score, one.needs)
    assert (other.status, other.seed, other.bound) == (Status.CANCELLED, 3, 10**9)
    assert other.seconds > 100


def test_whoever_drops_a_job_has_no_process_left() -> None:
    """At once."""
    child = Child(MEMORY)
    with pytest.raises(ChildFailed) as caught:
        attend(child, solving(), wall=LONG, hear=lambda _: None, wish=lambda: Wish.DROP)
    assert caught.value.kind == "dropped"
    assert not psutil.pid_exists(child.pid)


def test_a_fault_is_logged_without_what_people_wrote(capfd: pytest.CaptureFixture[str]) -> None:
    """The line on stderr says what kind of fault it was and where; the data that it met are not in it."""
    fault = failed(Judge(SMALL, b"Maija", Status.FEASIBLE, 0, 0.0, None))
    assert fault.kind == "fault"
    (line,) = [one for one in capfd.readouterr().err.splitlines() if "job failed" in one]
    assert json.loads(line)["error"]["kind"] == "gzip.BadGzipFile"
    assert "Not a gzipped file" not in line
