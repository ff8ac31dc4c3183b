-- +goose Up

-- What documents are found by: the folded text, and a number in the order in which they came. Version 5 fills in those
-- that were there before.
CREATE TABLE search_texts (
    tenant_id   TEXT COLLATE "binary" NOT NULL,
    number      BIGINT NOT NULL,
    document_id TEXT COLLATE "binary" NOT NULL,
    at          BIGINT NOT NULL,
    text        TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, number),
    UNIQUE (tenant_id, document_id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id)
);
CREATE INDEX search_texts_by_time ON search_texts (tenant_id, at, number);

-- Which documents of a chunk, a thousand consecutive numbers, hold a gram: two characters for each, in any order. A gram is
-- a piece of one or two characters of the text, or longer: an office, a kind, or all.
CREATE TABLE search_grams (
    tenant_id TEXT COLLATE "binary" NOT NULL,
    gram      TEXT COLLATE "binary" NOT NULL,
    chunk     BIGINT NOT NULL,
    docs      TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, gram, chunk)
);

-- +goose Down
DROP TABLE search_grams;
DROP TABLE search_texts;
