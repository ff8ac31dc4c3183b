-- name: CreateInventory :exec
INSERT INTO inventories (tenant_id, id, made_at, due_at, made_by, looked, items, open_items, signed_by, signed_name, signed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, '', '', 0);

-- name: CreateInventoryItem :exec
INSERT INTO inventory_items (tenant_id, inventory_id, account_id, name, findings, was, decision, decided_by, decider, decided_at, note)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open', '', '', 0, '');

-- name: GetInventory :one
SELECT tenant_id, id, made_at, due_at, made_by, looked, items, open_items, signed_by, signed_name, signed_at
FROM inventories WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: ListInventories :many
SELECT tenant_id, id, made_at, due_at, made_by, looked, items, open_items, signed_by, signed_name, signed_at
FROM inventories WHERE tenant_id = sqlc.arg(tenant_id) AND id < sqlc.arg(before_id)
ORDER BY id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: GetInventoryItem :one
SELECT tenant_id, inventory_id, account_id, name, findings, was, decision, decided_by, decider, decided_at, note
FROM inventory_items
WHERE tenant_id = sqlc.arg(tenant_id) AND inventory_id = sqlc.arg(inventory_id) AND account_id = sqlc.arg(account_id);

-- name: ListInventoryItems :many
SELECT tenant_id, inventory_id, account_id, name, findings, was, decision, decided_by, decider, decided_at, note
FROM inventory_items
WHERE tenant_id = sqlc.arg(tenant_id) AND inventory_id = sqlc.arg(inventory_id)
  AND (name, account_id) > (sqlc.arg(after_name), sqlc.arg(after_id))
ORDER BY name, account_id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListInventoryItemsOfDecision :many
SELECT tenant_id, inventory_id, account_id, name, findings, was, decision, decided_by, decider, decided_at, note
FROM inventory_items
WHERE tenant_id = sqlc.arg(tenant_id) AND inventory_id = sqlc.arg(inventory_id) AND decision = sqlc.arg(decision)
  AND (name, account_id) > (sqlc.arg(after_name), sqlc.arg(after_id))
ORDER BY name, account_id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: DecideInventoryItem :exec
UPDATE inventory_items SET decision = sqlc.arg(decision), decided_by = sqlc.arg(decided_by), decider = sqlc.arg(decider),
    decided_at = sqlc.arg(decided_at), note = sqlc.arg(note)
WHERE tenant_id = sqlc.arg(tenant_id) AND inventory_id = sqlc.arg(inventory_id) AND account_id = sqlc.arg(account_id);

-- name: CountInventoryDecision :exec
UPDATE inventories SET open_items = open_items + CAST(sqlc.arg(more) AS BIGINT)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: SignInventory :execrows
UPDATE inventories SET signed_by = sqlc.arg(signed_by), signed_name = sqlc.arg(signed_name), signed_at = sqlc.arg(signed_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND signed_by = '' AND open_items = 0;
