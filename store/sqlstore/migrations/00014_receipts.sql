-- +goose Up

-- How often receipts of the tenant changed. Who changes some adds one, under the lock that this row is, and writes the number
-- to them: numbers are committed in their order. Receipts from before all have 0, and are told apart by their IDs.
ALTER TABLE audit_heads ADD COLUMN changes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE receipts ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX receipts_by_change ON receipts (tenant_id, changed, delivery_id, account_id);

-- What came of the requests that API clients sent with an Idempotency-Key: of the key and of what was asked, the SHA-256.
CREATE TABLE answers (
    tenant_id TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    client_id TEXT COLLATE "binary" NOT NULL,
    key       TEXT COLLATE "binary" NOT NULL,
    content   TEXT   NOT NULL,
    result    TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, client_id, key)
);
CREATE INDEX answers_by_time ON answers (tenant_id, at, client_id, key);

-- +goose Down
DROP TABLE answers;
DROP INDEX receipts_by_change;
ALTER TABLE receipts DROP COLUMN changed;
ALTER TABLE audit_heads DROP COLUMN changes;
