-- One set for SQLite and PostgreSQL: TEXT and BIGINT are the only types, times are microseconds since 1970 in UTC with
-- 0 for "not yet", yes and no are 1 and 0, hashes are hexadecimal. COLLATE "binary" is SQLite's own default; on
-- PostgreSQL it is made from "C" before the first migration, so that both sort by bytes.

-- +goose Up
CREATE TABLE tenants (
    id         TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

-- The end of each tenant's audit chain. PostgreSQL locks this row for every Update of the tenant.
CREATE TABLE audit_heads (
    tenant_id TEXT COLLATE "binary" NOT NULL PRIMARY KEY REFERENCES tenants (id),
    seq       BIGINT NOT NULL,
    hash      TEXT   NOT NULL
);

CREATE TABLE audit_events (
    tenant_id  TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    seq        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    deed       TEXT COLLATE "binary" NOT NULL,
    outcome    TEXT   NOT NULL,
    account_id TEXT COLLATE "binary" NOT NULL,
    name       TEXT   NOT NULL,
    trust_id   TEXT COLLATE "binary" NOT NULL,
    record     TEXT COLLATE "binary" NOT NULL,
    address    TEXT   NOT NULL,
    request_id TEXT   NOT NULL,
    detail     TEXT   NOT NULL,
    prev       TEXT   NOT NULL,
    hash       TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX audit_by_time ON audit_events (tenant_id, at, seq);
CREATE INDEX audit_by_account ON audit_events (tenant_id, account_id, at, seq);
CREATE INDEX audit_by_deed ON audit_events (tenant_id, deed, at, seq);
CREATE INDEX audit_by_record ON audit_events (tenant_id, record, at, seq);

CREATE TABLE companies (
    tenant_id   TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    id          TEXT COLLATE "binary" NOT NULL,
    name        TEXT COLLATE "binary" NOT NULL,
    external_id TEXT COLLATE "binary" NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX companies_by_name ON companies (tenant_id, name, id);
CREATE UNIQUE INDEX companies_by_external_id ON companies (tenant_id, external_id) WHERE external_id <> '';

CREATE TABLE offices (
    tenant_id                   TEXT COLLATE "binary" NOT NULL,
    id                          TEXT COLLATE "binary" NOT NULL,
    company_id                  TEXT COLLATE "binary" NOT NULL,
    name                        TEXT COLLATE "binary" NOT NULL,
    external_id                 TEXT COLLATE "binary" NOT NULL,
    reference_code              TEXT   NOT NULL,
    office_number               TEXT   NOT NULL,
    labor_insurance_number      TEXT   NOT NULL,
    employment_insurance_number TEXT   NOT NULL,
    corporate_number            TEXT   NOT NULL,
    created_at                  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, company_id) REFERENCES companies (tenant_id, id)
);
CREATE INDEX offices_by_company ON offices (tenant_id, company_id, name, id);
CREATE UNIQUE INDEX offices_by_external_id ON offices (tenant_id, external_id) WHERE external_id <> '';

-- A trust's ID appears in URLs, so it is unique in the deployment; tenant_id is the owner. config is the JSON of what
-- no query asks for.
CREATE TABLE trusts (
    tenant_id    TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    id           TEXT COLLATE "binary" NOT NULL PRIMARY KEY,
    name         TEXT   NOT NULL,
    label        TEXT   NOT NULL,
    protocol     TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    just_in_time BIGINT NOT NULL,
    config       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL
);
CREATE INDEX trusts_by_tenant ON trusts (tenant_id, id);
CREATE INDEX trusts_enabled ON trusts (id) WHERE state = 'enabled';

-- Which tenants a trust may admit into, its owner among them. A named tenant need not exist: an administrator cannot
-- find out by asking.
CREATE TABLE trust_tenants (
    tenant_id TEXT COLLATE "binary" NOT NULL,
    trust_id  TEXT COLLATE "binary" NOT NULL REFERENCES trusts (id),
    PRIMARY KEY (tenant_id, trust_id)
);
CREATE INDEX trust_tenants_by_trust ON trust_tenants (trust_id);

CREATE TABLE accounts (
    tenant_id       TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    id              TEXT COLLATE "binary" NOT NULL,
    company_id      TEXT COLLATE "binary",
    trust_id        TEXT COLLATE "binary" NOT NULL,
    subject         TEXT COLLATE "binary" NOT NULL,
    name            TEXT COLLATE "binary" NOT NULL,
    email           TEXT   NOT NULL,
    permissions     BIGINT NOT NULL,
    all_offices     BIGINT NOT NULL,
    state           TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    last_sign_in_at BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, trust_id, subject),
    FOREIGN KEY (tenant_id, company_id) REFERENCES companies (tenant_id, id)
);
CREATE INDEX accounts_by_name ON accounts (tenant_id, name, id);
CREATE INDEX accounts_by_company ON accounts (tenant_id, company_id, name, id);

CREATE TABLE account_offices (
    tenant_id  TEXT COLLATE "binary" NOT NULL,
    account_id TEXT COLLATE "binary" NOT NULL,
    office_id  TEXT COLLATE "binary" NOT NULL,
    PRIMARY KEY (tenant_id, account_id, office_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id),
    FOREIGN KEY (tenant_id, office_id) REFERENCES offices (tenant_id, id)
);

CREATE TABLE documents (
    tenant_id   TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    id          TEXT COLLATE "binary" NOT NULL,
    title       TEXT   NOT NULL,
    kind        TEXT COLLATE "binary" NOT NULL,
    note        TEXT   NOT NULL,
    acknowledge BIGINT NOT NULL,
    created_by  TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    file_count  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX documents_by_time ON documents (tenant_id, created_at, id);
CREATE INDEX documents_by_kind ON documents (tenant_id, kind, created_at, id);

CREATE TABLE files (
    tenant_id   TEXT COLLATE "binary" NOT NULL,
    document_id TEXT COLLATE "binary" NOT NULL,
    position    BIGINT NOT NULL,
    id          TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    media_type  TEXT   NOT NULL,
    size        BIGINT NOT NULL,
    digest      TEXT COLLATE "binary" NOT NULL,
    PRIMARY KEY (tenant_id, document_id, position),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id)
);
CREATE INDEX files_by_digest ON files (tenant_id, digest);

-- kind, document_at, title and file_count repeat the document's, which never change: one office's documents are then an
-- index range, and an account's list is shown without the documents.
CREATE TABLE deliveries (
    tenant_id    TEXT COLLATE "binary" NOT NULL,
    id           TEXT COLLATE "binary" NOT NULL,
    document_id  TEXT COLLATE "binary" NOT NULL,
    office_id    TEXT COLLATE "binary" NOT NULL,
    kind         TEXT COLLATE "binary" NOT NULL,
    document_at  BIGINT NOT NULL,
    title        TEXT   NOT NULL,
    file_count   BIGINT NOT NULL,
    state        TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    delivered_by TEXT   NOT NULL,
    delivered_at BIGINT NOT NULL,
    withdrawn_by TEXT   NOT NULL,
    withdrawn_at BIGINT NOT NULL,
    reason       TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, document_id, office_id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id),
    FOREIGN KEY (tenant_id, office_id) REFERENCES offices (tenant_id, id)
);
CREATE INDEX deliveries_by_office ON deliveries (tenant_id, office_id, document_at, document_id);
CREATE INDEX deliveries_by_office_kind ON deliveries (tenant_id, office_id, kind, document_at, document_id);

