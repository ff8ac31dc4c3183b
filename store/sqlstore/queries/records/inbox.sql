-- One list in four filters, each the range of its own index. The joined delivery must still stand, whatever the receipt's
-- visible says. That the row is not the one before follows from the comparison after it, and tells sqlc that the parameter
-- is text; a CAST would shorten SQLite's range.

-- name: Inbox :many
SELECT r.delivery_id, r.office_id, r.document_id, r.kind, r.acknowledge, r.delivered_at,
    r.viewed_at, r.downloaded_at, r.acknowledged_at, v.title, v.file_count
FROM receipts r JOIN deliveries v ON v.tenant_id = r.tenant_id AND v.id = r.delivery_id AND v.state = 'delivered'
WHERE r.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND r.account_id = CAST(sqlc.arg(account_id) AS TEXT) AND r.visible = 1
  AND r.unread >= sqlc.arg(least_unread) AND r.delivery_id <> sqlc.arg(before_id)
  AND (r.unread, r.delivered_at, r.delivery_id) < (sqlc.arg(before_unread), sqlc.arg(before_at), sqlc.arg(before_id))
ORDER BY r.unread DESC, r.delivered_at DESC, r.delivery_id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: InboxOfOffice :many
SELECT r.delivery_id, r.office_id, r.document_id, r.kind, r.acknowledge, r.delivered_at,
    r.viewed_at, r.downloaded_at, r.acknowledged_at, v.title, v.file_count
FROM receipts r JOIN deliveries v ON v.tenant_id = r.tenant_id AND v.id = r.delivery_id AND v.state = 'delivered'
WHERE r.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND r.account_id = CAST(sqlc.arg(account_id) AS TEXT) AND r.visible = 1 AND r.office_id = CAST(sqlc.arg(office_id) AS TEXT)
  AND r.unread >= sqlc.arg(least_unread) AND r.delivery_id <> sqlc.arg(before_id)
  AND (r.unread, r.delivered_at, r.delivery_id) < (sqlc.arg(before_unread), sqlc.arg(before_at), sqlc.arg(before_id))
ORDER BY r.unread DESC, r.delivered_at DESC, r.delivery_id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: InboxOfKind :many
SELECT r.delivery_id, r.office_id, r.document_id, r.kind, r.acknowledge, r.delivered_at,
    r.viewed_at, r.downloaded_at, r.acknowledged_at, v.title, v.file_count
FROM receipts r JOIN deliveries v ON v.tenant_id = r.tenant_id AND v.id = r.delivery_id AND v.state = 'delivered'
WHERE r.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND r.account_id = CAST(sqlc.arg(account_id) AS TEXT) AND r.visible = 1 AND r.kind = CAST(sqlc.arg(kind) AS TEXT)
  AND r.unread >= sqlc.arg(least_unread) AND r.delivery_id <> sqlc.arg(before_id)
  AND (r.unread, r.delivered_at, r.delivery_id) < (sqlc.arg(before_unread), sqlc.arg(before_at), sqlc.arg(before_id))
ORDER BY r.unread DESC, r.delivered_at DESC, r.delivery_id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: InboxOfOfficeKind :many
SELECT r.delivery_id, r.office_id, r.document_id, r.kind, r.acknowledge, r.delivered_at,
    r.viewed_at, r.downloaded_at, r.acknowledged_at, v.title, v.file_count
FROM receipts r JOIN deliveries v ON v.tenant_id = r.tenant_id AND v.id = r.delivery_id AND v.state = 'delivered'
WHERE r.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND r.account_id = CAST(sqlc.arg(account_id) AS TEXT) AND r.visible = 1 AND r.office_id = CAST(sqlc.arg(office_id) AS TEXT) AND r.kind = CAST(sqlc.arg(kind) AS TEXT)
  AND r.unread >= sqlc.arg(least_unread) AND r.delivery_id <> sqlc.arg(before_id)
  AND (r.unread, r.delivered_at, r.delivery_id) < (sqlc.arg(before_unread), sqlc.arg(before_at), sqlc.arg(before_id))
ORDER BY r.unread DESC, r.delivered_at DESC, r.delivery_id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: OfficesInReach :many
SELECT o.id, o.name
FROM accounts a JOIN offices o ON o.tenant_id = a.tenant_id AND o.company_id = a.company_id
WHERE a.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT) AND a.id = CAST(sqlc.arg(account_id) AS TEXT)
  AND (a.all_offices = 1 OR EXISTS (SELECT 1 FROM account_offices s
       WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.office_id = o.id))
  AND o.id IN (sqlc.slice(ids));
