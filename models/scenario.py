"""A scenario: everything one plan is made from, whole and checked."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

from pydantic import Field

from models.agreements import Agreement, Switch, cents
from models.base import BadInput, Frozen, Id, Issue
from models.calendar import Season
from models.centre import CentreOption, spaces_of
from models.concern import Concern
from models.nearest import did_you_mean
from models.needs import Need, Organisation
from models.order import Band
from models.places import Area, Availability, Conflict, DatedException, Site, Space
from models.policy import Policy, WeightPart
from models.pools import Pool
from models.relations import Relation, RelationKind
from models.shares import Quota
from models.skips import SkipRule, is_series
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
    relations: tuple[Relation, ...] = Field(default=(), exclude_if=lambda relations: not relations)
    """How the spaces of two needs should be related."""
    agreements: tuple[Agreement, ...] = Field(default=(), exclude_if=lambda agreements: not agreements)
    """Who joins the partnership, with or without money."""

    centres: tuple[CentreOption, ...] = Field(default=(), exclude_if=lambda centres: not centres)
    """Sites and room mixes of a civic activity centre that could be opened."""
    areas: tuple[Area, ...] = Field(default=(), exclude_if=lambda areas: not areas)
    """Parts of town where the people of needs live."""

    def with_parts(self, **parts: Any) -> "Scenario":
        """Return the scenario with other parts, unchecked; a fresh record, for a copy would keep what it knows."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Scenario.model_construct(**{**fields, **parts})

    def with_agreements(self, switches: Mapping[str, Switch]) -> "Scenario":
        """Return the scenario where some agreements hold or fall, unchecked; a fallen one takes its spaces along.

        Raises
        ------
        BadInput
            When there is no such agreement, or one that has fallen is to hold.
        """
        issues = [issue for name, switch in switches.items() if (issue := self._unfit_switch(name, switch))]
        if issues:
            raise BadInput(issues)
        fallen = {name for name, switch in switches.items() if switch == "falls"}
        if not fallen:
            return self
        agreements = tuple(
            one.model_copy(update={"status": "fallen"}) if one.id in fallen else one for one in self.agreements
        )
        kept = {space for one in agreements if one.stands for space in one.spaces}
        closed = {space for one in agreements if one.id in fallen for space in one.spaces} - kept
        spaces = tuple(
            one.model_copy(update={"status": "closed"}) if one.id in closed and one.status != "planned" else one
            for one in self.spaces
        )
        return self.with_parts(agreements=agreements, spaces=spaces)

    def _unfit_switch(self, name: str, switch: Switch) -> Issue | None:
        if name not in self.agreement_by_id:
            mend = did_you_mean(name, self.agreement_by_id, "Name one of agreements.csv.")
            return Issue(where=f"agreement {name}", problem="the scenario has no such agreement.", mend=mend)
        if switch == "holds" and not self.agreement_by_id[name].stands:
            problem = "it has fallen in the data, and is switched to hold."
            mend = "Set its status to conditional and open its spaces, or leave the switch out."
            return Issue(where=f"agreement {name}", problem=problem, mend=mend)
        return None

    @cached_property
    def conditions(self) -> dict[str, Switch]:
        """What a plan of the scenario rests on: each agreement that is conditional or has fallen, and which."""
        uncertain = (one for one in self.agreements if one.status != "in_force")
        return {one.id: "holds" if one.stands else "falls" for one in uncertain}

    @cached_property
    def pot_cents(self) -> int | None:
        """What is in the pot for the season, in cents; None where the policy has no pot."""
        if self.policy.pot is None:
            return None
        brought = sum(cents(one.contribution) for one in self.agreements if one.stands)
        return cents(self.policy.pot.euros) + brought

    @cached_property
    def _terms(self) -> dict[str, list[Agreement]]:
        """Agreements that stand by member."""
        terms: defaultdict[str, list[Agreement]] = defaultdict(list)
        for one in self.agreements:
            for member in one.organisations if one.stands else ():
                terms[member].append(one)
        return terms

    def terms_of(self, organisation_id: str) -> list[Agreement]:
        """Return the agreements that stand and that an organisation is a member of."""
        return self._terms.get(organisation_id, [])

    def price_classes(self, need: Need) -> tuple[str, ...]:
        """Return the applicant classes whose prices a need may pay: its own, and those of agreements."""
        own = self.organisation_by_id[need.organisation].applicant_class
        others = (one.price_class for one in self.terms_of(need.organisation) if one.price_class is not None)
        return tuple(dict.fromkeys((own, *others)))

    def hour_cents(self, need: Need, space_id: str) -> int | None:
        """Return what an hour in a space costs a need, in cents: the lowest known price; None where none is known."""
        space = self.space_by_id[space_id]
        prices = [price for name in self.price_classes(need) if (price := space.price_for(name)) is not None]
        return cents(min(prices)) if prices else None

    def subsidy_percent(self, need: Need, space_id: str) -> int:
        """Return how many percent of the price the pot pays for a need in a space: the highest one that fits."""
        pot, space = self.policy.pot, self.space_by_id[space_id]
        if pot is None:
            return 0
        found = [one.percent for one in pot.subsidies if one.covers(space) and self.concerns(one, need.id)]
        return max([*found, *(one.subsidy for one in self.terms_of(need.organisation))], default=0)

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

    def comes_from(self, need: Need) -> Mapping[str, int]:
        """Return the percent of a need's people by area: as it says itself, else as its organisation does."""
        return need.comes_from or self.organisation_by_id[need.organisation].comes_from

    def pools_of(self, need: Need, space_id: str) -> set[str]:
        """Return the pools that a need takes of in a space."""
        space = self.space_by_id[space_id]
        return {pool.id for pool in self.pools if pool.taken(need, space)}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the content, 64 hexadecimal digits; equal content has an equal hash."""
        return sha256(self.content()).hexdigest()

    def content(self) -> bytes:
        """Return the scenario as JSON with its names in order: the bytes of which ``hash`` is the SHA-256."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False).encode()

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
    def area_by_id(self) -> dict[str, Area]:
        """Areas by id."""
        return {area.id: area for area in self.areas}

    @cached_property
    def pool_by_id(self) -> dict[str, Pool]:
        """Pools by id."""
        return {pool.id: pool for pool in self.pools}

    @cached_property
    def _next_to(self) -> frozenset[tuple[str, str]]:
        """Every two spaces next door to each other, both ways round."""
        named = [(space.id, other) for space in self.spaces for other in space.next_to]
        return frozenset((*named, *((other, one) for one, other in named)))

    def related(self, kind: RelationKind, one: Space, other: Space) -> bool:
        """Tell whether two spaces are related so; a space is on one floor with itself, and no farther than next door.

        Spaces of one site of which a floor is not known are neither on one floor nor on two.
        """
        floors = one.site != other.site or None not in (one.floor, other.floor)
        together = one.id == other.id or (one.site == other.site and one.floor == other.floor and floors)
        match kind:
            case "same_space":
                return one.id == other.id
            case "other_space":
                return one.id != other.id
            case "adjacent":
                return one.id == other.id or (one.id, other.id) in self._next_to
            case "same_floor":
                return together
            case "other_floor":
                return floors and not together

    @cached_property
    def agreement_by_id(self) -> dict[str, Agreement]:
        """Agreements by id."""
        return {agreement.id: agreement for agreement in self.agreements}

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

    def skip_rule_of(self, need: Need, space_id: str, day: date) -> SkipRule | None:
        """Return the part of the policy by which a series gives up a date in a space, if any."""
        space = self.space_by_id[space_id]
        for rule in self.policy.skips if is_series(need) else ():
            if rule.covers(space) and rule.has(day) and self.concerns(rule, need.id):
                return rule
        return None

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
