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

-- +goose Down
DROP INDEX audit_refused;
DROP INDEX audit_by_address;
DROP TABLE address_rules;
