"""A civic activity centre: sites and room mixes that could be opened, what each costs, and what there is to spend."""

from collections.abc import Collection, Iterable

from pydantic import Field, model_validator

from models.base import Frozen, Id, Sourced

Euros = int
"""Whole euros."""


class CentreOption(Sourced):
    """One room mix at one site that could be opened; several options of a site are mixes of which one opens at most."""

    id: Id
    name: str
    """What it is, as people will read it."""
    site: Id
    """Where it is."""
    spaces: tuple[Id, ...] = Field(min_length=1)
    """The candidate spaces that host once it is opened; a space may be in several mixes of a site."""
    opening_cost: Euros = Field(default=0, ge=0)
    """EUR once: works and furniture."""
    running_cost: Euros = Field(default=0, ge=0)
    """EUR for the season: rent, heat, cleaning, somebody at the door."""
    why: str | None = None
    """Why it is a candidate, and where its costs come from."""

    def season_cost(self, seasons: int) -> Euros:
        """EUR for one season, opening spread evenly over so many, rounded up."""
        return self.running_cost - (-self.opening_cost // seasons)


class CentreBudget(Frozen):
    """What there is for the options that are opened."""

    opening: Euros | None = Field(default=None, ge=0)
    """EUR at most for opening all of them, once; empty means as much as it takes."""
    running: Euros | None = Field(default=None, ge=0)
    """EUR at most for running all of them over the season; empty means as much as it takes."""
    most: int | None = Field(default=None, ge=0)
    """At most so many options are opened; empty means any number."""
    seasons: int = Field(default=1, ge=1, le=50)
    """Over so many seasons the opening costs are spread where what a season costs is reckoned."""

    @model_validator(mode="after")
    def _says_something(self) -> "CentreBudget":
        if self.opening is self.running is self.most is None and self.seasons == 1:
            raise ValueError("it limits nothing; give it opening, running, most or seasons, or leave it out")
        return self


def opening_cost(options: Iterable[CentreOption]) -> Euros:
    """EUR once for opening some options."""
    return sum(option.opening_cost for option in options)


def running_cost(options: Iterable[CentreOption]) -> Euros:
    """EUR for running some options over the season."""
    return sum(option.running_cost for option in options)


def spaces_of(options: Iterable[CentreOption], opened: Collection[str]) -> frozenset[str]:
    """Return the spaces that host when some options are opened."""
    return frozenset(space for option in options if option.id in opened for space in option.spaces)
