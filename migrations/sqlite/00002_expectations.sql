-- +goose Up

-- What a person marked as expected: the same series and kind does not page again.
CREATE TABLE expectations (
    identity    BLOB PRIMARY KEY,
    incident_id TEXT NOT NULL, -- where it was said
    actor       TEXT NOT NULL,
    text        TEXT NOT NULL,
    at          BIGINT NOT NULL
);
