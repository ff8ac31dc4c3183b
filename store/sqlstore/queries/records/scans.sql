-- name: SaveScan :exec
INSERT INTO scans (tenant_id, digest, state, finding, at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (tenant_id, digest) DO UPDATE SET state = excluded.state, finding = excluded.finding, at = excluded.at;

-- name: GetScan :one
SELECT tenant_id, digest, state, finding, at FROM scans WHERE tenant_id = sqlc.arg(tenant_id) AND digest = sqlc.arg(digest);

-- name: CountScans :one
SELECT COUNT(*) AS files, COUNT(CASE WHEN s.state = 'clean' THEN 1 END) AS clean, COUNT(CASE WHEN s.state = 'found' THEN 1 END) AS found
FROM files f LEFT JOIN scans s ON s.tenant_id = f.tenant_id AND s.digest = f.digest
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.document_id = sqlc.arg(document_id);

-- name: GetHeldDeliveries :many
SELECT DISTINCT v.id
FROM files f JOIN deliveries v ON v.tenant_id = f.tenant_id AND v.document_id = f.document_id
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.digest = sqlc.arg(digest) AND v.state = 'scheduled'
ORDER BY v.id;
