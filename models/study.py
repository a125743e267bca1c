"""A study: one scenario planned again and again with other settings, to see what depends on what."""

from collections.abc import Iterator
from itertools import product
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from models.agreements import Switch
from models.base import Frozen, Id
from models.centre import Euros

MOST_CASES = 1000
"""More cases than these are refused before anything is solved."""

Measure = Literal["synergy", "utilisation", "fairness", "cost", "person_hours", "without", "objective"]
"""What plans are compared by, whatever the weights they were made with."""


def _opened(value: Any) -> Any:
    """Read ``none`` as no option at all."""
    return () if value in ("none", ["none"], ("none",)) else value


class Setting(Frozen):
    """One named choice: what of the scenario, the policy or the centre is otherwise; nothing said is the base."""

    name: Id
    """Short; it goes into the ids of the cases."""
    title: str | None = None
    """What it is, as people will read it; the name by default."""
    overlays: tuple[str, ...] = ()
    """What-ifs: names in the library, in ``overlays`` beside the study or the scenario, or files."""
    set: dict[str, Any] = Field(default_factory=dict)
    """A what-if of its own: new value by path,"""
    add: dict[str, tuple[Any, ...]] = Field(default_factory=dict)
    """records to be added by the path of their list,"""
    remove: tuple[str, ...] = ()
    """and paths of records to be taken away."""
    weights: dict[str, Annotated[int, Field(ge=0, le=10_000)]] = Field(default_factory=dict)
    """By soft rule, or family as in ``synergy.*``: how many percent of its points it is worth."""
    policy: str | None = None
    """Another policy: a file, or a name in the library."""
    agreements: dict[str, Switch] = Field(default_factory=dict)
    """By agreement, whether it holds or falls."""
    open: Annotated[tuple[Id, ...] | None, BeforeValidator(_opened)] = None
    """Options of the activity centre that are opened, and no others; ``none`` opens none, nothing said leaves the
    choice to the solver."""
    euros: Euros = Field(default=0)
    """EUR a season that it costs beyond what the scenario knows of; below zero where it saves."""


class Marginal(Frozen):
    """What one more hour, room or euro is worth: how many of each are solved again to confirm the estimate."""

    seconds: float = Field(default=20.0, gt=0)
    """Wall time of each run; the base, from whose plan the others start, has four times as much."""
    hours: int = Field(default=3, ge=0, le=100)
    """Times of the week at which one more room is tried, the dearest by prices first."""
    length: int = Field(default=2, ge=1, le=8)
    """Hours in a row in each."""
    rooms: int = Field(default=2, ge=0, le=100)
    """Rooms of which one more alike is tried, the dearest by the sum of their week first."""
    euros: Euros = Field(default=0, ge=0)
    """EUR by which the pot is raised, and the centre's budgets, where there are any; 0 tries none."""


class StudyCase(NamedTuple):
    """One of the runs of a study."""

    id: str
    settings: tuple[Setting, ...]
    """One of each axis."""
    seed: int


class Study(Frozen):
    """One scenario, and the settings with which it is planned again and again."""

    id: Id
    """Short; the folder of its cases is called by it."""
    title: str
    """What is to be found out, as people will read it."""
    why: str | None = None
    """Who asks, and what is assumed."""
    scenario: str
    """A folder or file, from the study's folder on, or a name in the library."""
    policy: str | None = None
    """The policy for the scenario's own; by it all plans are measured."""
    overlays: tuple[str, ...] = ()
    """What-ifs that every case and the base have."""
    seconds: float = Field(default=30.0, gt=0)
    """Wall time of each case."""
    gap: float = Field(default=0.0, ge=0)
    """Stop a case at this relative gap."""
    steps: int | None = Field(default=None, ge=0)
    """Stop a case after so many steps: with one thread, the same plan each time."""
    threads: int = Field(default=1, ge=1)
    """Of each case; with one, as many cases run at a time as there are processors."""
    seeds: Annotated[tuple[int, ...], Field(min_length=1)] = (0,)
    """Every case is solved with each of them."""
    grid: dict[Id, Annotated[tuple[Setting, ...], Field(min_length=1)]] = Field(default_factory=dict)
    """Axes by name, each a list of settings; every choice of one from each axis is a case."""
    cases: tuple[Setting, ...] = ()
    """Cases one by one, instead of a grid."""
    front: Annotated[tuple[Measure, ...], Field(min_length=1)] = ("synergy", "utilisation", "fairness", "cost")
    """By which measures a case has to be beaten in everything to be off the front."""
    marginal: Marginal | None = None
    """What one more hour, room or euro is worth; nothing said asks nothing."""

    @model_validator(mode="after")
    def _sound(self) -> "Study":
        if bool(self.grid) == bool(self.cases):
            raise ValueError("a study has a grid of axes or a list of cases; write one of the two")
        if self.num_cases > MOST_CASES:
            raise ValueError(f"it makes {self.num_cases} cases, and {MOST_CASES} is the most; leave out settings")
        for axis, settings in self.axes.items():
            names = [one.name for one in settings]
            if twice := next((name for name in names if names.count(name) > 1), None):
                raise ValueError(f"{axis} has {twice!r} twice; give each setting a name of its own")
        for name, values in (("seeds", self.seeds), ("front", self.front)):
            if len(set(values)) < len(values):
                raise ValueError(f"{name} names one twice; keep each once")
        ids = [case.id for case in self.expanded()]
        if twice := next((one for one in ids if ids.count(one) > 1), None):
            raise ValueError(f"two cases would be called {twice}; choose names without dashes that tell them apart")
        return self

    @property
    def axes(self) -> dict[str, tuple[Setting, ...]]:
        """Axes by name; a list of cases is one axis."""
        return self.grid or {"cases": self.cases}

    @property
    def num_cases(self) -> int:
        """How many runs it makes, without those of the marginal values."""
        count = len(self.seeds)
        for settings in self.axes.values():
            count *= len(settings)
        return count

    def expanded(self) -> Iterator[StudyCase]:
        """Yield every case: each choice of settings with each seed."""
        for chosen in product(*self.axes.values()):
            name = "-".join(setting.name for setting in chosen)
            for seed in self.seeds:
                yield StudyCase(f"{name}-s{seed}" if len(self.seeds) > 1 else name, chosen, seed)
