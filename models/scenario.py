"""A scenario: everything one plan is made from, whole and checked."""

import json
from collections import defaultdict
from collections.abc import Collection
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

from pydantic import Field

from models.base import Frozen, Id
from models.calendar import Season
from models.centre import CentreOption, spaces_of
from models.concern import Concern
from models.needs import Need, Organisation
from models.order import Band
from models.places import Availability, Conflict, DatedException, Site, Space
from models.policy import Policy, WeightPart
from models.pools import Pool
from models.shares import Quota
from models.synergy import SynergyLink


class Scenario(Frozen):
    """A season, its places, who asks for what, and the town's policy.

    Building one checks each record alone; ``models.consistency.find_issues`` checks them together, and
    everything that reads a scenario does so before it is used.
    """

    id: Id
    title: str
    notes: str | None = None
    """What is fact and what is assumed, in the author's words."""
    season: Season
    policy: Policy
    sites: tuple[Site, ...] = Field(min_length=1)
    spaces: tuple[Space, ...] = Field(min_length=1)
    conflicts: tuple[Conflict, ...] = ()
    availability: tuple[Availability, ...] = ()
    exceptions: tuple[DatedException, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    needs: tuple[Need, ...] = ()
    links: tuple[SynergyLink, ...] = ()
    """Needs that gain from meeting near each other: accepted, proposed and struck."""
    pools: tuple[Pool, ...] = Field(default=(), exclude_if=lambda pools: not pools)
    """Equipment and people of which there are so many for several places."""

    centres: tuple[CentreOption, ...] = Field(default=(), exclude_if=lambda centres: not centres)
    """Sites and room mixes of a civic activity centre that could be opened."""

    def with_parts(self, **parts: Any) -> "Scenario":
        """Return the scenario with other parts, unchecked; a fresh record, for a copy would keep what it knows."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Scenario.model_construct(**{**fields, **parts})

    def as_opened(self, options: Collection[str]) -> "Scenario":
        """Return the scenario in which the candidate spaces of some options are open, those of the others as they were.

        Its hash is not the given one's, which plans are made for.
        """
        opened = spaces_of(self.centres, options)
        if not opened:
            return self
        spaces = (
            space.model_copy(update={"status": "open"}) if space.id in opened and space.status == "candidate" else space
            for space in self.spaces
        )
        return self.with_parts(spaces=tuple(spaces))

    def pools_of(self, need: Need, space_id: str) -> set[str]:
        """Return the pools that a need takes of in a space."""
        space = self.space_by_id[space_id]
        return {pool.id for pool in self.pools if pool.taken(need, space)}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the content, 64 hexadecimal digits; equal content has an equal hash."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return sha256(content.encode()).hexdigest()

    @cached_property
    def site_by_id(self) -> dict[str, Site]:
        """Sites by id."""
        return {site.id: site for site in self.sites}

    @cached_property
    def space_by_id(self) -> dict[str, Space]:
        """Spaces by id."""
        return {space.id: space for space in self.spaces}

    @cached_property
    def organisation_by_id(self) -> dict[str, Organisation]:
        """Organisations by id."""
        return {organisation.id: organisation for organisation in self.organisations}

    @cached_property
    def need_by_id(self) -> dict[str, Need]:
        """Needs by id."""
        return {need.id: need for need in self.needs}

    @cached_property
    def accepted_links(self) -> tuple[SynergyLink, ...]:
        """The links that earn points."""
        return tuple(link for link in self.links if link.status == "accepted")

    @cached_property
    def centre_by_id(self) -> dict[str, CentreOption]:
        """Options of the centre by id."""
        return {option.id: option for option in self.centres}

    @cached_property
    def pool_by_id(self) -> dict[str, Pool]:
        """Pools by id."""
        return {pool.id: pool for pool in self.pools}

    def weight_of(self, need: Need) -> int:
        """Weight of a need in percent, by the policy."""
        if need.id not in self._weights:
            self._weights[need.id] = self.policy.weight_of(need, self.organisation_by_id[need.organisation])
        return self._weights[need.id]

    @cached_property
    def _weights(self) -> dict[str, int]:
        """Known weights by need."""
        return {}

    def weight_parts(self, need: Need) -> list[WeightPart]:
        """Return what parts of the policy add to the weight of a need."""
        return self.policy.weight_parts(need, self.organisation_by_id[need.organisation])

    def needs_of(self, concern: Concern) -> list[Need]:
        """Return the needs that a part of the policy is about; those of an unknown organisation are none of them."""
        if concern not in self._concerned:
            known = self.organisation_by_id
            self._concerned[concern] = [
                need for need in self.needs if (asks := known.get(need.organisation)) and concern.fits(need, asks)
            ]
        return self._concerned[concern]

    @cached_property
    def _concerned(self) -> dict[Concern, list[Need]]:
        """Known needs by what they are asked for."""
        return {}

    def concerns(self, concern: Concern, need_id: str) -> bool:
        """Tell whether a part of the policy is about a need."""
        if concern not in self._concerned_ids:
            self._concerned_ids[concern] = frozenset(need.id for need in self.needs_of(concern))
        return need_id in self._concerned_ids[concern]

    @cached_property
    def _concerned_ids(self) -> dict[Concern, frozenset[str]]:
        """The same by id."""
        return {}

    def sharing(self, concern: Concern, each: Literal["organisation", "need"]) -> list[list[Need]]:
        """Return the needs that a part of the policy is about: those of an organisation together, or one by one."""
        together: defaultdict[str, list[Need]] = defaultdict(list)
        for need in self.needs_of(concern):
            together[need.organisation if each == "organisation" else need.id].append(need)
        return list(together.values())

    def quota_shares(self, quota: Quota) -> list[tuple[list[Need], int]]:
        """Return each that a quota is for: the needs that share it, and the minutes a week they have together."""
        return [(needs, quota.allowed(sum(need.size for need in needs))) for needs in self.sharing(quota, quota.each)]

    def deciders_of(self, space_id: str) -> tuple[str, ...]:
        """Return who besides the town has to accept what is planned in a space, each once."""
        space = self.space_by_id[space_id]
        return tuple(dict.fromkeys(one.who for one in self.policy.deciders if one.covers(space)))

    def band_of(self, space_id: str, weekday: int, start: int) -> Band | None:
        """Return the band of the policy's order that a stay is of, by its space, weekday and start in minutes."""
        order, space = self.policy.order, self.space_by_id[space_id]
        for band in order.bands if order else ():
            if weekday in band.weekdays and band.start <= start < band.end and band.covers(space):
                return band
        return None

    def tier_of(self, need: Need, space_id: str, weekday: int, start: int) -> int:
        """Return the tier of a need for a stay there, from 0; where no band speaks, its best one in any."""
        order = self.policy.order
        if order is None:
            return 0
        if need.id not in self._tiers:
            organisation = self.organisation_by_id[need.organisation]
            self._tiers[need.id] = tuple(band.tier_of(need, organisation) for band in order.bands)
        tiers, band = self._tiers[need.id], self.band_of(space_id, weekday, start)
        return min(tiers) if band is None else tiers[order.bands.index(band)]

    @cached_property
    def _tiers(self) -> dict[str, tuple[int, ...]]:
        """Known tiers in each band by need."""
        return {}

    def site_of(self, space_id: str) -> Site:
        """Return the site a space is at."""
        return self.site_by_id[self.space_by_id[space_id].site]
