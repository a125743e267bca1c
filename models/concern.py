"""Whom a part of a policy is about, and in which measures policies speak."""

from typing import Annotated

from pydantic import Field

from models.base import Frozen
from models.needs import Need, Organisation

MOST_POINTS = 10_000
Points = Annotated[int, Field(ge=0, le=MOST_POINTS)]
Percent = Annotated[int, Field(ge=0, le=100)]


class Concern(Frozen):
    """Whose needs a part of the policy is about: those that fit every condition given."""

    title: str
    """Why, as people will read it."""
    applicant_classes: tuple[str, ...] = ()
    """Only these classes; none named means all."""
    themes: tuple[str, ...] = ()
    """Only organisations of these themes; none named means all."""
    home_towns: tuple[str, ...] = Field(default=(), exclude_if=lambda towns: not towns)
    """Only organisations of these towns; none named means all."""
    tags: tuple[str, ...] = Field(default=(), exclude_if=lambda tags: not tags)
    """Only needs that carry one of these tags, or whose organisation does; none named means all."""
    districts: tuple[str, ...] = Field(default=(), exclude_if=lambda districts: not districts)
    """Only needs that ask for one of these districts; none named means all."""
    oldest: int | None = None
    """Only groups whose oldest participant is at most so old."""
    youngest: int | None = None
    """Only groups whose youngest participant is at least so old."""

    def fits(self, need: Need, organisation: Organisation) -> bool:
        """Tell whether the need of this organisation is meant."""
        if self.applicant_classes and organisation.applicant_class not in self.applicant_classes:
            return False
        if self.themes and organisation.theme not in self.themes:
            return False
        if self.home_towns and organisation.home_town not in self.home_towns:
            return False
        if self.tags and not {*need.tags, *organisation.tags} & {*self.tags}:
            return False
        if self.districts and not {*need.districts} & {*self.districts}:
            return False
        if self.oldest is not None and (need.ages is None or need.ages[1] > self.oldest):
            return False
        return self.youngest is None or (need.ages is not None and need.ages[0] >= self.youngest)
