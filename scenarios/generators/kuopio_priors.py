"""The priors of generated demand: who there is, what they do, and when and how often they meet."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from models.base import Clock, Frozen
from scenarios.generators.tables import read_table


class Theme(Frozen):
    """A row of ``assumptions/themes.csv``: one sort of organisation."""

    theme: str
    slug: str
    name: str
    applicant_class: str
    organisations: int
    needs: float
    """Mean number of needs of an organisation."""
    districts: Literal["all", "urban", "rural", "campus"]
    """Where they are at home."""


class District(Frozen):
    """A row of ``assumptions/districts.csv``."""

    district: str
    kind: Literal["urban", "rural", "campus"]
    weight: float
    """How many organisations are at home there, against the others."""


class Activity(Frozen):
    """A row of ``assumptions/activities.csv``: what organisations of a theme do; of theme ``any``, what all do."""

    theme: str
    slug: str
    title: str
    weight: float
    size: int
    """Median of persons."""
    ages: tuple[int, int] | None = None
    minutes: tuple[int, int]
    times: str
    features: tuple[str, ...]
    recurrence: str
    sessions: str
    share_percent: int
    """Share of these groups that consent to others in the room."""
    leader: str | None = None
    """Skill of instructors that several groups may have in common."""
    first: date | None = None
    last: date | None = None


class Times(Frozen):
    """A row of ``assumptions/times.csv``: when groups of one sort meet."""

    profile: str
    weekdays: dict[str, float]
    opens: Clock
    closes: Clock
    window_minutes: tuple[int, int]
    """Length of a wished range."""
    days: tuple[int, int]
    """How many weekdays a wish names."""
    secondary_percent: int
    """Share of wishes with a second, less liked range."""


class Recurrences(Frozen):
    """A row of ``assumptions/recurrences.csv``, in percent."""

    profile: str
    weekly: float
    biweekly: float
    monthly: float
    dates: float
    once: float


class Sessions(Frozen):
    """A row of ``assumptions/sessions.csv``, in percent of groups that meet so many times a week."""

    profile: str
    one: float
    two: float
    three: float


@dataclass(frozen=True)
class Priors:
    """All of them, by name."""

    themes: tuple[Theme, ...]
    districts: dict[str, District]
    activities: tuple[Activity, ...]
    times: dict[str, Times]
    recurrences: dict[str, Recurrences]
    sessions: dict[str, Sessions]

    @classmethod
    def read(cls, folder: Path) -> "Priors":
        """Read them from a folder of assumptions."""
        return cls(
            themes=tuple(read_table(folder / "themes.csv", Theme)),
            districts={row.district: row for row in read_table(folder / "districts.csv", District)},
            activities=tuple(read_table(folder / "activities.csv", Activity)),
            times={row.profile: row for row in read_table(folder / "times.csv", Times)},
            recurrences={row.profile: row for row in read_table(folder / "recurrences.csv", Recurrences)},
            sessions={row.profile: row for row in read_table(folder / "sessions.csv", Sessions)},
        )

    def at_home(self, theme: Theme) -> list[District]:
        """List the districts where organisations of a theme may be at home."""
        kinds = {"all": ("urban", "rural", "campus"), "urban": ("urban", "campus")}.get(
            theme.districts, (theme.districts,)
        )
        return [district for district in self.districts.values() if district.kind in kinds]

    def activities_of(self, theme: Theme) -> list[Activity]:
        """List what organisations of a theme may do."""
        return [activity for activity in self.activities if activity.theme in (theme.theme, "any")]
