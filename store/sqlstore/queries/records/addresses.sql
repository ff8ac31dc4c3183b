-- name: GetAddressRule :one
SELECT everybody, administration FROM address_rules WHERE tenant_id = sqlc.arg(tenant_id);

-- name: SaveAddressRule :exec
INSERT INTO address_rules (tenant_id, everybody, administration) VALUES (?1, ?2, ?3)
ON CONFLICT (tenant_id) DO UPDATE SET everybody = excluded.everybody, administration = excluded.administration;
