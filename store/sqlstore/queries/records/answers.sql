-- name: GetAnswer :one
SELECT content, result, at FROM answers
WHERE tenant_id = sqlc.arg(tenant_id) AND client_id = sqlc.arg(client_id) AND key = sqlc.arg(key);

-- name: PutAnswer :execrows
INSERT INTO answers (tenant_id, client_id, key, content, result, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (tenant_id, client_id, key) DO NOTHING;

-- name: ForgetAnswers :exec
DELETE FROM answers
WHERE answers.tenant_id = sqlc.arg(tenant_id) AND (answers.client_id, answers.key) IN (SELECT a.client_id, a.key FROM answers a
    WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.at < sqlc.arg(before_at)
    ORDER BY a.at LIMIT CAST(sqlc.arg(size) AS BIGINT));

-- name: ForgetAnswer :exec
DELETE FROM answers
WHERE tenant_id = sqlc.arg(tenant_id) AND client_id = sqlc.arg(client_id) AND key = sqlc.arg(key) AND at < sqlc.arg(before_at);
