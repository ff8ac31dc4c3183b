-- name: CreateOffice :exec
INSERT INTO offices (tenant_id, id, company_id, name, external_id, reference_code, office_number,
    labor_insurance_number, employment_insurance_number, corporate_number, created_at, closed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: GetOffice :one
SELECT tenant_id, id, company_id, name, external_id, reference_code, office_number,
    labor_insurance_number, employment_insurance_number, corporate_number, created_at, closed_at
FROM offices WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: GetOfficeByExternalID :one
SELECT tenant_id, id, company_id, name, external_id, reference_code, office_number,
    labor_insurance_number, employment_insurance_number, corporate_number, created_at, closed_at
FROM offices WHERE tenant_id = sqlc.arg(tenant_id) AND external_id = sqlc.arg(external_id) AND external_id <> '';

-- name: UpdateOffice :execrows
UPDATE offices SET name = sqlc.arg(name), external_id = sqlc.arg(external_id), reference_code = sqlc.arg(reference_code),
    office_number = sqlc.arg(office_number), labor_insurance_number = sqlc.arg(labor_insurance_number),
    employment_insurance_number = sqlc.arg(employment_insurance_number), corporate_number = sqlc.arg(corporate_number),
    closed_at = sqlc.arg(closed_at)
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: ListOffices :many
SELECT tenant_id, id, company_id, name, external_id, reference_code, office_number,
    labor_insurance_number, employment_insurance_number, corporate_number, created_at, closed_at
FROM offices
WHERE tenant_id = sqlc.arg(tenant_id) AND (company_id, name, id) > (sqlc.arg(after_company), sqlc.arg(after_name), sqlc.arg(after_id))
ORDER BY company_id, name, id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListOfficesOfCompany :many
SELECT tenant_id, id, company_id, name, external_id, reference_code, office_number,
    labor_insurance_number, employment_insurance_number, corporate_number, created_at, closed_at
FROM offices
WHERE tenant_id = sqlc.arg(tenant_id) AND company_id = sqlc.arg(company_id) AND (name, id) > (sqlc.arg(after_name), sqlc.arg(after_id))
ORDER BY name, id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: RemoveOffice :execrows
DELETE FROM offices WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- name: RemoveOfficeCodes :exec
DELETE FROM office_codes WHERE tenant_id = sqlc.arg(tenant_id) AND office_id = sqlc.arg(office_id);

-- name: RemoveOfficeMail :exec
DELETE FROM office_mails WHERE tenant_id = sqlc.arg(tenant_id) AND office_id = sqlc.arg(office_id);

-- name: CountDeliveriesOfOffice :one
SELECT COUNT(*) FROM (SELECT 1 FROM deliveries d WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.office_id = sqlc.arg(office_id)
    LIMIT CAST(sqlc.arg(size) AS BIGINT)) AS counted;

-- name: CountPackagesOfOffice :one
SELECT COUNT(*) FROM (SELECT 1 FROM packages p WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.office_id = sqlc.arg(office_id)
    LIMIT CAST(sqlc.arg(size) AS BIGINT)) AS counted;

-- name: CountAccountsOfOffice :one
SELECT COUNT(*) FROM (SELECT 1 FROM account_offices s WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.office_id = sqlc.arg(office_id)
    LIMIT CAST(sqlc.arg(size) AS BIGINT)) AS counted;
