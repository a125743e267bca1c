-- Rounds: a season's call for slots and needs, what was proposed and published, and what was answered to it.

CREATE TABLE rounds (
    tenant uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),  -- also the name of the scenario made of it
    version int NOT NULL DEFAULT 1,
    title text NOT NULL,
    base text NOT NULL,  -- sites, spaces, policy and season
    base_version int NOT NULL,
    opens_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    confirm_by timestamptz NOT NULL,
    offer_days int NOT NULL CHECK (offer_days BETWEEN 1 AND 90),  -- for a place from the waiting list
    made int,  -- version of the scenario made of it
    made_hash text,
    made_of bigint,  -- versions of entries that it was made of
    proposal uuid,
    published_at timestamptz,
    ended_at timestamptz,
    came_free bool NOT NULL DEFAULT false,  -- places that nobody on the waiting list has been offered yet
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, slug),
    FOREIGN KEY (tenant, base, base_version) REFERENCES scenario_versions,
    FOREIGN KEY (tenant, slug, made) REFERENCES scenario_versions (tenant, scenario, version),
    CHECK (opens_at < closes_at AND closes_at < confirm_by),
    CHECK ((made IS NULL) = (made_of IS NULL) AND (made IS NULL) = (made_hash IS NULL)),
    CHECK (proposal IS NULL OR made IS NOT NULL),
    CHECK (published_at IS NULL OR proposal IS NOT NULL),
    CHECK (ended_at IS NULL OR published_at IS NOT NULL)
);

CREATE FUNCTION round_status(r rounds) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT CASE
        WHEN r.ended_at IS NOT NULL THEN 'ended'
        WHEN r.published_at IS NOT NULL THEN 'published'
        WHEN r.proposal IS NOT NULL THEN 'proposed'
        WHEN clock_timestamp() >= r.closes_at THEN 'closed'
        WHEN clock_timestamp() >= r.opens_at THEN 'open'
        ELSE 'draft' END
$$;

CREATE FUNCTION guard_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'the round has ended; it is not changed any more' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.published_at IS NOT NULL AND (NEW.slug, NEW.base, NEW.base_version, NEW.opens_at, NEW.closes_at, NEW.made,
        NEW.made_of, NEW.proposal, NEW.published_at) IS DISTINCT FROM (OLD.slug, OLD.base, OLD.base_version,
        OLD.opens_at, OLD.closes_at, OLD.made, OLD.made_of, OLD.proposal, OLD.published_at) THEN
        RAISE EXCEPTION 'the round is published; only its answers change now' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.slug <> OLD.slug OR NEW.version < OLD.version THEN
        RAISE EXCEPTION 'a round keeps its name, and its versions go up' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.proposal IS NOT NULL AND clock_timestamp() < NEW.closes_at THEN
        RAISE EXCEPTION 'a round with a proposal has closed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rounds_guarded BEFORE UPDATE ON rounds FOR EACH ROW EXECUTE FUNCTION guard_round();

-- Hours, exceptions and needs that were handed in, each as it is now.
CREATE TABLE entries (
    tenant uuid NOT NULL,
    id uuid NOT NULL,
    round uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('hours', 'exception', 'need')),
    holder text NOT NULL,  -- organisation of a need, owner of the spaces of hours and exceptions
    name text NOT NULL,  -- id of a need, place of hours and exceptions
    state text NOT NULL CHECK (state IN ('draft', 'submitted', 'refused', 'withdrawn')),
    version int NOT NULL DEFAULT 1,
    body jsonb NOT NULL,  -- of a draft it may be incomplete
    membership uuid,  -- who wrote this version
    on_behalf bool NOT NULL DEFAULT false,  -- staff wrote it for the holder
    reason text,  -- why it was refused, or written when the round was not open
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, round, id),
    FOREIGN KEY (tenant, round) REFERENCES rounds,
    FOREIGN KEY (tenant, membership) REFERENCES memberships,
    CHECK (kind = 'need' OR state <> 'draft'),
    CHECK (state <> 'refused' OR reason IS NOT NULL)
);
CREATE UNIQUE INDEX needs_named_once ON entries (tenant, round, name) WHERE kind = 'need';
CREATE INDEX entries_of_round ON entries (tenant, round, kind, id);
CREATE INDEX entries_of_holder ON entries (tenant, round, kind, holder, id);

