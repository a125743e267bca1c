"""What one generated scenario is drawn by."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Size and shape of a generated town; everything else is drawn with the seed."""

    name: str
    """Id of the scenario."""
    seed: int
    sessions: int
    """Sessions asked in sum; the generated needs ask for exactly so many."""
    spaces: int
    """Spaces in sum, wholes and parts each counted."""
    weeks: int
    """Length of the season, from the Monday 31 August 2026."""
    pairs: bool = False
    """With synergy links and returns by organisation, beside the packing rules."""
    spaces_a_district: int = 16
    """About how many spaces a district has; needs name districts, so this and the reach bound their candidates."""
    reach: tuple[int, int] = (3, 4)
    """Fewest and most districts that a need names, its own and the nearest ones."""
    anywhere_percent: int = 0
    """Needs that name no district."""
