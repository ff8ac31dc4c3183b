-- +goose Up
-- secret is SHA-256 in hexadecimal, revoked_at 0 while a token was not revoked, used_at 0 before its first use.
CREATE TABLE scim_tokens (
    tenant_id  TEXT COLLATE "binary" NOT NULL,
    id         TEXT COLLATE "binary" NOT NULL,
    trust_id   TEXT COLLATE "binary" NOT NULL,
    secret     TEXT COLLATE "binary" NOT NULL,
    name       TEXT   NOT NULL,
    by_id      TEXT   NOT NULL,
    by_name    TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, trust_id) REFERENCES trusts (tenant_id, id)
);
CREATE UNIQUE INDEX scim_tokens_by_secret ON scim_tokens (secret);
CREATE INDEX scim_tokens_by_trust ON scim_tokens (tenant_id, trust_id, id);

-- What provisioning clients said of users and groups. name is in the form in which names are compared, attributes is JSON
-- without a group's members. account_id is empty for a user that is no account, and stays when that one is deleted.
CREATE TABLE provisioned (
    tenant_id   TEXT COLLATE "binary" NOT NULL,
    trust_id    TEXT COLLATE "binary" NOT NULL,
    kind        TEXT COLLATE "binary" NOT NULL,
    id          TEXT COLLATE "binary" NOT NULL,
    name        TEXT COLLATE "binary" NOT NULL,
    external_id TEXT COLLATE "binary" NOT NULL,
    attributes  TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    account_id  TEXT COLLATE "binary" NOT NULL,
    subject     TEXT COLLATE "binary" NOT NULL,
    granted     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, trust_id, kind, id),
    FOREIGN KEY (tenant_id, trust_id) REFERENCES trusts (tenant_id, id)
);
CREATE UNIQUE INDEX provisioned_by_name ON provisioned (tenant_id, trust_id, kind, name);
CREATE UNIQUE INDEX provisioned_by_subject ON provisioned (tenant_id, trust_id, subject) WHERE subject <> '';
CREATE INDEX provisioned_by_external ON provisioned (tenant_id, trust_id, kind, external_id, id);
CREATE INDEX provisioned_by_account ON provisioned (tenant_id, trust_id, kind, account_id, id);

CREATE TABLE provisioned_members (
    tenant_id TEXT COLLATE "binary" NOT NULL,
    trust_id  TEXT COLLATE "binary" NOT NULL,
    group_id  TEXT COLLATE "binary" NOT NULL,
    user_id   TEXT COLLATE "binary" NOT NULL,
    PRIMARY KEY (tenant_id, trust_id, group_id, user_id),
    FOREIGN KEY (tenant_id, trust_id) REFERENCES trusts (tenant_id, id)
);
CREATE INDEX provisioned_members_by_user ON provisioned_members (tenant_id, trust_id, user_id, group_id);

-- Whether an account is disabled because its client said so, and not the firm.
ALTER TABLE accounts ADD COLUMN dismissed BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE accounts DROP COLUMN dismissed;
DROP TABLE provisioned_members;
DROP TABLE provisioned;
DROP TABLE scim_tokens;
