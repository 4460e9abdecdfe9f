-- +goose Up

-- Times are microseconds since 1970-01-01 UTC, so that both databases hold and compare them alike.
-- What may hold any byte is BYTEA: Postgres refuses NUL and broken UTF-8 in text.

CREATE TABLE counters (
    name  TEXT COLLATE "C" PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('epoch', 0), ('shapes', 0), ('outbox', 0), ('inbox', 0), ('settle', 0);

CREATE TABLE meta (
    name  TEXT COLLATE "C" PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE shards (
    shard     INTEGER PRIMARY KEY,
    epoch     BIGINT NOT NULL,
    evaluated BIGINT NOT NULL
);

-- How far each partition was ever counted: an empty Redis is loss then, not a first start.
CREATE TABLE partitions (
    topic      TEXT COLLATE "C" NOT NULL,
    id         INTEGER NOT NULL,
    next_offset BIGINT NOT NULL,
    seen_at    BIGINT  NOT NULL,
    PRIMARY KEY (topic, id)
);

-- Narrow on purpose: lists, filters and searches read this table alone.
CREATE TABLE incidents (
    id            TEXT COLLATE "C" PRIMARY KEY,
    identity      BYTEA NOT NULL, -- hash of series key and kind
    series_key    BYTEA NOT NULL,
    kind          TEXT COLLATE "C" NOT NULL,
    service       TEXT COLLATE "C" NOT NULL,
    environment   TEXT COLLATE "C" NOT NULL,
    severity      TEXT COLLATE "C" NOT NULL,
    status        TEXT COLLATE "C" NOT NULL,
    level         INTEGER NOT NULL,
    page          BOOLEAN NOT NULL,
    silenced      BOOLEAN NOT NULL,
    explained_by  TEXT COLLATE "C" NOT NULL,
    settled       BOOLEAN NOT NULL, -- explained_by was decided by Settle and not by the engine
    template_id   TEXT COLLATE "C" NOT NULL,
    hidden_id     TEXT COLLATE "C" NOT NULL, -- template of the hidden error
    rule          TEXT COLLATE "C" NOT NULL,
    onset         BIGINT  NOT NULL,
    opened_at     BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    resolved_at   BIGINT,
    resolved_by   TEXT COLLATE "C" NOT NULL, -- a person; empty where the engine did
    assignee      TEXT COLLATE "C" NOT NULL,
    reopened      INTEGER NOT NULL,
    engine_at     BIGINT  NOT NULL, -- event time of the engine's last change that was applied
    engine_rank   INTEGER NOT NULL, -- and what it was, to tell a replay
    engine_digest BYTEA NOT NULL,
    search        TEXT COLLATE "C" NOT NULL  -- lower case: title, template, rule
);
CREATE UNIQUE INDEX incidents_identity ON incidents (identity) WHERE status <> 'resolved';
CREATE INDEX incidents_opened ON incidents (opened_at DESC, id DESC, search); -- a search walks it alone
CREATE INDEX incidents_unresolved ON incidents (opened_at, id) WHERE status <> 'resolved';
CREATE INDEX incidents_tally ON incidents (opened_at, status, severity, kind, service, page, rule);
CREATE INDEX incidents_status ON incidents (status, opened_at DESC, id DESC);
CREATE INDEX incidents_service ON incidents (service, opened_at DESC, id DESC);
CREATE INDEX incidents_kind ON incidents (kind, opened_at DESC, id DESC);
CREATE INDEX incidents_severity ON incidents (severity, opened_at DESC, id DESC);
CREATE INDEX incidents_template ON incidents (template_id, opened_at DESC, id DESC) WHERE template_id <> '';
CREATE INDEX incidents_hidden ON incidents (hidden_id, opened_at DESC, id DESC) WHERE hidden_id <> '';
CREATE INDEX incidents_rule ON incidents (rule, opened_at DESC, id DESC) WHERE rule <> '';
CREATE INDEX incidents_explained ON incidents (explained_by) WHERE explained_by <> '';
CREATE INDEX incidents_resolved ON incidents (resolved_at) WHERE resolved_at IS NOT NULL;

-- The wide parts, each loaded only where it is shown.
CREATE TABLE incident_documents (
    incident_id TEXT COLLATE "C" PRIMARY KEY REFERENCES incidents (id) ON DELETE CASCADE,
    facts       BYTEA NOT NULL, -- JSON of the incident without the next two
    chart       BYTEA,          -- JSON
    evidence    BYTEA           -- JSON: samples, hosts, carriers, positions
);

-- Where the engine, having lost its state, gave a second id to what is open already.
CREATE TABLE incident_aliases (
    id          TEXT COLLATE "C" PRIMARY KEY,
    incident_id TEXT COLLATE "C" NOT NULL REFERENCES incidents (id) ON DELETE CASCADE
);
CREATE INDEX incident_aliases_incident ON incident_aliases (incident_id);

CREATE TABLE timeline (
    incident_id TEXT COLLATE "C" NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    at          BIGINT  NOT NULL,
    entry_key   BYTEA NOT NULL, -- hash of what makes the entry one: the same one twice is written once
    kind        TEXT COLLATE "C" NOT NULL,
    actor       TEXT COLLATE "C" NOT NULL,
    text        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (incident_id, entry_key)
);
CREATE INDEX timeline_order ON timeline (incident_id, at);

CREATE TABLE outbox (
    id           TEXT COLLATE "C" PRIMARY KEY,
    sequence     BIGINT  NOT NULL,
    incident_id  TEXT COLLATE "C" NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    receiver     TEXT COLLATE "C" NOT NULL,
    event        TEXT COLLATE "C" NOT NULL,
    title        TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL, -- pending, sent, dead, withdrawn
    attempts     INTEGER NOT NULL,
    created_at   BIGINT  NOT NULL,
    not_before   BIGINT  NOT NULL,
    leased_by    TEXT COLLATE "C" NOT NULL,
    leased_until BIGINT  NOT NULL,
    sent_at      BIGINT,
    failing_from BIGINT, -- first failure since it was last sent well
    reference    TEXT COLLATE "C" NOT NULL,
    error        TEXT COLLATE "C" NOT NULL,
    incident     BYTEA NOT NULL, -- JSON, as it was when it happened
    payload      BYTEA           -- what was sent, where the receiver keeps it
);
CREATE INDEX outbox_due ON outbox (not_before, sequence) WHERE state = 'pending';
CREATE INDEX outbox_queue ON outbox (incident_id, receiver, state, sequence);
CREATE INDEX outbox_newest ON outbox (sequence DESC);
CREATE INDEX outbox_created ON outbox (created_at);
CREATE INDEX outbox_receiver ON outbox (receiver, state, sequence DESC);
CREATE INDEX outbox_state ON outbox (state, sequence DESC);

-- The message that a receiver updates in place: Slack's channel and time stamp, a PagerDuty key.
CREATE TABLE message_references (
    incident_id TEXT COLLATE "C" NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    receiver    TEXT COLLATE "C" NOT NULL,
    reference   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (incident_id, receiver)
);

CREATE TABLE inbox (
    id          TEXT COLLATE "C" PRIMARY KEY,
    sequence    BIGINT NOT NULL,
    incident_id TEXT COLLATE "C" NOT NULL,
    event       TEXT COLLATE "C" NOT NULL,
    receiver    TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    text        TEXT COLLATE "C" NOT NULL,
    payload     BYTEA
);
CREATE UNIQUE INDEX inbox_newest ON inbox (sequence DESC);
CREATE INDEX inbox_incident ON inbox (incident_id);
CREATE INDEX inbox_at ON inbox (at);

CREATE TABLE shapes (
    id          TEXT COLLATE "C" NOT NULL, -- 16 hex digits
    service     TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C" NOT NULL,
    level       INTEGER NOT NULL,
    text        TEXT COLLATE "C" NOT NULL,
    search      TEXT COLLATE "C" NOT NULL, -- the beginning of text, lower case
    first_seen  BIGINT  NOT NULL,
    last_seen   BIGINT  NOT NULL,
    sequence    BIGINT  NOT NULL,
    data        BYTEA,
    PRIMARY KEY (id, service, environment, level)
);
CREATE INDEX shapes_sequence ON shapes (sequence);
CREATE INDEX shapes_first ON shapes (first_seen DESC, id DESC, service DESC, environment DESC, level DESC, search); -- a search walks it alone
CREATE INDEX shapes_service ON shapes (service, first_seen DESC, id DESC, environment DESC, level DESC);
CREATE INDEX shapes_last ON shapes (last_seen DESC);

CREATE TABLE template_aliases (
    from_id    TEXT COLLATE "C" PRIMARY KEY,
    to_id      TEXT COLLATE "C" NOT NULL,
    reason     TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX template_aliases_to ON template_aliases (to_id);

CREATE TABLE silences (
    id         TEXT COLLATE "C" PRIMARY KEY,
    matcher    TEXT COLLATE "C" NOT NULL, -- an expr over the incident's labels
    author     TEXT COLLATE "C" NOT NULL,
    comment    TEXT COLLATE "C" NOT NULL,
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX silences_ends ON silences (ends_at);

CREATE TABLE deploys (
    service TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (service, at, version)
);
CREATE INDEX deploys_at ON deploys (at);

CREATE TABLE audit (
    id      BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT COLLATE "C" NOT NULL,
    action  TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    text    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_subject ON audit (subject, id DESC);

-- Counts, where there is no Redis.
CREATE TABLE count_partitions (
    id         BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    topic      TEXT COLLATE "C" NOT NULL,
    partition_id INTEGER NOT NULL,
    epoch      BIGINT  NOT NULL,
    sequence   BIGINT  NOT NULL,
    writer     BIGINT  NOT NULL, -- epoch of the last write; 0: none yet
    checkpoint BYTEA NOT NULL,
    series     INTEGER NOT NULL,
    UNIQUE (topic, partition_id)
);

CREATE TABLE count_series (
    owner  BIGINT  NOT NULL,
    number INTEGER NOT NULL,
    series BYTEA NOT NULL,
    PRIMARY KEY (owner, number)
);

CREATE TABLE count_blocks (
    owner  BIGINT  NOT NULL,
    width  BIGINT  NOT NULL, -- microseconds
    start  BIGINT  NOT NULL,
    shard  INTEGER NOT NULL,
    data   BYTEA NOT NULL,
    PRIMARY KEY (owner, width, start, shard)
);

CREATE TABLE count_samples (
    owner  BIGINT  NOT NULL,
    number INTEGER NOT NULL,
    data   BYTEA NOT NULL,
    PRIMARY KEY (owner, number)
);

CREATE TABLE count_states (
    shard INTEGER PRIMARY KEY,
    data  BYTEA NOT NULL
);
