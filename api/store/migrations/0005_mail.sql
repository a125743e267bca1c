-- Mails on their way out: each told once, and handed to the mail server once, whatever dies in between.

CREATE TABLE mails (
    tenant uuid NOT NULL REFERENCES tenants,
    id uuid NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 400),  -- what it tells to whom; told once
    kind text NOT NULL,
    person uuid REFERENCES people,
    address text,  -- of somebody who is not known yet; null once forgotten
    language text CHECK (language IN ('fi', 'sv', 'en')),  -- null: the person's own
    tells jsonb,  -- null once scrubbed
    secret boolean NOT NULL,  -- it holds a link that lets in whoever has it
    ends_at timestamptz,  -- not sent after that
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'claimed', 'handing_over', 'sent', 'unsure', 'failed', 'dropped')),
    fence int NOT NULL DEFAULT 0,  -- number of the claim; a sender writes only under its own
    lease_until timestamptz,
    tries int NOT NULL DEFAULT 0,
    next_try timestamptz NOT NULL DEFAULT now(),
    reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, key),
    CHECK (person IS NULL OR address IS NULL),
    CHECK ((state IN ('claimed', 'handing_over')) = (lease_until IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CHECK (NOT (secret AND state IN ('sent', 'dropped') AND tells IS NOT NULL)),
    CHECK (NOT secret OR ends_at IS NOT NULL)
);
CREATE INDEX mails_due ON mails (next_try) WHERE state = 'waiting';
CREATE INDEX mails_held ON mails (lease_until) WHERE state IN ('claimed', 'handing_over');
CREATE INDEX mails_open ON mails (state) WHERE state NOT IN ('sent', 'dropped');
CREATE INDEX mails_of_person ON mails (person);
CREATE INDEX mails_of_address ON mails (address) WHERE address IS NOT NULL;

CREATE FUNCTION mail_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND NEW.state <> ALL (CASE OLD.state
        WHEN 'waiting' THEN '{claimed,dropped}'::text[]
        WHEN 'claimed' THEN '{waiting,handing_over,failed,dropped}'
        WHEN 'handing_over' THEN '{waiting,sent,unsure,failed}'
        WHEN 'unsure' THEN '{waiting,sent,failed,dropped}'
        WHEN 'failed' THEN '{waiting,dropped}'
        ELSE '{}' END)
    THEN
        RAISE EXCEPTION 'a mail that is % does not become %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mails_move BEFORE UPDATE ON mails FOR EACH ROW EXECUTE FUNCTION mail_moves();
