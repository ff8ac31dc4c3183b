CREATE TABLE IF NOT EXISTS sessions (
    key        BLOB    NOT NULL PRIMARY KEY,
    id         TEXT    NOT NULL,
    tenant_id  TEXT    NOT NULL,
    account_id TEXT    NOT NULL,
    trust_id   TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    idp_index  TEXT    NOT NULL,
    name_id    TEXT    NOT NULL,
    id_token   TEXT    NOT NULL,
    context    TEXT    NOT NULL,
    device     TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    began      BIGINT  NOT NULL,
    seen       BIGINT  NOT NULL,
    previous   BIGINT  NOT NULL,
    ends       BIGINT  NOT NULL,
    idle       BIGINT  NOT NULL,
    expires    BIGINT  NOT NULL,
    embed_client     TEXT NOT NULL DEFAULT '',
    embed_origin     TEXT NOT NULL DEFAULT '',
    embed_thumbprint TEXT NOT NULL DEFAULT '',
    embed_parent     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS sessions_by_account ON sessions (tenant_id, account_id);
CREATE INDEX IF NOT EXISTS sessions_by_trust ON sessions (trust_id, subject);
CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expires);

CREATE TABLE IF NOT EXISTS marks (
    name    TEXT   NOT NULL PRIMARY KEY,
    value   BLOB   NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS marks_by_expiry ON marks (expires);
