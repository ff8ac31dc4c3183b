-- Whether an account reaches an office (store.Account.Reaches) is said here the same way each time: both of one company,
-- and the office among all of them or in the account's list.
-- What changes a receipt writes the next number of the tenant's changes to it, and whoever did calls NoteChanges.

-- name: OpenReceiptsOfDelivery :execrows
INSERT INTO receipts (tenant_id, delivery_id, account_id, office_id, document_id, kind, acknowledge, delivered_at,
    viewed_at, downloaded_at, acknowledged_at, unread, visible, changed)
SELECT v.tenant_id, v.id, a.id, v.office_id, v.document_id, v.kind, d.acknowledge, v.delivered_at, 0, 0, 0, 1, 1, h.changes + 1
FROM deliveries v
JOIN documents d ON d.tenant_id = v.tenant_id AND d.id = v.document_id
JOIN offices o ON o.tenant_id = v.tenant_id AND o.id = v.office_id
JOIN accounts a ON a.tenant_id = o.tenant_id AND a.company_id = o.company_id
JOIN audit_heads h ON h.tenant_id = v.tenant_id
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.id = sqlc.arg(delivery_id) AND v.state = 'delivered' AND a.state = 'active'
  AND (a.all_offices = 1 OR EXISTS (SELECT 1 FROM account_offices s
       WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.office_id = o.id));

-- name: OpenReceiptsOfAccount :execrows
INSERT INTO receipts (tenant_id, delivery_id, account_id, office_id, document_id, kind, acknowledge, delivered_at,
    viewed_at, downloaded_at, acknowledged_at, unread, visible, changed)
SELECT v.tenant_id, v.id, a.id, v.office_id, v.document_id, v.kind, d.acknowledge, v.delivered_at, 0, 0, 0, 1, 1, h.changes + 1
FROM accounts a
JOIN offices o ON o.tenant_id = a.tenant_id AND o.company_id = a.company_id
JOIN deliveries v ON v.tenant_id = o.tenant_id AND v.office_id = o.id
JOIN documents d ON d.tenant_id = v.tenant_id AND d.id = v.document_id
JOIN audit_heads h ON h.tenant_id = a.tenant_id
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.id = sqlc.arg(account_id) AND v.state = 'delivered' AND a.state = 'active'
  AND (a.all_offices = 1 OR EXISTS (SELECT 1 FROM account_offices s
       WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.office_id = o.id))
ON CONFLICT (tenant_id, delivery_id, account_id) DO NOTHING;

-- name: HideReceiptsOfDelivery :execrows
-- What was hidden before has changed as well: its delivery does not stand any more.
UPDATE receipts SET visible = 0, changed = (SELECT h.changes + 1 FROM audit_heads h WHERE h.tenant_id = receipts.tenant_id)
WHERE receipts.tenant_id = sqlc.arg(tenant_id) AND receipts.delivery_id = sqlc.arg(delivery_id);

-- name: HideReceiptsOutOfReach :execrows
UPDATE receipts SET visible = 0, changed = (SELECT h.changes + 1 FROM audit_heads h WHERE h.tenant_id = receipts.tenant_id)
WHERE receipts.tenant_id = sqlc.arg(tenant_id) AND receipts.account_id = sqlc.arg(account_id) AND receipts.visible = 1
  AND NOT EXISTS (SELECT 1 FROM accounts a JOIN offices o ON o.tenant_id = a.tenant_id AND o.company_id = a.company_id
    WHERE a.tenant_id = receipts.tenant_id AND a.id = receipts.account_id AND o.id = receipts.office_id
      AND (a.all_offices = 1 OR EXISTS (SELECT 1 FROM account_offices s
           WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.office_id = o.id)));

-- name: ShowReceiptsInReach :execrows
UPDATE receipts SET visible = 1, changed = (SELECT h.changes + 1 FROM audit_heads h WHERE h.tenant_id = receipts.tenant_id)
WHERE receipts.tenant_id = sqlc.arg(tenant_id) AND receipts.account_id = sqlc.arg(account_id) AND receipts.visible = 0
  AND EXISTS (SELECT 1 FROM deliveries v
    WHERE v.tenant_id = receipts.tenant_id AND v.id = receipts.delivery_id AND v.state = 'delivered')
  AND EXISTS (SELECT 1 FROM accounts a JOIN offices o ON o.tenant_id = a.tenant_id AND o.company_id = a.company_id
    WHERE a.tenant_id = receipts.tenant_id AND a.id = receipts.account_id AND o.id = receipts.office_id
      AND (a.all_offices = 1 OR EXISTS (SELECT 1 FROM account_offices s
           WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.office_id = o.id)));

-- name: GetReceipt :one
SELECT tenant_id, delivery_id, account_id, office_id, document_id, kind, acknowledge, delivered_at,
    viewed_at, downloaded_at, acknowledged_at, unread, visible
FROM receipts WHERE tenant_id = sqlc.arg(tenant_id) AND delivery_id = sqlc.arg(delivery_id) AND account_id = sqlc.arg(account_id);

-- name: RecordViewed :execrows
UPDATE receipts SET viewed_at = sqlc.arg(at), unread = 0, changed = (SELECT h.changes + 1 FROM audit_heads h WHERE h.tenant_id = receipts.tenant_id)
WHERE receipts.tenant_id = sqlc.arg(tenant_id) AND delivery_id = sqlc.arg(delivery_id) AND account_id = sqlc.arg(account_id)
  AND visible = 1 AND viewed_at = 0;

