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

-- +goose Down
DROP TABLE scim_tokens;
