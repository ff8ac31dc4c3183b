-- name: CreateCompany :exec
INSERT INTO companies (tenant_id, id, name, external_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: GetCompany :one
SELECT tenant_id, id, name, external_id, created_at FROM companies WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: GetCompanyByExternalID :one
SELECT tenant_id, id, name, external_id, created_at FROM companies
WHERE tenant_id = sqlc.arg(tenant_id) AND external_id = sqlc.arg(external_id) AND external_id <> '';

-- name: UpdateCompany :execrows
UPDATE companies SET name = sqlc.arg(name), external_id = sqlc.arg(external_id)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: ListCompanies :many
SELECT tenant_id, id, name, external_id, created_at FROM companies
WHERE tenant_id = sqlc.arg(tenant_id) AND (name, id) > (sqlc.arg(after_name), sqlc.arg(after_id))
ORDER BY name, id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: RemoveCompany :execrows
DELETE FROM companies WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: CountOfficesOfCompany :one
SELECT COUNT(*) FROM (SELECT 1 FROM offices o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.company_id = sqlc.arg(company_id)
    LIMIT CAST(sqlc.arg(size) AS BIGINT)) AS counted;

-- name: CountAccountsOfCompany :one
SELECT COUNT(*) FROM (SELECT 1 FROM accounts a WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.company_id = sqlc.arg(company_id)
    LIMIT CAST(sqlc.arg(size) AS BIGINT)) AS counted;
