-- name: AddSignIn :execrows
INSERT INTO sign_ins (tenant_id, trust_id, id, at, test, outcome, reason, account_id, of_tenant, reference, address, trace, proof)
SELECT t.tenant_id, t.id, CAST(sqlc.arg(id) AS TEXT), CAST(sqlc.arg(at) AS BIGINT), CAST(sqlc.arg(test) AS BIGINT), CAST(sqlc.arg(outcome) AS TEXT),
    CAST(sqlc.arg(reason) AS TEXT), CAST(sqlc.arg(account_id) AS TEXT), CAST(sqlc.arg(of_tenant) AS TEXT),
    CAST(sqlc.arg(reference) AS TEXT), CAST(sqlc.arg(address) AS TEXT), CAST(sqlc.arg(trace) AS TEXT),
    CAST(sqlc.arg(proof) AS TEXT)
FROM trusts t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.id = sqlc.arg(trust_id);

-- name: FindOldSignIns :many
SELECT id FROM sign_ins WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id)
ORDER BY at DESC, id DESC LIMIT 20 OFFSET CAST(sqlc.arg(kept) AS BIGINT);

-- name: FindOldSignInsOfProof :many
SELECT id FROM sign_ins WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND proof = sqlc.arg(proof)
ORDER BY at DESC, id DESC LIMIT 20 OFFSET CAST(sqlc.arg(kept) AS BIGINT);

-- name: ForgetSignIns :exec
DELETE FROM sign_ins WHERE tenant_id = sqlc.arg(tenant_id) AND id IN (sqlc.slice(ids));

-- name: GetSignIn :one
SELECT tenant_id, trust_id, id, at, test, outcome, reason, account_id, of_tenant, reference, address, trace, proof
FROM sign_ins WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: GetSignInByReference :one
SELECT tenant_id, trust_id, id, at, test, outcome, reason, account_id, of_tenant, reference, address, trace, proof
FROM sign_ins WHERE tenant_id = sqlc.arg(tenant_id) AND reference = sqlc.arg(reference) AND reference <> ''
ORDER BY at DESC, id DESC LIMIT 1;

-- name: LastSignInOfProof :one
SELECT tenant_id, trust_id, id, at, test, outcome, reason, account_id, of_tenant, reference, address, trace, proof
FROM sign_ins WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND proof = sqlc.arg(proof)
ORDER BY at DESC, id DESC LIMIT 1;

-- name: ListSignIns :many
SELECT id, at, test, outcome, reason, account_id, of_tenant, reference, address
FROM sign_ins
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id)
  AND id <> sqlc.arg(before_id) AND (at, id) < (sqlc.arg(before_at), sqlc.arg(before_id))
ORDER BY at DESC, id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListSignInsOfOutcome :many
SELECT id, at, test, outcome, reason, account_id, of_tenant, reference, address
FROM sign_ins
WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND outcome = sqlc.arg(outcome)
  AND id <> sqlc.arg(before_id) AND (at, id) < (sqlc.arg(before_at), sqlc.arg(before_id))
ORDER BY at DESC, id DESC LIMIT CAST(sqlc.arg(size) AS BIGINT);