CREATE TABLE entry_versions (  -- every value that an entry ever had
    tenant uuid NOT NULL,
    entry uuid NOT NULL,
    version int NOT NULL,
    round uuid NOT NULL,
    state text NOT NULL,
    body jsonb NOT NULL,
    membership uuid,
    on_behalf bool NOT NULL,
    reason text,
    at timestamptz NOT NULL,
    PRIMARY KEY (tenant, entry, version),
    FOREIGN KEY (tenant, round, entry) REFERENCES entries (tenant, round, id)
);
CREATE INDEX entry_versions_of_round ON entry_versions (tenant, round);
CREATE TRIGGER entry_versions_stay BEFORE UPDATE OR DELETE ON entry_versions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION is_staff(of_tenant uuid, of_membership uuid) RETURNS bool LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM memberships
        WHERE (tenant, id) = (of_tenant, of_membership) AND role IN ('planner', 'clerk'))
$$;

-- Whoever writes: entries change while the round is open, and else only by staff who say why, until it is published.
CREATE FUNCTION guard_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r rounds;
    status text;
BEGIN
    -- A planner who closes the round waits for entries on their way, and later ones see that it has closed.
    SELECT * INTO r FROM rounds WHERE (tenant, id) = (NEW.tenant, NEW.round) FOR SHARE;
    status := round_status(r);
    IF status IN ('published', 'ended') THEN
        RAISE EXCEPTION 'the round is %; nothing is handed in any more', status USING ERRCODE = 'restrict_violation';
    END IF;
    IF status <> 'open' AND (NEW.reason IS NULL OR NOT is_staff(NEW.tenant, NEW.membership)) THEN
        RAISE EXCEPTION 'the round is not open' USING ERRCODE = 'restrict_violation',
            HINT = 'Staff can still hand in, with a reason.';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.version <> OLD.version + 1 OR (NEW.tenant, NEW.id, NEW.round, NEW.kind, NEW.holder)
            IS DISTINCT FROM (OLD.tenant, OLD.id, OLD.round, OLD.kind, OLD.holder) THEN
            RAISE EXCEPTION 'a change makes the next version of the same entry' USING ERRCODE = 'restrict_violation';
        END IF;
        NEW.changed_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entries_guarded BEFORE INSERT OR UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION guard_entry();
CREATE TRIGGER entries_stay BEFORE DELETE ON entries FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION keep_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO entry_versions (tenant, entry, version, round, state, body, membership, on_behalf, reason, at)
    VALUES (NEW.tenant, NEW.id, NEW.version, NEW.round, NEW.state, NEW.body, NEW.membership, NEW.on_behalf, NEW.reason,
        NEW.changed_at);
    RETURN NULL;
END $$;
CREATE TRIGGER entries_kept AFTER INSERT OR UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION keep_entry();

CREATE TABLE proposals (  -- plans put forward for a round; a change makes a new one
    tenant uuid NOT NULL,
    id uuid NOT NULL,
    round uuid NOT NULL,
    run uuid,  -- that made the plan; null for one that people made
    before uuid,  -- which it is a change of
    reason text,  -- why people changed it
    plan bytea NOT NULL,  -- JSON, zlib
    objective bigint NOT NULL,
    breaches jsonb NOT NULL,  -- rules that it breaks by a planner's leave
    changed int NOT NULL,  -- sessions that people moved, took out or put in
    membership uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, round, id),
    FOREIGN KEY (tenant, round) REFERENCES rounds,
    FOREIGN KEY (tenant, run) REFERENCES runs,
    FOREIGN KEY (tenant, round, before) REFERENCES proposals (tenant, round, id),
    FOREIGN KEY (tenant, membership) REFERENCES memberships
);
CREATE TRIGGER proposals_stay BEFORE UPDATE OR DELETE ON proposals FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE rounds ADD FOREIGN KEY (tenant, id, proposal) REFERENCES proposals (tenant, round, id);

