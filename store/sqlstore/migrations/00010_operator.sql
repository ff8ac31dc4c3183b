-- +goose Up
-- The deployment itself has a chain of its own. Its ID is none that a tenant can have.
INSERT INTO tenants (id, name, state, created_at) VALUES ('_deployment', 'deployment', 'system', 0);
INSERT INTO audit_heads (tenant_id, seq, hash) VALUES ('_deployment', 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Days as people write them, 2026-11-22; empty: not agreed.
ALTER TABLE tenants ADD COLUMN contract_from TEXT NOT NULL DEFAULT '';
ALTER TABLE tenants ADD COLUMN contract_until TEXT NOT NULL DEFAULT '';

-- passwords, passkeys and recovery are JSON; secret is base64 of what was sealed.
CREATE TABLE operators (
    tenant_id  TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    id         TEXT COLLATE "binary" NOT NULL,
    name       TEXT COLLATE "binary" NOT NULL,
    passwords  TEXT   NOT NULL,
    changed_at BIGINT NOT NULL,
    secret     TEXT   NOT NULL,
    step       BIGINT NOT NULL,
    passkeys   TEXT   NOT NULL,
    recovery   TEXT   NOT NULL,
    link       TEXT COLLATE "binary" NOT NULL,
    link_ends  BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX operators_by_name ON operators (tenant_id, name);

CREATE TABLE operator_sessions (
    tenant_id   TEXT COLLATE "binary" NOT NULL,
    token       TEXT COLLATE "binary" NOT NULL,
    id          TEXT COLLATE "binary" NOT NULL,
    operator_id TEXT COLLATE "binary" NOT NULL,
    proved      BIGINT NOT NULL,
    began       BIGINT NOT NULL,
    seen        BIGINT NOT NULL,
    ends        BIGINT NOT NULL,
    address     TEXT   NOT NULL,
    device      TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, token),
    FOREIGN KEY (tenant_id, operator_id) REFERENCES operators (tenant_id, id)
);
CREATE INDEX operator_sessions_by_operator ON operator_sessions (tenant_id, operator_id, began, id);

CREATE TABLE operator_tries (
    tenant_id TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    place     TEXT COLLATE "binary" NOT NULL,
    tries     BIGINT NOT NULL,
    last_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, place)
);
CREATE INDEX operator_tries_by_time ON operator_tries (tenant_id, last_at);

CREATE TABLE operator_windows (
    tenant_id TEXT COLLATE "binary" NOT NULL PRIMARY KEY REFERENCES tenants (id),
    until     BIGINT NOT NULL,
    ranges    TEXT   NOT NULL,
    opened_by TEXT   NOT NULL,
    opened_at BIGINT NOT NULL,
    closed    BIGINT NOT NULL
);

-- +goose Down
DROP TABLE operator_windows;
DROP TABLE operator_tries;
DROP TABLE operator_sessions;
DROP TABLE operators;
ALTER TABLE tenants DROP COLUMN contract_until;
ALTER TABLE tenants DROP COLUMN contract_from;
DELETE FROM audit_events WHERE tenant_id = '_deployment';
DELETE FROM audit_heads WHERE tenant_id = '_deployment';
DELETE FROM tenants WHERE id = '_deployment';
