-- name: AddTask :exec
INSERT INTO tasks (tenant_id, kind, subject, id, due_at, free_at, leased, attempts, lost, failure)
VALUES (?1, ?2, ?3, ?4, ?5, ?5, 0, 0, 0, '')
ON CONFLICT (tenant_id, kind, subject) DO UPDATE SET
    due_at = excluded.due_at, free_at = CASE WHEN tasks.leased = 1 THEN tasks.free_at ELSE excluded.free_at END
WHERE tasks.due_at > excluded.due_at;

-- name: DoneTask :exec
DELETE FROM tasks WHERE tenant_id = sqlc.arg(tenant_id) AND kind = sqlc.arg(kind) AND subject = sqlc.arg(subject);

-- name: GetTask :one
SELECT tenant_id, kind, subject, id, due_at, free_at, leased, attempts, lost, failure
FROM tasks WHERE tenant_id = sqlc.arg(tenant_id) AND kind = sqlc.arg(kind) AND subject = sqlc.arg(subject);

-- name: LeaseTasks :exec
UPDATE tasks SET free_at = sqlc.arg(until), leased = 1, attempts = attempts + 1, lost = lost + leased
WHERE tenant_id = sqlc.arg(tenant_id) AND kind = sqlc.arg(kind) AND subject IN (sqlc.slice(subjects));

-- name: FailTask :exec
UPDATE tasks SET due_at = sqlc.arg(due_at), free_at = sqlc.arg(due_at), leased = 0, failure = sqlc.arg(failure)
WHERE tenant_id = sqlc.arg(tenant_id) AND kind = sqlc.arg(kind) AND subject = sqlc.arg(subject) AND id = sqlc.arg(id)
  AND leased = 1 AND attempts = sqlc.arg(attempts);

-- name: RenewTask :execrows
UPDATE tasks SET free_at = sqlc.arg(until)
WHERE tenant_id = sqlc.arg(tenant_id) AND kind = sqlc.arg(kind) AND subject = sqlc.arg(subject) AND id = sqlc.arg(id)
  AND leased = 1 AND attempts = sqlc.arg(attempts);

-- name: FindFreeTasks :many
SELECT tenant_id, kind, subject, id, due_at, free_at, leased, attempts, lost, failure
FROM tasks WHERE kind = sqlc.arg(kind) AND free_at <= sqlc.arg(now)
ORDER BY free_at, tenant_id, subject LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: CountOwedTasks :many
SELECT kind, COUNT(*) AS tasks FROM tasks WHERE due_at < sqlc.arg(before) GROUP BY kind;
