-- Runs: what is asked of the solver, where it is, what it made. Jobs that take them are Procrastinate's (api.store.queue).

CREATE TABLE queue_schema (  -- up to which of Procrastinate's migrations its tables are, and of which version that was
    step text NOT NULL,
    version text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sweeps (  -- many runs that belong together
    tenant uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    title text NOT NULL,
    study jsonb NOT NULL,  -- as it was asked for
    overlays jsonb NOT NULL,  -- of the base that its plans are measured by
    created_at timestamptz NOT NULL DEFAULT now(),
    membership uuid,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, membership) REFERENCES memberships
);
CREATE TRIGGER sweeps_stay BEFORE UPDATE ON sweeps FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE runs (
    tenant uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    -- What is asked for; never changed.
    scenario text NOT NULL,
    version int NOT NULL,
    overlays jsonb NOT NULL DEFAULT '[]',
    seconds double precision NOT NULL CHECK (seconds > 0),
    gap double precision NOT NULL CHECK (gap >= 0),
    seed int NOT NULL CHECK (seed >= 0),
    threads int NOT NULL CHECK (threads >= 1),
    steps int CHECK (steps >= 1),
    opened text[],
    start uuid,  -- run whose plan it starts from
    priority text NOT NULL CHECK (priority IN ('high', 'normal', 'low')),
    sweep uuid,
    label text,  -- in its sweep
    membership uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Where it is.
    status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    attempt int NOT NULL DEFAULT 0,  -- the fence: who writes for an attempt names it
    crashes int NOT NULL DEFAULT 0,  -- attempts that ended without anybody's will
    worker text,
    started_at timestamptz,
    heartbeat_at timestamptz,
    finished_at timestamptz,
    used double precision NOT NULL DEFAULT 0,  -- seconds of all attempts
    stopping boolean NOT NULL DEFAULT false,
    cancelling boolean NOT NULL DEFAULT false,
    phase text,
    objective bigint,
    bound bigint,
    outcome text,  -- what the result says: optimal, feasible, ...
    problem jsonb,
    events int NOT NULL DEFAULT 0,  -- number of its last event
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, scenario, version) REFERENCES scenario_versions,
    FOREIGN KEY (tenant, start) REFERENCES runs,
    FOREIGN KEY (tenant, sweep) REFERENCES sweeps,
    FOREIGN KEY (tenant, membership) REFERENCES memberships,
    CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK ((status = 'succeeded') = (outcome IS NOT NULL)),
    CHECK (status <> 'failed' OR problem IS NOT NULL)
) WITH (fillfactor = 70);
CREATE INDEX runs_by_status ON runs (tenant, status, id);
CREATE INDEX runs_by_scenario ON runs (tenant, scenario, id);
CREATE INDEX runs_of_sweep ON runs (tenant, sweep, id) WHERE sweep IS NOT NULL;
CREATE INDEX runs_waiting ON runs (tenant, id) WHERE status = 'queued';
CREATE INDEX runs_going_on ON runs (tenant) WHERE status = 'running';

CREATE FUNCTION guard_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('succeeded', 'failed', 'cancelled') THEN
        RAISE EXCEPTION 'run % is %; it is never changed', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('queued', 'running'), ('queued', 'cancelled'),
        ('running', 'queued'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'cancelled')
    ) THEN
        RAISE EXCEPTION 'a run that is % does not become %', OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.attempt <> OLD.attempt + (OLD.status = 'queued' AND NEW.status = 'running')::int THEN
        RAISE EXCEPTION 'an attempt begins when a queued run starts, and only then' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'succeeded' AND NOT EXISTS (
        SELECT FROM run_files WHERE (tenant, run, name) = (NEW.tenant, NEW.id, 'result.json')
    ) THEN
        RAISE EXCEPTION 'run % has no result', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.tenant, NEW.id, NEW.scenario, NEW.version, NEW.overlays, NEW.seconds, NEW.gap, NEW.seed, NEW.threads,
        NEW.steps, NEW.opened, NEW.start, NEW.priority, NEW.sweep, NEW.label, NEW.membership, NEW.created_at)
        IS DISTINCT FROM
       (OLD.tenant, OLD.id, OLD.scenario, OLD.version, OLD.overlays, OLD.seconds, OLD.gap, OLD.seed, OLD.threads,
        OLD.steps, OLD.opened, OLD.start, OLD.priority, OLD.sweep, OLD.label, OLD.membership, OLD.created_at) THEN
        RAISE EXCEPTION 'what run % was asked for is never changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER runs_guarded BEFORE UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION guard_run();

CREATE TABLE run_plans (  -- the best plan of a run so far
    tenant uuid NOT NULL,
    run uuid NOT NULL,
    attempt int NOT NULL,
    objective bigint NOT NULL,
    body bytea NOT NULL,  -- JSON, gzip
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, run),
    FOREIGN KEY (tenant, run) REFERENCES runs ON DELETE CASCADE
);

CREATE TABLE run_files (  -- what a run made, put in once, when it ends
    tenant uuid NOT NULL,
    run uuid NOT NULL,
    name text NOT NULL,
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),  -- SHA-256 of the body
    body bytea NOT NULL,  -- gzip
    PRIMARY KEY (tenant, run, name),
    FOREIGN KEY (tenant, run) REFERENCES runs ON DELETE CASCADE
);
ALTER TABLE run_files ALTER body SET STORAGE EXTERNAL;
ALTER TABLE run_plans ALTER body SET STORAGE EXTERNAL;
CREATE TRIGGER run_files_stay BEFORE UPDATE ON run_files FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION guard_run_writes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM runs WHERE (tenant, id) = (NEW.tenant, NEW.run) AND status = 'running') THEN
        RAISE EXCEPTION 'run % is not running', NEW.run USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER run_files_of_running BEFORE INSERT ON run_files FOR EACH ROW EXECUTE FUNCTION guard_run_writes();
CREATE TRIGGER run_plans_of_running BEFORE INSERT OR UPDATE ON run_plans
    FOR EACH ROW EXECUTE FUNCTION guard_run_writes();

CREATE TABLE run_events (  -- what happened to a run, numbered from 1
    tenant uuid NOT NULL,
    run uuid NOT NULL,
    number int NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    data jsonb NOT NULL DEFAULT '{}' CHECK (octet_length(data::text) < 6000),  -- a notification holds 8000 bytes
    PRIMARY KEY (tenant, run, number),
    FOREIGN KEY (tenant, run) REFERENCES runs ON DELETE CASCADE
);
CREATE TRIGGER run_events_stay BEFORE UPDATE ON run_events FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION tell_run_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('run_events', json_build_object('tenant', NEW.tenant, 'run', NEW.run, 'number', NEW.number,
        'at', NEW.at, 'kind', NEW.kind, 'data', NEW.data)::text);
    RETURN NEW;
END $$;
CREATE TRIGGER run_events_told AFTER INSERT ON run_events FOR EACH ROW EXECUTE FUNCTION tell_run_event();
