-- +goose Up

-- Accounts that have a role carry its permissions themselves, so that whoever asks what an account may do reads one row.
CREATE TABLE roles (
    tenant_id   TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    id          TEXT COLLATE "binary" NOT NULL,
    name        TEXT COLLATE "binary" NOT NULL,
    permissions BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX roles_by_name ON roles (tenant_id, name);

ALTER TABLE accounts ADD COLUMN role_id TEXT COLLATE "binary" NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN rights_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN origin TEXT NOT NULL DEFAULT '';
CREATE INDEX accounts_by_role ON accounts (tenant_id, role_id);
CREATE INDEX account_offices_by_office ON account_offices (tenant_id, office_id);

ALTER TABLE offices ADD COLUMN closed_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX packages_by_office ON packages (tenant_id, office_id) WHERE office_id IS NOT NULL;

-- +goose Down
DROP INDEX packages_by_office;
ALTER TABLE offices DROP COLUMN closed_at;
DROP INDEX account_offices_by_office;
DROP INDEX accounts_by_role;
ALTER TABLE accounts DROP COLUMN origin;
ALTER TABLE accounts DROP COLUMN rights_at;
ALTER TABLE accounts DROP COLUMN role_id;
DROP TABLE roles;
