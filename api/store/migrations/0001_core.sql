-- Tenants, people and their rights; what was changed by whom; answers kept for repeated requests; scenarios.

CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text NOT NULL,
    limits jsonb NOT NULL DEFAULT '{}',  -- settings of the installation that are other for this tenant
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE people (
    id uuid PRIMARY KEY,
    email text UNIQUE,  -- null once erased; lower case
    name text,
    language text NOT NULL DEFAULT 'fi' CHECK (language IN ('fi', 'sv', 'en')),
    created_at timestamptz NOT NULL DEFAULT now(),
    erased_at timestamptz,
    CHECK (email = lower(email)),
    CHECK (erased_at IS NULL OR (email IS NULL AND name IS NULL))
);

-- One right of one person: a role in a tenant, for an organisation's or an owner's things where the role is so bound.
CREATE TABLE memberships (
    tenant uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    person uuid REFERENCES people,  -- null for machines that only hold a token
    role text NOT NULL CHECK (role IN ('planner', 'clerk', 'owner', 'association', 'stakeholder', 'viewer')),
    organisation text,
    owner text,
    stakeholder text,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    PRIMARY KEY (tenant, id),
    CHECK ((role = 'association') = (organisation IS NOT NULL)),
    CHECK ((role = 'owner') = (owner IS NOT NULL)),
    CHECK ((role = 'stakeholder') = (stakeholder IS NOT NULL))
);
CREATE INDEX memberships_of_person ON memberships (person) WHERE ended_at IS NULL;

CREATE TABLE tokens (
    tenant uuid NOT NULL,
    id uuid NOT NULL,
    membership uuid NOT NULL,
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),  -- SHA-256 of a random secret
    scopes text[] NOT NULL DEFAULT '{read,write}',
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    used_at timestamptz,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, membership) REFERENCES memberships
);

CREATE TABLE audit (
    tenant uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    membership uuid,
    action text NOT NULL,
    kind text NOT NULL,
    thing text NOT NULL,
    data jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, membership) REFERENCES memberships
);
CREATE INDEX audit_of_thing ON audit (tenant, kind, thing, id);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is never changed', lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE answers (  -- to requests that carry an Idempotency-Key
    tenant uuid NOT NULL REFERENCES tenants,
    membership uuid NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request bytea NOT NULL,  -- SHA-256 of method, path and body
    status int NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, membership, key),
    FOREIGN KEY (tenant, membership) REFERENCES memberships
);
CREATE INDEX answers_by_age ON answers (created_at);

CREATE TABLE contents (  -- documents by what is in them
    tenant uuid NOT NULL REFERENCES tenants,
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    kind text NOT NULL CHECK (kind IN ('scenario', 'overlay')),
    body bytea NOT NULL,  -- JSON, zlib
    size int NOT NULL,  -- bytes of the JSON
    PRIMARY KEY (tenant, hash)
);
CREATE TRIGGER contents_stay BEFORE UPDATE OR DELETE ON contents FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE scenarios (
    tenant uuid NOT NULL REFERENCES tenants,
    id text NOT NULL CHECK (length(id) BETWEEN 1 AND 100),
    latest int NOT NULL,
    archived_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id)
);

CREATE TABLE scenario_versions (
    tenant uuid NOT NULL,
    scenario text NOT NULL,
    version int NOT NULL CHECK (version >= 1),
    hash text NOT NULL,
    title text NOT NULL,
    facts jsonb NOT NULL,  -- counts and season, as lists show them
    created_at timestamptz NOT NULL DEFAULT now(),
    membership uuid,
    PRIMARY KEY (tenant, scenario, version),
    FOREIGN KEY (tenant, scenario) REFERENCES scenarios,
    FOREIGN KEY (tenant, hash) REFERENCES contents,
    FOREIGN KEY (tenant, membership) REFERENCES memberships
);
CREATE TRIGGER scenario_versions_stay BEFORE UPDATE OR DELETE ON scenario_versions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
