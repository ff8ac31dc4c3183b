-- +goose Up

-- From where a tenant's people may come: ranges in CIDR form, apart by spaces. A tenant without a row, or with an empty
-- text, lets them come from anywhere.
CREATE TABLE address_rules (
    tenant_id      TEXT COLLATE "binary" NOT NULL PRIMARY KEY REFERENCES tenants (id),
    everybody      TEXT NOT NULL,
    administration TEXT NOT NULL
);

-- +goose Down
DROP TABLE address_rules;
