"""Comparisons of runs and partnership tables, as they are asked for and as they are told."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.wire.base import FieldError, Order, Wire
from models.base import Id
from models.table import Stakeholder, TableStudy

StudyStatus = Literal["open", "queued", "running", "succeeded", "failed", "cancelled"]
ENDED: tuple[StudyStatus, ...] = ("succeeded", "failed", "cancelled")
MOST_SIDES = 12
Title = Annotated[str, Field(min_length=1, max_length=200)]


class ComparisonOrder(Order):
    """Runs to be put side by side; all of one scenario, and ended with a result."""

    runs: tuple[UUID, ...] = Field(min_length=2, max_length=MOST_SIDES)
    """The first is the base that the others are compared with."""
    names: tuple[Title, ...] | None = None
    """By which they are shown, one for each run; without them, what is asked for in each run tells them apart."""
    title: Title = "Comparison"
    improve: float | None = Field(default=None, gt=0, le=600)
    """Seconds for which each is solved again from the best plan there is for it, its own or another's."""

    @model_validator(mode="after")
    def _each_once(self) -> "ComparisonOrder":
        if len(set(self.runs)) < len(self.runs):
            raise ValueError("a run is there twice; name each once")
        if self.names is not None and len(self.names) != len(self.runs):
            raise ValueError("there are not as many names as runs; give one for each, or none at all")
        if self.names is not None and len(set(self.names)) < len(self.names):
            raise ValueError("two runs have one name; give each its own")
        return self


class TableOrder(Order):
    """A meeting of the partnership table; ``study.scenario`` is a scenario of the service."""

    study: TableStudy
    version: int | None = Field(default=None, ge=1, le=2_147_483_647)
    """Of the scenario; the latest where none is named."""
    today: UUID | None = None
    """A run whose plan holds if nothing is agreed."""


class SeatOrder(Order):
    """What counts for a stakeholder."""

    counts: dict[str, int] = Field(min_length=1)
    """Percent by soft rule, or by family as in ``synergy.*``: multiples of 10 up to 1000."""
    why: str | None = Field(default=None, max_length=2000)

    @model_validator(mode="after")
    def _known(self) -> "SeatOrder":
        Stakeholder(id="seat", name="seat", counts=self.counts)
        return self


class SeatView(Wire):
    """A stakeholder at a table."""

    stakeholder: Id
    name: str
    counts: dict[str, int]
    why: str | None
    version: int
    """How often it was set; its ETag is of it."""

    @property
    def etag(self) -> str:
        """What If-Match says to change this version."""
        return f'"{self.version}"'


class StudyView(Wire):
    """What comparisons and tables share."""

    id: UUID
    title: str
    scenario: str
    version: int
    status: StudyStatus
    phase: str | None
    """What is being done."""
    problem: str | None
    """Why it failed,"""
    errors: tuple[FieldError, ...]
    """and what to mend."""
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    files: tuple[str, ...]
    """Names of what was made: the documents, and pages and workbooks in each language."""

    @property
    def ended(self) -> bool:
        """Whether it will not change any more."""
        return self.status in ENDED


class ComparisonView(StudyView):
    """A comparison of runs."""

    runs: tuple[UUID, ...]
    names: tuple[str, ...]
    improve: float | None


class TableView(StudyView):
    """A partnership table."""

    study: str
    """Id of the study."""
    seats: tuple[SeatView, ...]
    today: UUID | None
