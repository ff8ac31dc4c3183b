-- +goose Up
-- The newest sign-ins at each trust. tenant_id is the tenant that owns the trust, of_tenant whose account it was.
CREATE TABLE sign_ins (
    tenant_id  TEXT COLLATE "binary" NOT NULL,
    trust_id   TEXT COLLATE "binary" NOT NULL REFERENCES trusts (id) ON DELETE CASCADE,
    id         TEXT COLLATE "binary" NOT NULL,
    at         BIGINT NOT NULL,
    test       BIGINT NOT NULL,
    outcome    TEXT COLLATE "binary" NOT NULL,
    reason     TEXT   NOT NULL,
    account_id TEXT   NOT NULL,
    of_tenant  TEXT   NOT NULL,
    reference  TEXT COLLATE "binary" NOT NULL,
    address    TEXT   NOT NULL,
    trace      TEXT   NOT NULL,
    proof      TEXT COLLATE "binary" NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX sign_ins_by_time ON sign_ins (tenant_id, trust_id, at, id);
CREATE INDEX sign_ins_by_outcome ON sign_ins (tenant_id, trust_id, outcome, at, id);
CREATE INDEX sign_ins_by_proof ON sign_ins (tenant_id, trust_id, proof, at, id);
CREATE INDEX sign_ins_by_reference ON sign_ins (tenant_id, reference, at, id);


DROP INDEX trusts_by_tenant;
CREATE UNIQUE INDEX trusts_by_tenant ON trusts (tenant_id, id);

-- What a trust is to become, and what it was: trust is the JSON of what decides about sign-ins. test is the JSON of the
-- last test, empty before the first.
CREATE TABLE trust_drafts (
    tenant_id TEXT COLLATE "binary" NOT NULL,
    trust_id  TEXT COLLATE "binary" NOT NULL,
    revision  BIGINT NOT NULL,
    trust     TEXT   NOT NULL,
    version   BIGINT NOT NULL,
    by_id     TEXT   NOT NULL,
    by_name   TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    test      TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, trust_id),
    FOREIGN KEY (tenant_id, trust_id) REFERENCES trusts (tenant_id, id)
);

CREATE TABLE trust_versions (
    tenant_id TEXT COLLATE "binary" NOT NULL,
    trust_id  TEXT COLLATE "binary" NOT NULL,
    version   BIGINT NOT NULL,
    trust     TEXT   NOT NULL,
    by_id     TEXT   NOT NULL,
    by_name   TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    note      TEXT   NOT NULL,
    untested  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, trust_id, version),
    FOREIGN KEY (tenant_id, trust_id) REFERENCES trusts (tenant_id, id)
);

-- secret and granted are SHA-256 in hexadecimal, granted empty before the link was opened.
CREATE TABLE setup_links (
    tenant_id  TEXT COLLATE "binary" NOT NULL,
    id         TEXT COLLATE "binary" NOT NULL,
    trust_id   TEXT COLLATE "binary" NOT NULL,
    secret     TEXT COLLATE "binary" NOT NULL,
    by_id      TEXT   NOT NULL,
    by_name    TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    opened_at  BIGINT NOT NULL,
    granted    TEXT COLLATE "binary" NOT NULL,
    ends_at    BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, trust_id) REFERENCES trusts (tenant_id, id)
);
CREATE UNIQUE INDEX setup_links_by_secret ON setup_links (secret);
CREATE INDEX setup_links_by_grant ON setup_links (granted) WHERE granted <> '';
CREATE INDEX setup_links_by_trust ON setup_links (tenant_id, trust_id, id);

-- drafted is the newest revision that a draft of the trust has had: none is ever had twice.
ALTER TABLE trusts ADD COLUMN drafted BIGINT NOT NULL DEFAULT 0;

-- The sign-in page asks for these alone, at every visit: it must not read the metadata that lies between them.
DROP INDEX trusts_enabled;
CREATE INDEX trusts_enabled ON trusts (id, tenant_id, created_at, version) WHERE state = 'enabled';

CREATE INDEX accounts_by_trust ON accounts (trust_id, tenant_id);

-- From where people may come by a trust, as JSON: what an account stands on is read with every request, a whole trust is not.
ALTER TABLE trust_tenants ADD COLUMN allowed TEXT NOT NULL DEFAULT '';

-- The first version of a trust is 1: where versions are compared, 0 stands for the draft.
UPDATE trusts SET version = 1 WHERE version = 0;

-- +goose Down
ALTER TABLE trust_tenants DROP COLUMN allowed;
DROP INDEX accounts_by_trust;
DROP INDEX trusts_enabled;
CREATE INDEX trusts_enabled ON trusts (id) WHERE state = 'enabled';
ALTER TABLE trusts DROP COLUMN drafted;
DROP TABLE setup_links;
DROP TABLE trust_versions;
DROP TABLE trust_drafts;
DROP INDEX trusts_by_tenant;
CREATE INDEX trusts_by_tenant ON trusts (tenant_id, id);
DROP TABLE sign_ins;
