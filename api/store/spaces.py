"""The spaces that bookings are in, with what is never held together, as the latest publication says."""

from uuid import UUID

from psycopg.types.json import Jsonb

from api.store.database import Tx
from models.scenario import Scenario
from solver.verify.space import related_spaces


def keep_spaces(tx: Tx, tenant: UUID, scenario: Scenario) -> None:
    """Bring the tenant's spaces and their relations to what a scenario says.

    A space that the tenant had keeps its number, in whatever version of whatever scenario it is: a space id is one
    room of the tenant. Spaces that the scenario does not have stay as they were, with their relations. What is booked
    and not over holds every new relation from now on.

    Raises
    ------
    psycopg.errors.ExclusionViolation
        When bookings that stand are in two spaces at one time that the scenario says are never held together.
    """
    spaces = [
        {
            "id": space.id,
            "name": space.name,
            "site": space.site,
            "site_name": scenario.site_of(space.id).name,
            "district": scenario.site_of(space.id).district,
            "owner": space.owner,
            "capacity": space.capacity,
            "shareable": space.shareable,
        }
        for space in scenario.spaces
    ]
    tx.execute(_KEEP, {"tenant": tenant, "spaces": Jsonb(spaces)})
    pairs = [{"a": a, "b": b, "why": why} for (a, b), why in sorted(related_spaces(scenario).items())]
    values = {"tenant": tenant, "ids": list(scenario.space_by_id), "pairs": Jsonb(pairs)}
    tx.execute(_PART, values)
    tx.execute(_RELATE, values)


_KEEP = """
INSERT INTO published_spaces (tenant, id, name, site, site_name, district, owner, capacity, shareable)
SELECT %(tenant)s, s.id, s.name, s.site, s.site_name, s.district, s.owner, s.capacity, s.shareable
FROM jsonb_to_recordset(%(spaces)s) AS s (id text, name text, site text, site_name text, district text, owner text,
    capacity int, shareable boolean)
ORDER BY s.id COLLATE "C"
ON CONFLICT (tenant, id) DO UPDATE SET name = EXCLUDED.name, site = EXCLUDED.site, site_name = EXCLUDED.site_name,
    district = EXCLUDED.district, owner = EXCLUDED.owner, capacity = EXCLUDED.capacity, shareable = EXCLUDED.shareable
WHERE (published_spaces.name, published_spaces.site, published_spaces.site_name, published_spaces.district,
    published_spaces.owner, published_spaces.capacity, published_spaces.shareable)
    IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.site, EXCLUDED.site_name, EXCLUDED.district, EXCLUDED.owner,
    EXCLUDED.capacity, EXCLUDED.shareable)
"""
_PART = """
DELETE FROM related_spaces r WHERE r.tenant = %(tenant)s AND r.a = ANY (%(ids)s) AND r.b = ANY (%(ids)s)
AND NOT EXISTS (SELECT FROM jsonb_to_recordset(%(pairs)s) AS p (a text, b text) WHERE (p.a, p.b) = (r.a, r.b))
"""
_RELATE = """
INSERT INTO related_spaces (tenant, a, b, why)
SELECT %(tenant)s, p.a, p.b, p.why FROM jsonb_to_recordset(%(pairs)s) AS p (a text, b text, why text)
ORDER BY p.a COLLATE "C", p.b COLLATE "C"
ON CONFLICT (tenant, a, b) DO UPDATE SET why = EXCLUDED.why WHERE related_spaces.why <> EXCLUDED.why
"""
