-- Comparisons of runs and partnership tables: what is asked, where it is, what was made.

CREATE TABLE studies (
    tenant uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    -- What is asked for; never changed.
    kind text NOT NULL CHECK (kind IN ('comparison', 'table')),
    title text NOT NULL,
    scenario text NOT NULL,
    version int NOT NULL,
    asked jsonb NOT NULL,
    membership uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Where it is.
    status text NOT NULL CHECK (status IN ('open', 'queued', 'running', 'succeeded', 'failed', 'cancelled')),
    attempt int NOT NULL DEFAULT 0,  -- the fence: who writes for an attempt names it
    crashes int NOT NULL DEFAULT 0,  -- attempts that ended without anybody's will
    phase text,
    problem jsonb,
    started_at timestamptz,
    finished_at timestamptz,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, scenario, version) REFERENCES scenario_versions,
    FOREIGN KEY (tenant, membership) REFERENCES memberships,
    CHECK (status <> 'open' OR kind = 'table'),  -- for weights that stakeholders set
    CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK (status <> 'failed' OR problem IS NOT NULL)
);
CREATE INDEX studies_by_kind ON studies (tenant, kind, id);

CREATE FUNCTION guard_study() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('succeeded', 'failed', 'cancelled') THEN
        RAISE EXCEPTION 'study % is %; it is never changed', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('open', 'queued'), ('open', 'cancelled'), ('queued', 'running'), ('queued', 'cancelled'),
        ('running', 'queued'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'cancelled')
    ) THEN
        RAISE EXCEPTION 'a study that is % does not become %', OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'succeeded' AND NOT EXISTS (
        SELECT FROM study_files WHERE (tenant, study) = (NEW.tenant, NEW.id)
    ) THEN
        RAISE EXCEPTION 'study % has no files', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.tenant, NEW.id, NEW.kind, NEW.title, NEW.scenario, NEW.version, NEW.asked, NEW.membership, NEW.created_at)
        IS DISTINCT FROM
       (OLD.tenant, OLD.id, OLD.kind, OLD.title, OLD.scenario, OLD.version, OLD.asked, OLD.membership, OLD.created_at)
    THEN
        RAISE EXCEPTION 'what study % was asked for is never changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER studies_guarded BEFORE UPDATE ON studies FOR EACH ROW EXECUTE FUNCTION guard_study();

CREATE TABLE study_runs (  -- whose results are compared, in order; of a table, the run whose plan holds today
    tenant uuid NOT NULL,
    study uuid NOT NULL,
    place int NOT NULL CHECK (place >= 1),
    run uuid NOT NULL,
    PRIMARY KEY (tenant, study, place),
    FOREIGN KEY (tenant, study) REFERENCES studies,
    FOREIGN KEY (tenant, run) REFERENCES runs
);
CREATE TRIGGER study_runs_stay BEFORE UPDATE ON study_runs FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE table_seats (  -- who sits at a table, and what counts for them
    tenant uuid NOT NULL,
    study uuid NOT NULL,
    stakeholder text NOT NULL,
    place int NOT NULL CHECK (place >= 1),
    name text NOT NULL,
    counts jsonb NOT NULL,  -- percent by rule, or by family of rules
    why text,
    version int NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant, study, stakeholder),
    UNIQUE (tenant, study, place),
    FOREIGN KEY (tenant, study) REFERENCES studies
);
CREATE FUNCTION guard_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM studies WHERE (tenant, id) = (NEW.tenant, NEW.study) AND status = 'open') THEN
        RAISE EXCEPTION 'table % has started', NEW.study USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER table_seats_of_open BEFORE INSERT OR UPDATE ON table_seats FOR EACH ROW EXECUTE FUNCTION guard_seat();

CREATE TABLE study_files (  -- what a study made, put in once, when it ends
    tenant uuid NOT NULL,
    study uuid NOT NULL,
    name text NOT NULL,
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),  -- SHA-256 of the file
    body bytea NOT NULL,  -- gzip
    PRIMARY KEY (tenant, study, name),
    FOREIGN KEY (tenant, study) REFERENCES studies
);
ALTER TABLE study_files ALTER body SET STORAGE EXTERNAL;
CREATE TRIGGER study_files_stay BEFORE UPDATE ON study_files FOR EACH ROW EXECUTE FUNCTION refuse_change();
