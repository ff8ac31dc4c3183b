-- One list in four filters, each the range of its own index. What is joined only takes rows away: the delivery must still
-- stand and the account still reach the office, whatever the receipt's visible says.

-- name: Inbox :many
SELECT r.delivery_id, r.account_id, r.office_id, r.document_id, r.kind, r.acknowledge, r.delivered_at,
    r.viewed_at, r.downloaded_at, r.acknowledged_at, r.unread, d.title, d.file_count, o.name AS office_name
FROM receipts r
JOIN accounts a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
JOIN deliveries v ON v.tenant_id = r.tenant_id AND v.id = r.delivery_id AND v.state = 'delivered'
JOIN offices o ON o.tenant_id = r.tenant_id AND o.id = r.office_id AND o.company_id = a.company_id
JOIN documents d ON d.tenant_id = r.tenant_id AND d.id = r.document_id
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.account_id = sqlc.arg(account_id) AND r.visible = 1
  AND r.unread >= sqlc.arg(least_unread)
  AND (r.unread, r.delivered_at, r.delivery_id) < (sqlc.arg(before_unread), sqlc.arg(before_at), CAST(sqlc.arg(before_id) AS TEXT))
  AND (a.all_offices = 1 OR EXISTS (SELECT 1 FROM account_offices s
       WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.office_id = o.id))
ORDER BY r.unread DESC, r.delivered_at DESC, r.delivery_id DESC LIMIT sqlc.arg(size);

-- name: InboxOfOffice :many
SELECT r.delivery_id, r.account_id, r.office_id, r.document_id, r.kind, r.acknowledge, r.delivered_at,
    r.viewed_at, r.downloaded_at, r.acknowledged_at, r.unread, d.title, d.file_count, o.name AS office_name
FROM receipts r
JOIN accounts a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
JOIN deliveries v ON v.tenant_id = r.tenant_id AND v.id = r.delivery_id AND v.state = 'delivered'
JOIN offices o ON o.tenant_id = r.tenant_id AND o.id = r.office_id AND o.company_id = a.company_id
JOIN documents d ON d.tenant_id = r.tenant_id AND d.id = r.document_id
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.account_id = sqlc.arg(account_id) AND r.visible = 1 AND r.office_id = sqlc.arg(office_id)
  AND r.unread >= sqlc.arg(least_unread)
  AND (r.unread, r.delivered_at, r.delivery_id) < (sqlc.arg(before_unread), sqlc.arg(before_at), CAST(sqlc.arg(before_id) AS TEXT))
  AND (a.all_offices = 1 OR EXISTS (SELECT 1 FROM account_offices s
       WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.office_id = o.id))
ORDER BY r.unread DESC, r.delivered_at DESC, r.delivery_id DESC LIMIT sqlc.arg(size);

-- name: InboxOfKind :many
SELECT r.delivery_id, r.account_id, r.office_id, r.document_id, r.kind, r.acknowledge, r.delivered_at,
    r.viewed_at, r.downloaded_at, r.acknowledged_at, r.unread, d.title, d.file_count, o.name AS office_name
FROM receipts r
JOIN accounts a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
JOIN deliveries v ON v.tenant_id = r.tenant_id AND v.id = r.delivery_id AND v.state = 'delivered'
JOIN offices o ON o.tenant_id = r.tenant_id AND o.id = r.office_id AND o.company_id = a.company_id
JOIN documents d ON d.tenant_id = r.tenant_id AND d.id = r.document_id
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.account_id = sqlc.arg(account_id) AND r.visible = 1 AND r.kind = sqlc.arg(kind)
  AND r.unread >= sqlc.arg(least_unread)
  AND (r.unread, r.delivered_at, r.delivery_id) < (sqlc.arg(before_unread), sqlc.arg(before_at), CAST(sqlc.arg(before_id) AS TEXT))
  AND (a.all_offices = 1 OR EXISTS (SELECT 1 FROM account_offices s
       WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.office_id = o.id))
ORDER BY r.unread DESC, r.delivered_at DESC, r.delivery_id DESC LIMIT sqlc.arg(size);

-- name: InboxOfOfficeKind :many
SELECT r.delivery_id, r.account_id, r.office_id, r.document_id, r.kind, r.acknowledge, r.delivered_at,
    r.viewed_at, r.downloaded_at, r.acknowledged_at, r.unread, d.title, d.file_count, o.name AS office_name
FROM receipts r
JOIN accounts a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
JOIN deliveries v ON v.tenant_id = r.tenant_id AND v.id = r.delivery_id AND v.state = 'delivered'
JOIN offices o ON o.tenant_id = r.tenant_id AND o.id = r.office_id AND o.company_id = a.company_id
JOIN documents d ON d.tenant_id = r.tenant_id AND d.id = r.document_id
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.account_id = sqlc.arg(account_id) AND r.visible = 1 AND r.office_id = sqlc.arg(office_id) AND r.kind = sqlc.arg(kind)
  AND r.unread >= sqlc.arg(least_unread)
  AND (r.unread, r.delivered_at, r.delivery_id) < (sqlc.arg(before_unread), sqlc.arg(before_at), CAST(sqlc.arg(before_id) AS TEXT))
  AND (a.all_offices = 1 OR EXISTS (SELECT 1 FROM account_offices s
       WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.office_id = o.id))
ORDER BY r.unread DESC, r.delivered_at DESC, r.delivery_id DESC LIMIT sqlc.arg(size);
