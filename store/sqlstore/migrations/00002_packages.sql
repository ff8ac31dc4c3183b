-- +goose Up

-- By which codes an office is named: the ones it carries (taught 0), which follow the office, and the ones it was taught.
-- Version 3 fills in those of offices that were there before: a code is folded in ways that SQL does not have.
CREATE TABLE office_codes (
    tenant_id TEXT COLLATE "binary" NOT NULL,
    system    TEXT COLLATE "binary" NOT NULL,
    code      TEXT COLLATE "binary" NOT NULL,
    office_id TEXT COLLATE "binary" NOT NULL,
    taught    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, system, code, office_id, taught),
    FOREIGN KEY (tenant_id, office_id) REFERENCES offices (tenant_id, id)
);
CREATE INDEX office_codes_by_office ON office_codes (tenant_id, office_id, taught, system, code);
CREATE INDEX offices_by_name ON offices (tenant_id, name, id);

-- origin and parts are JSON of what no query asks for, empty for what a person made; parts stands apart because a list
-- does without.
ALTER TABLE documents ADD COLUMN arrival_number TEXT COLLATE "binary" NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN parts TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN replaces TEXT COLLATE "binary" NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN retain_until TEXT COLLATE "binary" NOT NULL DEFAULT '';
CREATE INDEX documents_by_replaced ON documents (tenant_id, replaces, created_at, id) WHERE replaces <> '';

ALTER TABLE deliveries ADD COLUMN planned_by TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN two_persons BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN approved_by TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN approved_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX deliveries_scheduled ON deliveries (tenant_id, due_at, id) WHERE state = 'scheduled';

CREATE TABLE persons (
    tenant_id   TEXT COLLATE "binary" NOT NULL,
    document_id TEXT COLLATE "binary" NOT NULL,
    position    BIGINT NOT NULL,
    notice      TEXT   NOT NULL,
    number      TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    kana        TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, document_id, position),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id)
);

CREATE INDEX receipts_by_account ON receipts (tenant_id, account_id, delivered_at, delivery_id);

CREATE TABLE tellings (
    tenant_id   TEXT COLLATE "binary" NOT NULL,
    delivery_id TEXT COLLATE "binary" NOT NULL,
    position    BIGINT NOT NULL,
    told_by     TEXT   NOT NULL,
    told_at     BIGINT NOT NULL,
    how         TEXT   NOT NULL,
    note        TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, delivery_id, position),
    FOREIGN KEY (tenant_id, delivery_id) REFERENCES deliveries (tenant_id, id)
);

-- found is the JSON of what no query asks for. notices is a digest of the notices' codes in order, of one length however
-- many there are; stands is 1 unless the package was refused, discarded or is itself a duplicate.
CREATE TABLE packages (
    tenant_id      TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    id             TEXT COLLATE "binary" NOT NULL,
    drop_id        TEXT COLLATE "binary" NOT NULL,
    name           TEXT   NOT NULL,
    digest         TEXT COLLATE "binary" NOT NULL,
    size           BIGINT NOT NULL,
    state          TEXT COLLATE "binary" NOT NULL,
    stands         BIGINT NOT NULL,
    reason         TEXT   NOT NULL,
    received_by    TEXT   NOT NULL,
    received_at    BIGINT NOT NULL,
    sorted_at      BIGINT NOT NULL,
    arrival_number TEXT COLLATE "binary" NOT NULL,
    notices        TEXT COLLATE "binary" NOT NULL,
    title          TEXT   NOT NULL,
    kind           TEXT   NOT NULL,
    found          TEXT   NOT NULL,
    office_id      TEXT COLLATE "binary",
    document_id    TEXT COLLATE "binary",
    version        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, office_id) REFERENCES offices (tenant_id, id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id)
);
CREATE INDEX packages_by_state ON packages (tenant_id, state, received_at, id);
CREATE INDEX packages_by_drop ON packages (tenant_id, drop_id, state, received_at, id);
CREATE INDEX packages_by_digest ON packages (tenant_id, digest, stands, received_at, id);
CREATE INDEX packages_by_arrival ON packages (tenant_id, arrival_number, notices, received_at, id) WHERE stands = 1 AND arrival_number <> '';

