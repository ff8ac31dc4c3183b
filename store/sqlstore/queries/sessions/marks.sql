-- name: PutMark :execrows
INSERT INTO marks (name, value, expires) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING;

-- name: ForgetMark :exec
DELETE FROM marks WHERE name = sqlc.arg(name) AND expires <= sqlc.arg(now);

-- name: TakeMark :one
DELETE FROM marks WHERE name = sqlc.arg(name) AND expires > sqlc.arg(now) RETURNING value;

-- name: PeekMark :one
SELECT value FROM marks WHERE name = sqlc.arg(name) AND expires > sqlc.arg(now);

-- name: SweepMarks :execrows
DELETE FROM marks WHERE name IN (SELECT m.name FROM marks m WHERE m.expires <= sqlc.arg(now) ORDER BY m.expires LIMIT sqlc.arg(size));
