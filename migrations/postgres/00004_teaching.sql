-- +goose Up

-- How readily a service is called abnormal, where a person has said so; the configuration holds for the others.
CREATE TABLE sensitivities (
    service TEXT COLLATE "C" PRIMARY KEY,
    pages   TEXT COLLATE "C" NOT NULL, -- quiet, normal, keen
    notices TEXT COLLATE "C" NOT NULL, -- the same; empty: as pages
    actor   TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL
);

-- What was too weak for the sensitivity of its service and would have been called by a keener one: one row an hour for each
-- series and kind.
CREATE TABLE near_misses (
    identity    BYTEA NOT NULL, -- hash of series key and kind
    hour        BIGINT NOT NULL, -- begin of the hour of event time
    at          BIGINT NOT NULL, -- the first of the hour
    service     TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    template_id TEXT COLLATE "C" NOT NULL,
    template    TEXT COLLATE "C" NOT NULL,
    observed    DOUBLE PRECISION NOT NULL, -- these and the next ones are of the strongest
    expected    DOUBLE PRECISION NOT NULL,
    unit        TEXT COLLATE "C" NOT NULL,
    width       BIGINT NOT NULL, -- microseconds over which observed was measured
    strength    DOUBLE PRECISION NOT NULL, -- the highest bar at which it would have been called, in nats
    PRIMARY KEY (identity, hour)
);
CREATE INDEX near_misses_service ON near_misses (service, at);
CREATE INDEX near_misses_at ON near_misses (at);

-- When a deploy was told, which may be long after it was done.
ALTER TABLE deploys ADD COLUMN told_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX deploys_told ON deploys (told_at);
