-- +goose Up

-- From where a tenant's people may come: ranges in CIDR form, apart by spaces. A tenant without a row, or with an empty
-- text, lets them come from anywhere.
CREATE TABLE address_rules (
    tenant_id      TEXT COLLATE "binary" NOT NULL PRIMARY KEY REFERENCES tenants (id),
    everybody      TEXT NOT NULL,
    administration TEXT NOT NULL
);

-- By what else the log is looked through: from where, and what was refused.
CREATE INDEX audit_by_address ON audit_events (tenant_id, address, at, seq);
CREATE INDEX audit_refused ON audit_events (tenant_id, at, seq) WHERE outcome = 'refused';

-- Warnings and errors of the service. tenant_id is empty where no firm is known, and may name one that is not there: it is
-- what a line of the log said. folded is what is looked for words in.
CREATE TABLE system_events (
    id         TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    at         BIGINT NOT NULL,
    last_at    BIGINT NOT NULL,
    count      BIGINT NOT NULL,
    level      TEXT   NOT NULL,
    message    TEXT   NOT NULL,
    attributes TEXT   NOT NULL,
    tenant_id  TEXT COLLATE "binary" NOT NULL,
    instance   TEXT   NOT NULL,
    folded     TEXT   NOT NULL
);
CREATE INDEX system_events_by_time ON system_events (at, id);
CREATE INDEX system_events_by_tenant ON system_events (tenant_id, at, id);
CREATE INDEX system_events_by_last ON system_events (last_at);

-- +goose Down
DROP TABLE system_events;
DROP INDEX audit_refused;
DROP INDEX audit_by_address;
DROP TABLE address_rules;
