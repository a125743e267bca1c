-- People: how they come in (a link in a mail, an OpenID provider), their browser sessions, and what limits requests.

ALTER TABLE people DROP COLUMN name;  -- a tenant calls its members as it knows them, and no other tenant learns of it
ALTER TABLE people ADD CHECK (erased_at IS NULL OR email IS NULL);
ALTER TABLE memberships ADD COLUMN name text;
ALTER TABLE memberships ADD UNIQUE (tenant, id, person);
CREATE UNIQUE INDEX memberships_once ON memberships
    (tenant, person, role, coalesce(organisation, ''), coalesce(owner, ''), coalesce(stakeholder, ''))
    WHERE ended_at IS NULL AND person IS NOT NULL;
CREATE INDEX tokens_of_membership ON tokens (tenant, membership);

CREATE TABLE links (  -- secrets sent by mail; each opens one session
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('login', 'invitation')),
    hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),  -- SHA-256 of a random secret
    person uuid NOT NULL REFERENCES people,
    tenant uuid,
    membership uuid,  -- of an invitation
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    FOREIGN KEY (tenant, membership, person) REFERENCES memberships (tenant, id, person),
    CHECK ((kind = 'invitation') = (membership IS NOT NULL)),
    CHECK ((tenant IS NULL) = (membership IS NULL))
);
CREATE INDEX links_of_person ON links (person);

CREATE TABLE sessions (  -- of browsers
    id uuid PRIMARY KEY,
    hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),  -- SHA-256 of the cookie, which is random
    person uuid NOT NULL REFERENCES people,
    tenant uuid,
    membership uuid,  -- by which of the person's rights; null until one is chosen
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    FOREIGN KEY (tenant, membership, person) REFERENCES memberships (tenant, id, person),
    CHECK ((tenant IS NULL) = (membership IS NULL))
);
CREATE INDEX sessions_of_person ON sessions (person);

CREATE TABLE identities (  -- whom an OpenID provider means
    issuer text NOT NULL,
    subject text NOT NULL,
    person uuid NOT NULL REFERENCES people,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_of_person ON identities (person);

-- What was asked for in the present window of time; worth nothing after a crash, so it is not logged.
CREATE UNLOGGED TABLE rates (
    key bytea PRIMARY KEY,  -- a hash
    since timestamptz NOT NULL,
    used bigint NOT NULL
);