-- name: RecordDownloaded :execrows
UPDATE receipts SET downloaded_at = sqlc.arg(at), changed = (SELECT h.changes + 1 FROM audit_heads h WHERE h.tenant_id = receipts.tenant_id)
WHERE receipts.tenant_id = sqlc.arg(tenant_id) AND delivery_id = sqlc.arg(delivery_id) AND account_id = sqlc.arg(account_id)
  AND visible = 1 AND downloaded_at = 0;

-- name: RecordAcknowledged :execrows
UPDATE receipts SET acknowledged_at = sqlc.arg(at), changed = (SELECT h.changes + 1 FROM audit_heads h WHERE h.tenant_id = receipts.tenant_id)
WHERE receipts.tenant_id = sqlc.arg(tenant_id) AND delivery_id = sqlc.arg(delivery_id) AND account_id = sqlc.arg(account_id)
  AND visible = 1 AND acknowledged_at = 0;

-- name: CountUnread :one
SELECT COUNT(*) FROM (SELECT 1 FROM receipts r
    WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.account_id = sqlc.arg(account_id) AND r.visible = 1 AND r.unread = 1
    LIMIT CAST(sqlc.arg(size) AS BIGINT)) AS counted;

-- name: CountVisible :one
SELECT COUNT(*) FROM (SELECT 1 FROM receipts r
    WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.account_id = sqlc.arg(account_id) AND r.visible = 1
    LIMIT CAST(sqlc.arg(size) AS BIGINT)) AS counted;

-- name: CountPending :one
SELECT COUNT(*) FROM (SELECT 1 FROM receipts r
    WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.account_id = sqlc.arg(account_id) AND r.visible = 1
      AND r.acknowledge = 1 AND r.acknowledged_at = 0
    LIMIT CAST(sqlc.arg(size) AS BIGINT)) AS counted;

-- name: ListReceiptsOfDocument :many
SELECT r.delivery_id, r.account_id, r.office_id, r.delivered_at, r.viewed_at, r.downloaded_at, r.acknowledged_at,
    a.name AS account_name, o.name AS office_name
FROM deliveries v
JOIN offices o ON o.tenant_id = v.tenant_id AND o.id = v.office_id
JOIN receipts r ON r.tenant_id = v.tenant_id AND r.delivery_id = v.id
JOIN accounts a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.document_id = sqlc.arg(document_id)
  AND (o.name, a.name, r.delivery_id, r.account_id) > (sqlc.arg(after_office), sqlc.arg(after_name), sqlc.arg(after_delivery), sqlc.arg(after_account))
ORDER BY o.name, a.name, r.delivery_id, r.account_id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListReceiptsOfDelivery :many
SELECT r.delivery_id, r.account_id, r.office_id, r.delivered_at, r.viewed_at, r.downloaded_at, r.acknowledged_at,
    a.name AS account_name, o.name AS office_name
FROM receipts r
JOIN accounts a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
JOIN offices o ON o.tenant_id = r.tenant_id AND o.id = r.office_id
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.delivery_id = sqlc.arg(delivery_id) AND r.account_id > sqlc.arg(after_account)
ORDER BY r.account_id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: CountCells :many
SELECT v.id, v.document_id, v.office_id, v.state, COUNT(r.account_id) AS recipients,
    COUNT(CASE WHEN r.viewed_at > 0 THEN 1 END) AS viewed,
    COUNT(CASE WHEN r.downloaded_at > 0 THEN 1 END) AS downloaded,
    COUNT(CASE WHEN r.acknowledged_at > 0 THEN 1 END) AS acknowledged
FROM deliveries v LEFT JOIN receipts r ON r.tenant_id = v.tenant_id AND r.delivery_id = v.id
WHERE v.tenant_id = CAST(sqlc.arg(tenant_id) AS TEXT)
  AND v.document_id IN (sqlc.slice(documents)) AND v.office_id IN (sqlc.slice(offices))
GROUP BY v.id, v.document_id, v.office_id, v.state;

-- name: NoteChanges :exec
UPDATE audit_heads SET changes = changes + 1 WHERE tenant_id = sqlc.arg(tenant_id);

-- name: CountChanges :one
SELECT changes FROM audit_heads WHERE tenant_id = sqlc.arg(tenant_id);

-- The first OR is true: sqlc takes from it that these are texts, and a CAST would keep SQLite from the index.
-- name: ListReceiptChanges :many
SELECT r.changed, r.delivery_id, r.account_id, r.office_id, r.document_id, r.delivered_at, r.viewed_at, r.downloaded_at, r.acknowledged_at, r.visible, v.state
FROM receipts r JOIN deliveries v ON v.tenant_id = r.tenant_id AND v.id = r.delivery_id
WHERE r.tenant_id = sqlc.arg(tenant_id) AND (1 = 1 OR r.delivery_id = sqlc.arg(after_delivery) OR r.account_id = sqlc.arg(after_account))
  AND (r.changed, r.delivery_id, r.account_id) > (sqlc.arg(after_change), sqlc.arg(after_delivery), sqlc.arg(after_account))
ORDER BY r.changed, r.delivery_id, r.account_id LIMIT CAST(sqlc.arg(size) AS BIGINT);
