-- name: CreateAccount :exec
INSERT INTO accounts (tenant_id, id, company_id, trust_id, subject, name, email, permissions, all_offices, state,
    created_at, last_sign_in_at, version, role_id, rights_at, origin, dismissed)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17);

-- name: AddAccountOffice :exec
INSERT INTO account_offices (tenant_id, account_id, office_id) VALUES (?1, ?2, ?3);

-- name: ClearAccountOffices :exec
DELETE FROM account_offices WHERE tenant_id = sqlc.arg(tenant_id) AND account_id = sqlc.arg(account_id);

-- name: GetAccountOffices :many
SELECT account_id, office_id FROM account_offices
WHERE tenant_id = sqlc.arg(tenant_id) AND account_id IN (sqlc.slice(account_ids))
ORDER BY account_id, office_id;

-- name: GetAccount :one
SELECT tenant_id, id, company_id, trust_id, subject, name, email, permissions, all_offices, state,
    created_at, last_sign_in_at, version, role_id, rights_at, origin, dismissed
FROM accounts WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id);

-- What an account stands on, from where its people may come, and the offices that it lists, in one row. The account's trust may have lost its binding to the
-- tenant, and then has no state here. A comma is in no ID. Each subquery reads one row by its key, which SQLite plans once; a
-- join of the same tables it would plan anew each time that parameters are bound.

-- name: GetStanding :one
SELECT sqlc.embed(a),
    CAST(COALESCE((SELECT n.name FROM tenants n WHERE n.id = a.tenant_id), '') AS TEXT) AS firm,
    CAST(COALESCE((SELECT n.state FROM tenants n WHERE n.id = a.tenant_id), '') AS TEXT) AS tenant_state,
    CAST(COALESCE((SELECT r.everybody || '|' || r.administration FROM address_rules r WHERE r.tenant_id = a.tenant_id), '') AS TEXT) AS places,
    CAST(COALESCE((SELECT t.state FROM trusts t WHERE t.id = (SELECT b.trust_id FROM trust_tenants b
        WHERE b.tenant_id = a.tenant_id AND b.trust_id = a.trust_id)), '') AS TEXT) AS trust_state,
    CAST(COALESCE((SELECT b.allowed FROM trust_tenants b
        WHERE b.tenant_id = a.tenant_id AND b.trust_id = a.trust_id), '') AS TEXT) AS trust_allowed,
    CAST(COALESCE((SELECT string_agg(s.office_id, ',') FROM account_offices s
        WHERE s.tenant_id = a.tenant_id AND s.account_id = a.id AND a.all_offices = 0), '') AS TEXT) AS offices
FROM accounts a WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.id = sqlc.arg(id);

-- name: GetAccountBySubject :one
SELECT tenant_id, id, company_id, trust_id, subject, name, email, permissions, all_offices, state,
    created_at, last_sign_in_at, version, role_id, rights_at, origin, dismissed
FROM accounts WHERE tenant_id = sqlc.arg(tenant_id) AND trust_id = sqlc.arg(trust_id) AND subject = sqlc.arg(subject);

-- name: UpdateAccount :execrows
UPDATE accounts SET name = sqlc.arg(name), email = sqlc.arg(email), permissions = sqlc.arg(permissions),
    all_offices = sqlc.arg(all_offices), state = sqlc.arg(state), role_id = sqlc.arg(role_id),
    rights_at = sqlc.arg(rights_at), dismissed = sqlc.arg(dismissed), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND version = sqlc.arg(version) AND state <> 'deleted';

-- name: SignedIn :execrows
UPDATE accounts SET last_sign_in_at = sqlc.arg(at) WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND state <> 'deleted';

-- No trust has the empty ID, so the subject that the account had is free, and nobody is found by the one that it gets.

-- name: BuryAccount :execrows
UPDATE accounts SET state = 'deleted', trust_id = '', subject = id, email = '', permissions = 0, role_id = '', all_offices = 0,
    rights_at = sqlc.arg(at), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND state <> 'deleted';

-- name: RemoveAccount :execrows
DELETE FROM accounts WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND last_sign_in_at = 0 AND state <> 'deleted';

-- name: RemoveMailSetting :exec
DELETE FROM mail_settings WHERE tenant_id = sqlc.arg(tenant_id) AND account_id = sqlc.arg(account_id);

-- name: ListAccounts :many
SELECT tenant_id, id, company_id, trust_id, subject, name, email, permissions, all_offices, state,
    created_at, last_sign_in_at, version, role_id, rights_at, origin, dismissed
FROM accounts
WHERE tenant_id = sqlc.arg(tenant_id) AND (name, id) > (sqlc.arg(after_name), sqlc.arg(after_id))
  AND state <> 'deleted'
ORDER BY name, id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListAccountsOfCompany :many
SELECT tenant_id, id, company_id, trust_id, subject, name, email, permissions, all_offices, state,
    created_at, last_sign_in_at, version, role_id, rights_at, origin, dismissed
FROM accounts
WHERE tenant_id = sqlc.arg(tenant_id) AND company_id = sqlc.arg(company_id) AND (name, id) > (sqlc.arg(after_name), sqlc.arg(after_id))
  AND state <> 'deleted'
ORDER BY name, id LIMIT CAST(sqlc.arg(size) AS BIGINT);

-- name: ListAccountHolders :many
SELECT tenant_id, id, company_id, trust_id, subject, name, email, permissions, all_offices, state,
    created_at, last_sign_in_at, version, role_id, rights_at, origin, dismissed
FROM accounts WHERE tenant_id = sqlc.arg(tenant_id) AND company_id IS NULL AND state = 'active'
    AND (permissions & CAST(sqlc.arg(menus) AS BIGINT)) <> 0;

-- name: ListTrustMenus :many
SELECT DISTINCT CAST(CASE WHEN company_id IS NULL THEN 1 ELSE 0 END AS BIGINT) AS staff, permissions
FROM accounts WHERE trust_id = sqlc.arg(trust_id) AND tenant_id = sqlc.arg(tenant_id) AND state <> 'deleted';

-- name: IdentifyAccount :execrows
UPDATE accounts SET subject = sqlc.arg(subject), version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND id = sqlc.arg(id) AND state <> 'deleted';