CREATE TABLE decisions (  -- on every need, as published
    tenant uuid NOT NULL,
    round uuid NOT NULL,
    need uuid NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('placed', 'partly', 'unplaced')),
    reason jsonb NOT NULL,
    PRIMARY KEY (tenant, round, need),
    FOREIGN KEY (tenant, round, need) REFERENCES entries (tenant, round, id)
);
CREATE TRIGGER decisions_stay BEFORE UPDATE OR DELETE ON decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE offers (  -- sessions that needs were given, to be confirmed
    tenant uuid NOT NULL,
    id uuid NOT NULL,
    round uuid NOT NULL,
    need uuid NOT NULL,
    origin text NOT NULL CHECK (origin IN ('plan', 'waiting', 'counter', 'swap')),
    placement jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'released', 'replaced')),
    confirm_by timestamptz NOT NULL,
    version int NOT NULL DEFAULT 1,
    replaces uuid,
    membership uuid,  -- who answered last
    offered_at timestamptz NOT NULL DEFAULT now(),
    answered_at timestamptz,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, round, id),
    FOREIGN KEY (tenant, round, need) REFERENCES entries (tenant, round, id),
    FOREIGN KEY (tenant, round, replaces) REFERENCES offers (tenant, round, id),
    FOREIGN KEY (tenant, membership) REFERENCES memberships
);
CREATE INDEX offers_of_need ON offers (tenant, round, need);
CREATE INDEX offers_unanswered ON offers (confirm_by) WHERE state = 'open';
CREATE UNIQUE INDEX offers_replaced_once ON offers (tenant, replaces);

CREATE FUNCTION guard_offer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'open' AND NEW.state = 'open' AND NEW.confirm_by > OLD.confirm_by THEN
        OLD.confirm_by := NEW.confirm_by;  -- more time to answer
    ELSIF OLD.state NOT IN ('open', 'accepted') OR NEW.state = 'open' OR (OLD.state = 'accepted'
        AND NEW.state NOT IN ('declined', 'replaced')) THEN
        RAISE EXCEPTION 'a session that is % does not become %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.version <> OLD.version + 1 OR (NEW.tenant, NEW.id, NEW.round, NEW.need, NEW.origin, NEW.placement,
        NEW.confirm_by, NEW.replaces) IS DISTINCT FROM (OLD.tenant, OLD.id, OLD.round, OLD.need, OLD.origin,
        OLD.placement, OLD.confirm_by, OLD.replaces) THEN
        RAISE EXCEPTION 'an answer changes the state of a session and nothing else'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER offers_guarded BEFORE UPDATE ON offers FOR EACH ROW EXECUTE FUNCTION guard_offer();
CREATE TRIGGER offers_stay BEFORE DELETE ON offers FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE replies (  -- everything that was answered to an offer
    tenant uuid NOT NULL,
    id uuid NOT NULL,
    round uuid NOT NULL,
    offer uuid NOT NULL,
    answer text NOT NULL CHECK (answer IN ('accept', 'decline', 'counter', 'swap')),
    spot jsonb,  -- where a counter-offer wants the session
    other uuid,  -- offer to swap with
    granted bool NOT NULL,
    why text,  -- why it is not
    on_behalf bool NOT NULL,
    membership uuid,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, round, offer) REFERENCES offers (tenant, round, id),
    FOREIGN KEY (tenant, round, other) REFERENCES offers (tenant, round, id),
    FOREIGN KEY (tenant, membership) REFERENCES memberships,
    CHECK ((answer = 'counter') = (spot IS NOT NULL)),
    CHECK ((answer = 'swap') = (other IS NOT NULL)),
    CHECK (granted OR why IS NOT NULL)
);
CREATE INDEX replies_to_offer ON replies (tenant, offer, at);
CREATE INDEX swaps_asked ON replies (tenant, other) WHERE answer = 'swap' AND NOT granted;
CREATE TRIGGER replies_stay BEFORE UPDATE OR DELETE ON replies FOR EACH ROW EXECUTE FUNCTION refuse_change();