CREATE TABLE rules (
    tenant_id    TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    kind         TEXT COLLATE "binary" NOT NULL,
    acknowledge  BIGINT NOT NULL,
    two_persons  BIGINT NOT NULL,
    title        TEXT   NOT NULL,
    retain_years BIGINT NOT NULL,
    remind_days  TEXT   NOT NULL,
    expire_days  BIGINT NOT NULL,
    notify       TEXT   NOT NULL,
    tell_days    TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, kind)
);

CREATE TABLE scans (
    tenant_id TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    digest    TEXT COLLATE "binary" NOT NULL,
    state     TEXT   NOT NULL,
    finding   TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, digest)
);

CREATE TABLE mails (
    tenant_id   TEXT COLLATE "binary" NOT NULL,
    id          TEXT COLLATE "binary" NOT NULL,
    kind        TEXT   NOT NULL,
    account_id  TEXT COLLATE "binary" NOT NULL,
    delivery_id TEXT   NOT NULL,
    state       TEXT COLLATE "binary" NOT NULL,
    created_at  BIGINT NOT NULL,
    sent_at     BIGINT NOT NULL,
    failure     TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id)
);
CREATE INDEX mails_by_state ON mails (tenant_id, state, created_at, id);

CREATE TABLE mail_settings (
    tenant_id  TEXT COLLATE "binary" NOT NULL,
    account_id TEXT COLLATE "binary" NOT NULL,
    muted      BIGINT NOT NULL,
    digest     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id)
);

CREATE TABLE office_mails (
    tenant_id  TEXT COLLATE "binary" NOT NULL,
    office_id  TEXT COLLATE "binary" NOT NULL,
    recipients TEXT   NOT NULL,
    digest     BIGINT NOT NULL,
    named      TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, office_id),
    FOREIGN KEY (tenant_id, office_id) REFERENCES offices (tenant_id, id)
);

-- A task can be taken from free_at on: when it is due, or while it is leased, when the lease ends. lost is how often it was
-- taken then: whoever had it did not come back.
CREATE TABLE tasks (
    tenant_id TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    kind      TEXT COLLATE "binary" NOT NULL,
    subject   TEXT COLLATE "binary" NOT NULL,
    id        TEXT   NOT NULL,
    due_at    BIGINT NOT NULL,
    free_at   BIGINT NOT NULL,
    leased    BIGINT NOT NULL,
    attempts  BIGINT NOT NULL,
    lost      BIGINT NOT NULL,
    failure   TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, kind, subject)
);
CREATE INDEX tasks_free ON tasks (kind, free_at, tenant_id, subject);
CREATE INDEX tasks_due ON tasks (due_at, kind);

-- +goose Down
DROP TABLE tasks;
DROP TABLE office_mails;
DROP TABLE mail_settings;
DROP TABLE mails;
DROP TABLE scans;
DROP TABLE rules;
DROP TABLE packages;
DROP TABLE tellings;
DROP INDEX receipts_by_account;
DROP TABLE persons;
DROP INDEX deliveries_scheduled;
ALTER TABLE deliveries DROP COLUMN approved_at;
ALTER TABLE deliveries DROP COLUMN approved_by;
ALTER TABLE deliveries DROP COLUMN two_persons;
ALTER TABLE deliveries DROP COLUMN expires_at;
ALTER TABLE deliveries DROP COLUMN due_at;
ALTER TABLE deliveries DROP COLUMN planned_by;
DROP INDEX documents_by_replaced;
ALTER TABLE documents DROP COLUMN retain_until;
ALTER TABLE documents DROP COLUMN replaces;
ALTER TABLE documents DROP COLUMN parts;
ALTER TABLE documents DROP COLUMN origin;
ALTER TABLE documents DROP COLUMN arrival_number;
DROP INDEX offices_by_name;
DROP TABLE office_codes;
