-- +goose Up

-- What a person marked as expected: the same series and kind does not page again.
CREATE TABLE expectations (
    identity    BYTEA PRIMARY KEY,
    incident_id TEXT COLLATE "C" NOT NULL, -- where it was said
    actor       TEXT COLLATE "C" NOT NULL,
    text        TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL
);