-- office_id, document_id, kind, acknowledge and delivered_at repeat what never changes once a delivery is made; unread
-- follows viewed_at, and visible says that the delivery stands and the account reaches the office. With them every
-- list of an account is one range of one index, in the order in which it is shown.
CREATE TABLE receipts (
    tenant_id       TEXT COLLATE "binary" NOT NULL,
    delivery_id     TEXT COLLATE "binary" NOT NULL,
    account_id      TEXT COLLATE "binary" NOT NULL,
    office_id       TEXT COLLATE "binary" NOT NULL,
    document_id     TEXT COLLATE "binary" NOT NULL,
    kind            TEXT COLLATE "binary" NOT NULL,
    acknowledge     BIGINT NOT NULL,
    delivered_at    BIGINT NOT NULL,
    viewed_at       BIGINT NOT NULL,
    downloaded_at   BIGINT NOT NULL,
    acknowledged_at BIGINT NOT NULL,
    unread          BIGINT NOT NULL,
    visible         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, delivery_id, account_id),
    FOREIGN KEY (tenant_id, delivery_id) REFERENCES deliveries (tenant_id, id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id)
);
-- SQLite overlooks receipts_pending unless its key names a column that receipts_inbox lacks, hence acknowledge.
CREATE INDEX receipts_inbox ON receipts (tenant_id, account_id, unread, delivered_at, delivery_id) WHERE visible = 1;
CREATE INDEX receipts_inbox_office ON receipts (tenant_id, account_id, office_id, unread, delivered_at, delivery_id) WHERE visible = 1;
CREATE INDEX receipts_inbox_kind ON receipts (tenant_id, account_id, kind, unread, delivered_at, delivery_id) WHERE visible = 1;
CREATE INDEX receipts_inbox_office_kind ON receipts (tenant_id, account_id, office_id, kind, unread, delivered_at, delivery_id) WHERE visible = 1;
CREATE INDEX receipts_pending ON receipts (tenant_id, account_id, acknowledge) WHERE visible = 1 AND acknowledge = 1 AND acknowledged_at = 0;
CREATE INDEX receipts_hidden ON receipts (tenant_id, account_id) WHERE visible = 0;

-- +goose Down
DROP TABLE receipts;
DROP TABLE deliveries;
DROP TABLE files;
DROP TABLE documents;
DROP TABLE account_offices;
DROP TABLE accounts;
DROP TABLE trust_tenants;
DROP TABLE trusts;
DROP TABLE offices;
DROP TABLE companies;
DROP TABLE audit_events;
DROP TABLE audit_heads;
DROP TABLE tenants;
