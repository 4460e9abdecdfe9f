-- +goose Up

-- Requests of the API that carried an Idempotency-Key, and what they were answered.
CREATE TABLE api_keys (
    id     BLOB PRIMARY KEY, -- SHA-256 of caller and key
    digest BLOB NOT NULL, -- SHA-256 of method, path and body
    at     BIGINT NOT NULL, -- when it came first: the act is of then, however often it is tried
    status INTEGER NOT NULL, -- 0: not answered yet
    answer BLOB
) WITHOUT ROWID;
CREATE INDEX api_keys_at ON api_keys (at);
