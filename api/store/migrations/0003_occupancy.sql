-- Published use of spaces. Whoever writes a booking, by whatever program: the database gives it its holds, and refuses
-- it where they are another's. Two bookings that stand are never at one time in one space, in a space and its part, or
-- in two spaces in conflict; only in a shareable space those who consent are, up to its capacity.

-- An atom is what can be held once: a space, and every two spaces that are not held together. Two bookings clash where
-- they hold one atom at one time. The numbers are unique over all tenants, so that no constraint has to name them.
CREATE SEQUENCE atom_numbers AS int;

CREATE TABLE published_spaces (  -- as the latest publication that has them says
    tenant uuid NOT NULL REFERENCES tenants,
    id text NOT NULL,
    atom int NOT NULL UNIQUE DEFAULT nextval('atom_numbers'),
    name text NOT NULL,
    site text NOT NULL,
    site_name text NOT NULL,
    district text,
    owner text NOT NULL,
    capacity int NOT NULL CHECK (capacity >= 0),
    shareable boolean NOT NULL,
    changes bigint NOT NULL DEFAULT 0,  -- counts what every transaction has to see before it books here
    PRIMARY KEY (tenant, id)
);

CREATE TABLE related_spaces (  -- two spaces that are never held together: a whole and its part, a conflict
    tenant uuid NOT NULL REFERENCES tenants,
    a text NOT NULL,
    b text NOT NULL,
    atom int NOT NULL UNIQUE DEFAULT nextval('atom_numbers'),
    why text NOT NULL,
    PRIMARY KEY (tenant, a, b),
    FOREIGN KEY (tenant, a) REFERENCES published_spaces,
    FOREIGN KEY (tenant, b) REFERENCES published_spaces,
    CHECK (a COLLATE "C" < b COLLATE "C")
);

CREATE TABLE bookings (  -- one stay: a need in a space on a date
    tenant uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    round uuid NOT NULL,
    need text NOT NULL,
    title text NOT NULL,
    organisation text NOT NULL,
    organisation_name text NOT NULL,
    space text NOT NULL,
    day date NOT NULL,
    "start" smallint NOT NULL CHECK ("start" BETWEEN 0 AND 1439),  -- minutes from local midnight, as on the wall
    "end" smallint NOT NULL CHECK ("end" BETWEEN 0 AND 1440),  -- not after the start: on the next day
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    held_from timestamptz NOT NULL,  -- with buffers, set-up and take-down
    held_to timestamptz NOT NULL,
    persons int NOT NULL CHECK (persons >= 1),
    may_share boolean NOT NULL DEFAULT false,
    lane bigint GENERATED ALWAYS AS IDENTITY,
    state text NOT NULL DEFAULT 'booked' CHECK (state IN ('booked', 'cancelled', 'released')),
    reason text,
    state_by text,  -- the role of who cancelled or released it
    state_at timestamptz,
    used boolean,  -- false is a no-show; null while nobody has told
    counted int CHECK (counted >= 1),  -- persons who came
    use_at timestamptz,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, space) REFERENCES published_spaces,
    CHECK (held_from <= starts_at AND starts_at < ends_at AND ends_at <= held_to),
    CHECK ((state = 'booked') = (state_at IS NULL)),
    CHECK (used IS NULL OR state = 'booked'),
    CHECK (counted IS NULL OR used)
);
CREATE INDEX bookings_by_day ON bookings (tenant, day, "start", id);
CREATE INDEX bookings_of_space ON bookings (tenant, space, day, "start", id);
CREATE INDEX bookings_of_need ON bookings (tenant, round, need, day);
CREATE INDEX bookings_of_organisation ON bookings (tenant, organisation, day, "start", id);

-- Which atoms bookings that stand hold, and when: written by the triggers below, and by nobody else. Those who share a
-- space each have a lane of their own on its atom, and so pass each other; whoever does not share takes every lane.
-- An atom of two spaces has two sorts of lanes: who shares one of the spaces passes the others there, and meets
-- everybody in the other space.
CREATE TABLE holds (
    tenant uuid NOT NULL,
    booking uuid NOT NULL,
    atom int NOT NULL,
    during tstzrange NOT NULL CHECK (NOT isempty(during)),
    lane_a bigint,  -- null is every lane
    lane_b bigint,
    PRIMARY KEY (tenant, booking, atom),
    FOREIGN KEY (tenant, booking) REFERENCES bookings ON DELETE CASCADE,
    CONSTRAINT holds_apart EXCLUDE USING gist (
        int4range(atom, atom, '[]') WITH &&,
        during WITH &&,
        int8range(lane_a, lane_a, '[]') WITH &&,
        int8range(lane_b, lane_b, '[]') WITH &&
    )
);

