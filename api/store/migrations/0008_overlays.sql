-- Overlays: named what-ifs over a scenario, with versions that never change.

CREATE TABLE overlays (
    tenant uuid NOT NULL,
    scenario text NOT NULL,
    id text NOT NULL CHECK (length(id) BETWEEN 1 AND 100),
    latest int NOT NULL,
    archived_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, scenario, id),
    FOREIGN KEY (tenant, scenario) REFERENCES scenarios
);

CREATE TABLE overlay_versions (
    tenant uuid NOT NULL,
    scenario text NOT NULL,
    overlay text NOT NULL,
    version int NOT NULL CHECK (version >= 1),
    hash text NOT NULL,
    title text NOT NULL,
    over int NOT NULL,  -- version of the scenario that it was checked against
    created_at timestamptz NOT NULL DEFAULT now(),
    membership uuid,
    PRIMARY KEY (tenant, scenario, overlay, version),
    FOREIGN KEY (tenant, scenario, overlay) REFERENCES overlays,
    FOREIGN KEY (tenant, scenario, over) REFERENCES scenario_versions,
    FOREIGN KEY (tenant, hash) REFERENCES contents,
    FOREIGN KEY (tenant, membership) REFERENCES memberships
);
CREATE TRIGGER overlay_versions_stay BEFORE UPDATE OR DELETE ON overlay_versions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
