"""Runs as they cross the wire: what is asked for, where it is, what happened, and how its score comes about."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from api.wire.base import FieldError, Order, Wire
from models.base import Id
from models.overlay import Overlay
from models.study import Study
from scenarios.study.front import Place
from scenarios.study.measures import Measures

Priority = Literal["high", "normal", "low"]
RunStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]
FINISHED: tuple[RunStatus, ...] = ("succeeded", "failed", "cancelled")
Lang = Literal["fi", "sv", "en"]


class RunOrder(Order):
    """Ask for a plan of a scenario."""

    scenario: Annotated[str, Field(min_length=1, max_length=100, examples=["kuopio"])]
    """Name of a scenario."""
    version: Annotated[int | None, Field(ge=1, lt=2**31)] = None
    """The latest where none is named."""
    overlays: Annotated[tuple[str | Overlay, ...], Field(max_length=50, examples=[["one-more-hall"]])] = ()
    """What-ifs, in their order: names of the scenario's own or of the library, or whole ones."""
    seconds: Annotated[float, Field(gt=0, le=1e6, examples=[60])] = 60.0
    """Wall time from start to result; waiting for a free worker does not count."""
    gap: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Stop when (bound - objective) / max(1, |bound|) is at most this."""
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    threads: Annotated[int | None, Field(ge=1, le=64)] = None
    """By the installation's settings where none is said; with 1 and ``steps`` a seed gives one and the same plan."""
    steps: Annotated[int | None, Field(ge=1, lt=2**31)] = None
    """Stop after so many neighbourhoods."""
    open: Annotated[tuple[Id, ...] | None, Field(max_length=100)] = None
    """Options of the activity centre to be opened, and no others; null leaves the choice to the solver."""
    start: UUID | None = None
    """A run whose plan to start from."""
    priority: Priority = "normal"
    """High comes first among the tenant's own; low waits until nobody's other run waits."""


class RunProblem(Wire):
    """Why a run failed, or why an earlier try at it did."""

    kind: Literal["refused", "fault", "memory", "killed", "time", "stalled"]
    """Refused means that the data cannot be solved as asked; the others are the machine's or the program's."""
    text: str
    errors: tuple[FieldError, ...] = ()


class Run(Wire):
    """A run: what was asked for, and where it is."""

    id: UUID
    status: RunStatus
    scenario: str
    version: int
    overlays: tuple[str, ...] = ()
    seconds: float
    gap: float
    seed: int
    threads: int
    steps: int | None = None
    open: tuple[str, ...] | None = None
    start: UUID | None = None
    priority: Priority
    sweep: UUID | None = None
    label: str | None = None
    """Its case in the sweep."""
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempt: int
    """How many times it was begun; a run whose worker died goes on from its best plan."""
    used: float
    """Seconds of all attempts."""
    stopping: bool = False
    """It was asked to stop and keep its best plan."""
    cancelling: bool = False
    phase: str | None = None
    objective: int | None = None
    bound: int | None = None
    gap_now: float | None = None
    """(bound - objective) / max(1, |bound|)"""
    outcome: str | None = None
    """Of a run that succeeded: optimal, feasible, infeasible, unknown, or cancelled where it was stopped early."""
    has_plan: bool = False
    """A plan is stored, though it may not be the last."""
    problem: RunProblem | None = None
    links: dict[str, str] = Field(default_factory=dict)


class RunEvent(Wire):
    """Something that happened to a run."""

    number: int
    at: datetime
    kind: Literal["queued", "started", "progress", "plan", "stopping", "cancelling", "requeued", "finished"]
    data: dict[str, Any] = Field(default_factory=dict)


class RuleScore(Wire):
    """What one rule adds to a plan's points."""

    rule: str
    text: str
    """The rule in a sentence."""
    points: int
    measure: float | None = None
    """What it is in the rule's own unit,"""
    unit: str | None = None
    """which is this."""


class ViolationView(Wire):
    """A hard rule that a plan breaks."""

    rule: str
    needs: tuple[str, ...]
    message: str


class ScoreAnalysis(Wire):
    """How a plan's points come about, rule by rule."""

    objective: int | None
    bound: int | None
    gap: float | None
    rules: tuple[RuleScore, ...]
    """The greatest first; their points add up to the objective."""
    violations: tuple[ViolationView, ...] = ()


class RecommendationOrder(Order):
    """Ask where else a need of a plan could be."""

    need: Annotated[str, Field(min_length=1, max_length=200, examples=["taiji-1"])]
    k: Annotated[int, Field(ge=1, le=50)] = 5
    """Placements at most."""
    lang: Lang = "en"


class SweepOrder(Order):
    """Ask for every case of a study as a run of its own."""

    study: Study
    """Its scenario is the name of one that is here; overlays are names of the library or settings' own edits."""
    version: Annotated[int | None, Field(ge=1, lt=2**31)] = None
    """Of the scenario; the latest where none is named."""
    priority: Priority = "low"


class SweepCase(Wire):
    """One case of a sweep."""

    label: str
    run: UUID
    status: RunStatus
    objective: int | None = None
    bound: int | None = None
    outcome: str | None = None
    measures: Measures | None = None
    """Of its plan, once it is there, by the policy of the base."""
    place: Place | None = None
    """On the front of what is there so far, beaten, or undecided because its objective could be better."""
    beaten_by: str | None = None
    """Label of a case on the front that is at least as good in everything and better in something."""


class Sweep(Wire):
    """A sweep, and how far it is."""

    id: UUID
    title: str
    study: Study
    created_at: datetime
    counts: dict[RunStatus, int]
    """How many runs are in each status."""