CREATE VIEW space_atoms AS
    SELECT tenant, id AS space, atom, true AS is_a, id AS other, NULL AS why FROM published_spaces
    UNION ALL SELECT tenant, a, atom, true, b, why FROM related_spaces
    UNION ALL SELECT tenant, b, atom, false, a, why FROM related_spaces;

CREATE FUNCTION refuse_own_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'holds follow from bookings; write those' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER holds_follow BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON holds
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_own_holds();

CREATE FUNCTION told(b bookings) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('id', b.id, 'need', b.need, 'title', b.title, 'space', b.space,
        'day', b.day, 'start', b."start", 'end', b."end")
$$;

-- Refuse some bookings, and say which others hold what they ask for.
CREATE FUNCTION refuse_clash(asked uuid[], cause text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    clashes jsonb;
BEGIN
    SELECT jsonb_agg(clash) INTO clashes FROM (
        SELECT jsonb_build_object('bookings', jsonb_build_array(told(mine.b), told(met.b)), 'why', met.why) AS clash
        FROM (SELECT b FROM bookings b WHERE id = ANY (asked) AND state = 'booked' ORDER BY starts_at, id) AS mine
        CROSS JOIN LATERAL (
            SELECT theirs AS b, near.why FROM space_atoms near
            JOIN bookings theirs ON (theirs.tenant, theirs.space) = (near.tenant, near.other)
            JOIN published_spaces s ON (s.tenant, s.id) = (theirs.tenant, theirs.space)
            WHERE (near.tenant, near.space) = ((mine.b).tenant, (mine.b).space)
                AND theirs.day BETWEEN (mine.b).day - 3 AND (mine.b).day + 3
                AND theirs.state = 'booked' AND theirs.id <> (mine.b).id
                AND theirs.held_from < (mine.b).held_to AND (mine.b).held_from < theirs.held_to
                AND NOT (theirs.space = (mine.b).space AND s.shareable AND theirs.may_share AND (mine.b).may_share)
                AND ((mine.b).id < theirs.id OR theirs.id <> ALL (asked))
            ORDER BY theirs.starts_at, theirs.id
        ) AS met
        LIMIT 20
    ) AS found;
    RAISE EXCEPTION 'a space would be held twice at one time' USING ERRCODE = 'exclusion_violation',
        CONSTRAINT = 'holds_apart', TABLE = 'bookings', DETAIL = coalesce(clashes::text, cause);
END $$;

-- Refuse those who share a space where they would be more persons at one instant than it takes.
CREATE FUNCTION refuse_crowds(asked uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    crowd jsonb;
BEGIN
    SELECT jsonb_build_object('bookings', jsonb_agg(told(b) ORDER BY b.starts_at, b.id), 'persons', sum(b.persons),
        'capacity', s.capacity) INTO crowd
    FROM (
        SELECT DISTINCT s.atom, s.capacity, greatest(lower(met.during), n.held_from) AS instant
        FROM bookings n
        JOIN published_spaces s ON (s.tenant, s.id) = (n.tenant, n.space) AND s.shareable
        JOIN holds met ON int4range(met.atom, met.atom, '[]') && int4range(s.atom, s.atom, '[]')
            AND met.during && tstzrange(n.held_from, n.held_to)
        WHERE n.id = ANY (asked) AND n.may_share
    ) AS s
    JOIN holds h ON int4range(h.atom, h.atom, '[]') && int4range(s.atom, s.atom, '[]') AND h.during @> s.instant
    JOIN bookings b ON (b.tenant, b.id) = (h.tenant, h.booking)
    GROUP BY s.atom, s.capacity, s.instant
    HAVING count(*) > 1 AND sum(b.persons) > s.capacity
    ORDER BY s.instant, s.atom LIMIT 1;
    IF crowd IS NOT NULL THEN
        RAISE EXCEPTION 'more persons would share a space than it takes' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'sharing_fits', TABLE = 'bookings', DETAIL = jsonb_build_array(crowd)::text;
    END IF;
END $$;

-- Give bookings their holds, or take them from those that no longer stand. Who books in a space waits for whoever else
-- does, for the capacity could not be counted otherwise, nor a new relation be seen; the count in its row makes
-- transactions fail that still look at an older state of it.
CREATE FUNCTION hold_spaces() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked uuid[];
    cause text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM holds h USING former o JOIN fresh n ON (n.tenant, n.id) = (o.tenant, o.id)
        WHERE (h.tenant, h.booking) = (o.tenant, o.id)
            AND (n.state, n.space, n.held_from, n.held_to, n.persons, n.may_share)
            IS DISTINCT FROM (o.state, o.space, o.held_from, o.held_to, o.persons, o.may_share);
    END IF;
    SELECT array_agg(n.id) INTO asked FROM fresh n WHERE n.state = 'booked'
        AND NOT EXISTS (SELECT FROM holds h WHERE (h.tenant, h.booking) = (n.tenant, n.id));
    IF asked IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM FROM published_spaces WHERE (tenant, id) IN (SELECT n.tenant, n.space FROM fresh n WHERE n.id = ANY (asked))
        ORDER BY atom FOR NO KEY UPDATE;
    UPDATE published_spaces SET changes = changes + 1 WHERE shareable
        AND (tenant, id) IN (SELECT n.tenant, n.space FROM fresh n WHERE n.id = ANY (asked) AND n.may_share);
    BEGIN
        INSERT INTO holds (tenant, booking, atom, during, lane_a, lane_b)
        SELECT n.tenant, n.id, near.atom, tstzrange(n.held_from, n.held_to),
            CASE WHEN near.is_a AND n.may_share AND s.shareable THEN n.lane END,
            CASE WHEN NOT near.is_a AND n.may_share AND s.shareable THEN n.lane END
        FROM fresh n
        JOIN published_spaces s ON (s.tenant, s.id) = (n.tenant, n.space)
        JOIN space_atoms near ON (near.tenant, near.space) = (n.tenant, n.space)
        WHERE n.id = ANY (asked);
    EXCEPTION WHEN exclusion_violation THEN
        GET STACKED DIAGNOSTICS cause = PG_EXCEPTION_DETAIL;
        PERFORM refuse_clash(asked, cause);
    END;
    PERFORM refuse_crowds(asked);
    RETURN NULL;
END $$;
CREATE TRIGGER bookings_hold AFTER INSERT ON bookings
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION hold_spaces();
CREATE TRIGGER bookings_hold_anew AFTER UPDATE ON bookings
    REFERENCING OLD TABLE AS former NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION hold_spaces();

CREATE FUNCTION next_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER bookings_version BEFORE UPDATE ON bookings FOR EACH ROW EXECUTE FUNCTION next_version();

-- Two spaces that become related, such as a hall that is split: what stands in either and is not over holds their atom
-- from now on; where that cannot be, they do not become related.
CREATE FUNCTION relate_spaces() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    cause text;
BEGIN
    PERFORM FROM published_spaces WHERE (tenant, id) IN (
        SELECT tenant, a FROM fresh UNION SELECT tenant, b FROM fresh) ORDER BY atom FOR NO KEY UPDATE;
    UPDATE published_spaces SET changes = changes + 1
        WHERE (tenant, id) IN (SELECT tenant, a FROM fresh UNION SELECT tenant, b FROM fresh);
    BEGIN
        INSERT INTO holds (tenant, booking, atom, during, lane_a, lane_b)
        SELECT h.tenant, h.booking, r.atom, h.during,
            CASE WHEN s.id = r.a THEN h.lane_a END, CASE WHEN s.id = r.b THEN h.lane_a END
        FROM fresh r
        JOIN published_spaces s ON s.tenant = r.tenant AND s.id IN (r.a, r.b)
        JOIN holds h ON int4range(h.atom, h.atom, '[]') && int4range(s.atom, s.atom, '[]') AND upper(h.during) > now();
    EXCEPTION WHEN exclusion_violation THEN
        GET STACKED DIAGNOSTICS cause = PG_EXCEPTION_DETAIL;
        PERFORM refuse_clash(array_agg(b.id), cause) FROM bookings b JOIN fresh r ON b.tenant = r.tenant
            AND b.space IN (r.a, r.b) WHERE b.state = 'booked' AND b.held_to > now();
    END;
    RETURN NULL;
END $$;
CREATE TRIGGER related_spaces_hold AFTER INSERT ON related_spaces
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION relate_spaces();
