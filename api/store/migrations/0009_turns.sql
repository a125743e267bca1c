-- When a tenant had its last turn: of those with as few runs running, who has waited longest for one comes first.

CREATE INDEX runs_by_start ON runs (tenant, started_at);
