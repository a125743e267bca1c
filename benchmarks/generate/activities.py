"""What generated organisations do: themes, and the activities of each."""

from dataclasses import dataclass

from benchmarks.generate.places import ACCESS, COURT, FLOOR, KITCHEN, PIANO, SCREEN
from benchmarks.generate.profile import Who


@dataclass(frozen=True)
class Activity:
    """One sort of need."""

    title: str
    who: dict[Who, int]
    """Shares of the groups that do it."""
    size: tuple[int, int]
    """Persons of most groups,"""
    large: tuple[int, int]
    """and of the largest ones."""
    features: tuple[str, ...] = ()
    share: int = 1
    """Of the organisation's needs."""
    share_percent: int = 0
    """Consent to share a room."""


@dataclass(frozen=True)
class Theme:
    """One sort of organisation."""

    name: str
    slug: str
    share: int
    """Of organisations."""
    applicant_class: str
    activities: tuple[Activity, ...]


THEMES: tuple[Theme, ...] = (
    Theme(
        "Sports club",
        "sports",
        34,
        "association",
        (
            Activity("Ball games", {"child": 55, "adult": 42, "senior": 3}, (12, 26), (30, 75), (COURT,), 5),
            Activity("Gymnastics", {"child": 50, "adult": 40, "senior": 10}, (10, 24), (28, 50), (FLOOR,), 3),
            Activity("Tactics meeting", {"child": 30, "adult": 70}, (8, 20), (20, 28), (SCREEN,), 1),
        ),
    ),
    Theme(
        "Dance society",
        "dance",
        10,
        "association",
        (
            Activity("Dance class", {"child": 40, "adult": 50, "senior": 10}, (10, 24), (26, 50), (FLOOR,), 4),
            Activity("Rehearsal", {"child": 20, "adult": 80}, (8, 20), (24, 40), (FLOOR,), 1),
        ),
    ),
    Theme(
        "Music society",
        "music",
        11,
        "association",
        (
            Activity("Choir", {"child": 15, "adult": 70, "senior": 15}, (14, 28), (30, 60), (PIANO,), 2),
            Activity("Ensemble", {"child": 25, "adult": 70, "senior": 5}, (5, 12), (12, 22), (PIANO,), 3),
            Activity("Drumming", {"child": 40, "adult": 60}, (6, 14), (14, 22), (), 1, 5),
        ),
    ),
    Theme(
        "Hobby club",
        "hobby",
        16,
        "association",
        (
            Activity("Language circle", {"adult": 85, "senior": 15}, (6, 14), (14, 24), (), 3, 15),
            Activity("Games evening", {"child": 20, "adult": 75, "senior": 5}, (8, 20), (20, 40), (), 3, 40),
            Activity("Cooking", {"child": 15, "adult": 70, "senior": 15}, (8, 14), (14, 30), (KITCHEN,), 1),
        ),
    ),
    Theme(
        "Youth association",
        "youth",
        9,
        "junior",
        (
            Activity("Club evening", {"child": 100}, (10, 22), (24, 40), (), 3, 40),
            Activity("Indoor games", {"child": 100}, (12, 24), (26, 50), (FLOOR,), 2, 20),
        ),
    ),
    Theme(
        "Pensioners' association",
        "pensioners",
        11,
        "association",
        (
            Activity("Chair gymnastics", {"senior": 100}, (12, 26), (28, 45), (FLOOR, ACCESS), 3),
            Activity("Coffee meeting", {"senior": 100}, (14, 30), (30, 60), (KITCHEN,), 2, 20),
            Activity("Singing together", {"senior": 100}, (12, 26), (28, 60), (PIANO,), 1),
        ),
    ),
    Theme(
        "Health association",
        "health",
        9,
        "association",
        (
            Activity("Peer group", {"adult": 75, "senior": 25}, (5, 12), (12, 22), (ACCESS,), 3),
            Activity("Movement group", {"adult": 70, "senior": 30}, (8, 20), (20, 34), (FLOOR,), 2),
        ),
    ),
)
