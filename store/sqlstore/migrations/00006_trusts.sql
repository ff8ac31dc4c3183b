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
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX sign_ins_by_time ON sign_ins (tenant_id, trust_id, at, id);
CREATE INDEX sign_ins_by_outcome ON sign_ins (tenant_id, trust_id, outcome, at, id);
CREATE INDEX sign_ins_by_reference ON sign_ins (tenant_id, reference, at, id);

-- +goose Down
DROP TABLE sign_ins;
