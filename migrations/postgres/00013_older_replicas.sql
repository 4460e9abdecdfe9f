-- +goose Up

-- While replicas are upgraded one by one, older ones use this schema too. Those that know no expressions read a silence by
-- expression as if it had none, and held back all that its other fields leave: what stands in identity is then no incident's.
UPDATE mutes SET identity = identity || '+expr' WHERE expr <> '';

-- They clear the table that the step before dropped, and remove nothing after it where that fails. It stays empty.
CREATE TABLE inbox (
    id TEXT COLLATE "C" PRIMARY KEY,
    at BIGINT NOT NULL
);
