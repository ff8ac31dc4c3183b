-- name: AddOfficeCode :exec
INSERT INTO office_codes (tenant_id, system, code, office_id, taught) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (tenant_id, system, code, office_id, taught) DO NOTHING;

-- name: DropCarriedCodes :exec
DELETE FROM office_codes WHERE tenant_id = sqlc.arg(tenant_id) AND office_id = sqlc.arg(office_id) AND taught = 0;

-- name: DropTaughtCode :exec
DELETE FROM office_codes
WHERE tenant_id = sqlc.arg(tenant_id) AND system = sqlc.arg(system) AND code = sqlc.arg(code) AND office_id = sqlc.arg(office_id) AND taught = 1;

-- name: GetTaughtCodes :many
SELECT system, code FROM office_codes
WHERE tenant_id = sqlc.arg(tenant_id) AND office_id = sqlc.arg(office_id) AND taught = 1
ORDER BY system, code;

-- name: GetOfficesByCode :many
SELECT o.tenant_id, o.id, o.company_id, o.name, o.external_id, o.reference_code, o.office_number,
    o.labor_insurance_number, o.employment_insurance_number, o.corporate_number, o.created_at, o.closed_at
FROM office_codes c JOIN offices o ON o.tenant_id = c.tenant_id AND o.id = c.office_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.system = sqlc.arg(system) AND c.code = sqlc.arg(code)
ORDER BY c.office_id, c.taught;

-- name: GetOfficesByName :many
SELECT tenant_id, id, company_id, name, external_id, reference_code, office_number,
    labor_insurance_number, employment_insurance_number, corporate_number, created_at, closed_at
FROM offices WHERE tenant_id = sqlc.arg(tenant_id) AND name = sqlc.arg(name)
ORDER BY id;

-- name: GetOfficesByCompanyName :many
SELECT o.tenant_id, o.id, o.company_id, o.name, o.external_id, o.reference_code, o.office_number,
    o.labor_insurance_number, o.employment_insurance_number, o.corporate_number, o.created_at, o.closed_at
FROM companies c JOIN offices o ON o.tenant_id = c.tenant_id AND o.company_id = c.id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.name = sqlc.arg(name);

-- name: ListTeachings :many
SELECT c.system, c.code, o.tenant_id, o.id, o.company_id, o.name, o.external_id, o.reference_code, o.office_number,
    o.labor_insurance_number, o.employment_insurance_number, o.corporate_number, o.created_at, o.closed_at
FROM office_codes c JOIN offices o ON o.tenant_id = c.tenant_id AND o.id = c.office_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.taught = 1
  AND (c.office_id, c.system, c.code) > (sqlc.arg(after_office), sqlc.arg(after_system), CAST(sqlc.arg(after_code) AS TEXT))
ORDER BY c.office_id, c.system, c.code LIMIT CAST(sqlc.arg(size) AS BIGINT);
