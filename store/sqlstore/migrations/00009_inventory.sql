-- +goose Up

-- items and open are counted with each change. An empty signed_by: it was not signed off.
CREATE TABLE inventories (
    tenant_id   TEXT COLLATE "binary" NOT NULL REFERENCES tenants (id),
    id          TEXT COLLATE "binary" NOT NULL,
    made_at     BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    made_by     TEXT   NOT NULL,
    looked      BIGINT NOT NULL,
    items       BIGINT NOT NULL,
    open_items  BIGINT NOT NULL,
    signed_by   TEXT   NOT NULL,
    signed_name TEXT   NOT NULL,
    signed_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- was is JSON of the account as it was, of which no query asks for anything but the name. An item outlives its account.
CREATE TABLE inventory_items (
    tenant_id    TEXT COLLATE "binary" NOT NULL,
    inventory_id TEXT COLLATE "binary" NOT NULL,
    account_id   TEXT COLLATE "binary" NOT NULL,
    name         TEXT COLLATE "binary" NOT NULL,
    findings     BIGINT NOT NULL,
    was          TEXT   NOT NULL,
    decision     TEXT COLLATE "binary" NOT NULL,
    decided_by   TEXT   NOT NULL,
    decider      TEXT   NOT NULL,
    decided_at   BIGINT NOT NULL,
    note         TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, inventory_id, account_id),
    FOREIGN KEY (tenant_id, inventory_id) REFERENCES inventories (tenant_id, id)
);
CREATE INDEX inventory_items_by_name ON inventory_items (tenant_id, inventory_id, name, account_id);
CREATE INDEX inventory_items_by_decision ON inventory_items (tenant_id, inventory_id, decision, name, account_id);

-- +goose Down
DROP TABLE inventory_items;
DROP TABLE inventories;
