-- +goose Up

-- How readily a service is called abnormal, where a person has said so; the configuration holds for the others.
CREATE TABLE sensitivities (
    service TEXT PRIMARY KEY,
    pages   TEXT NOT NULL, -- quiet, normal, keen
    notices TEXT NOT NULL, -- the same; empty: as pages
    actor   TEXT NOT NULL,
    at      BIGINT NOT NULL
) WITHOUT ROWID;

-- What was too weak for the sensitivity of its service and would have been called by a keener one: one row an hour for each
-- series and kind.
CREATE TABLE near_misses (
    identity    BLOB NOT NULL, -- hash of series key and kind
    hour        BIGINT NOT NULL, -- begin of the hour of event time
    at          BIGINT NOT NULL, -- the first of the hour
    service     TEXT NOT NULL,
    environment TEXT NOT NULL,
    kind        TEXT NOT NULL,
    template_id TEXT NOT NULL,
    template    TEXT NOT NULL,
    observed    REAL NOT NULL, -- these and the next ones are of the strongest
    expected    REAL NOT NULL,
    unit        TEXT NOT NULL,
    width       BIGINT NOT NULL, -- microseconds over which observed was measured
    strength    REAL NOT NULL, -- the highest bar at which it would have been called, in nats
    PRIMARY KEY (identity, hour)
) WITHOUT ROWID;
CREATE INDEX near_misses_service ON near_misses (service, at);
CREATE INDEX near_misses_at ON near_misses (at);

-- When a deploy was told, which may be long after it was done.
ALTER TABLE deploys ADD COLUMN told_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX deploys_told ON deploys (told_at);
