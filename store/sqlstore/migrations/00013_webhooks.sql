-- +goose Up

-- Addresses that are told what happens. secret is base64 of what was sealed, events a set of bits.
CREATE TABLE webhooks (
    tenant_id  TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    id         TEXT COLLATE "binary" NOT NULL,
    url        TEXT   NOT NULL,
    secret     TEXT   NOT NULL,
    events     BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    by_id      TEXT   NOT NULL,
    by_name    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX webhooks_by_time ON webhooks (tenant_id, created_at, id);

-- What they are told, or were. data is JSON: IDs alone.
CREATE TABLE webhook_messages (
    tenant_id  TEXT COLLATE "binary" NOT NULL,
    id         TEXT COLLATE "binary" NOT NULL,
    webhook_id TEXT COLLATE "binary" NOT NULL,
    event      TEXT   NOT NULL,
    data       TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    since      BIGINT NOT NULL,
    tried_at   BIGINT NOT NULL,
    attempts   BIGINT NOT NULL,
    status     BIGINT NOT NULL,
    failure    TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhooks (tenant_id, id)
);
CREATE INDEX webhook_messages_by_time ON webhook_messages (tenant_id, created_at, id);
CREATE INDEX webhook_messages_by_webhook ON webhook_messages (tenant_id, webhook_id, created_at, id);

-- +goose Down
DROP TABLE webhook_messages;
DROP TABLE webhooks;
