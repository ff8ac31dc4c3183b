-- +goose Up

-- Machines that act for a firm. config is JSON: its keys, scopes and offices, and from where it comes.
CREATE TABLE api_clients (
    tenant_id  TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    id         TEXT COLLATE "binary" NOT NULL,
    name       TEXT COLLATE "binary" NOT NULL,
    state      TEXT   NOT NULL,
    config     TEXT   NOT NULL,
    by_id      TEXT   NOT NULL,
    by_name    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX api_clients_by_id ON api_clients (id);
CREATE INDEX api_clients_by_name ON api_clients (tenant_id, name, id);

-- +goose Down
DROP TABLE api_clients;
