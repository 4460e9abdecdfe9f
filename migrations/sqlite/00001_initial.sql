-- +goose Up

-- Times are microseconds since 1970-01-01 UTC, so that both databases hold and compare them alike.
-- What may hold any byte is BLOB: Postgres refuses NUL and broken UTF-8 in text.

CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('epoch', 0), ('shapes', 0), ('outbox', 0), ('inbox', 0), ('settle', 0);

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE shards (
    shard     INTEGER PRIMARY KEY,
    epoch     BIGINT NOT NULL,
    evaluated BIGINT NOT NULL
);

-- How far each partition was ever counted: an empty Redis is loss then, not a first start.
CREATE TABLE partitions (
    topic      TEXT NOT NULL,
    id         INTEGER NOT NULL,
    next_offset BIGINT NOT NULL,
    seen_at    BIGINT  NOT NULL,
    PRIMARY KEY (topic, id)
) WITHOUT ROWID;

-- Narrow on purpose: lists, filters and searches read this table alone.
CREATE TABLE incidents (
    id            TEXT PRIMARY KEY,
    identity      BLOB NOT NULL, -- hash of series key and kind
    series_key    BLOB NOT NULL,
    kind          TEXT NOT NULL,
    service       TEXT NOT NULL,
    environment   TEXT NOT NULL,
    severity      TEXT NOT NULL,
    status        TEXT NOT NULL,
    level         INTEGER NOT NULL,
    page          BOOLEAN NOT NULL,
    silenced      BOOLEAN NOT NULL,
    explained_by  TEXT NOT NULL,
    settled       BOOLEAN NOT NULL, -- explained_by was decided by Settle and not by the engine
    template_id   TEXT NOT NULL,
    hidden_id     TEXT NOT NULL, -- template of the hidden error
    rule          TEXT NOT NULL,
    onset         BIGINT  NOT NULL,
    opened_at     BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    resolved_at   BIGINT,
    resolved_by   TEXT NOT NULL, -- a person; empty where the engine did
    assignee      TEXT NOT NULL,
    reopened      INTEGER NOT NULL,
    engine_at     BIGINT  NOT NULL, -- event time of the engine's last change that was applied
    engine_rank   INTEGER NOT NULL, -- and what it was, to tell a replay
    engine_digest BLOB NOT NULL,
    search        TEXT NOT NULL  -- lower case: title, template, rule
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
    incident_id TEXT PRIMARY KEY REFERENCES incidents (id) ON DELETE CASCADE,
    facts       BLOB NOT NULL, -- JSON of the incident without the next two
    chart       BLOB,          -- JSON
    evidence    BLOB           -- JSON: samples, hosts, carriers, positions
);

-- Where the engine, having lost its state, gave a second id to what is open already.
CREATE TABLE incident_aliases (
    id          TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX incident_aliases_incident ON incident_aliases (incident_id);

CREATE TABLE timeline (
    incident_id TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    at          BIGINT  NOT NULL,
    entry_key   BLOB NOT NULL, -- hash of what makes the entry one: the same one twice is written once
    kind        TEXT NOT NULL,
    actor       TEXT NOT NULL,
    text        TEXT NOT NULL,
    PRIMARY KEY (incident_id, entry_key)
) WITHOUT ROWID;
CREATE INDEX timeline_order ON timeline (incident_id, at);

CREATE TABLE outbox (
    id           TEXT PRIMARY KEY,
    sequence     BIGINT  NOT NULL,
    incident_id  TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    receiver     TEXT NOT NULL,
    event        TEXT NOT NULL,
    title        TEXT NOT NULL,
    state        TEXT NOT NULL, -- pending, sent, dead, withdrawn
    attempts     INTEGER NOT NULL,
    created_at   BIGINT  NOT NULL,
    not_before   BIGINT  NOT NULL,
    leased_by    TEXT NOT NULL,
    leased_until BIGINT  NOT NULL,
    sent_at      BIGINT,
    failing_from BIGINT, -- first failure since it was last sent well
    reference    TEXT NOT NULL,
    error        TEXT NOT NULL,
    incident     BLOB NOT NULL, -- JSON, as it was when it happened
    payload      BLOB           -- what was sent, where the receiver keeps it
);
CREATE INDEX outbox_due ON outbox (not_before, sequence) WHERE state = 'pending';
CREATE INDEX outbox_queue ON outbox (incident_id, receiver, state, sequence);
CREATE INDEX outbox_newest ON outbox (sequence DESC);
CREATE INDEX outbox_created ON outbox (created_at);
CREATE INDEX outbox_receiver ON outbox (receiver, state, sequence DESC);
CREATE INDEX outbox_state ON outbox (state, sequence DESC);

-- The message that a receiver updates in place: Slack's channel and time stamp, a PagerDuty key.
CREATE TABLE message_references (
    incident_id TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    receiver    TEXT NOT NULL,
    reference   TEXT NOT NULL,
    PRIMARY KEY (incident_id, receiver)
) WITHOUT ROWID;

CREATE TABLE inbox (
    id          TEXT PRIMARY KEY,
    sequence    BIGINT NOT NULL,
    incident_id TEXT NOT NULL,
    event       TEXT NOT NULL,
    receiver    TEXT NOT NULL,
    at          BIGINT NOT NULL,
    text        TEXT NOT NULL,
    payload     BLOB
);
CREATE UNIQUE INDEX inbox_newest ON inbox (sequence DESC);
CREATE INDEX inbox_incident ON inbox (incident_id);
CREATE INDEX inbox_at ON inbox (at);

CREATE TABLE shapes (
    id          TEXT NOT NULL, -- 16 hex digits
    service     TEXT NOT NULL,
    environment TEXT NOT NULL,
    level       INTEGER NOT NULL,
    text        TEXT NOT NULL,
    search      TEXT NOT NULL, -- the beginning of text, lower case
    first_seen  BIGINT  NOT NULL,
    last_seen   BIGINT  NOT NULL,
    sequence    BIGINT  NOT NULL,
    data        BLOB,
    PRIMARY KEY (id, service, environment, level)
) WITHOUT ROWID;
CREATE INDEX shapes_sequence ON shapes (sequence);
CREATE INDEX shapes_first ON shapes (first_seen DESC, id DESC, service DESC, environment DESC, level DESC, search); -- a search walks it alone
CREATE INDEX shapes_service ON shapes (service, first_seen DESC, id DESC, environment DESC, level DESC);
CREATE INDEX shapes_last ON shapes (last_seen DESC);

CREATE TABLE template_aliases (
    from_id    TEXT PRIMARY KEY,
    to_id      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    at         BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX template_aliases_to ON template_aliases (to_id);

CREATE TABLE silences (
    id         TEXT PRIMARY KEY,
    matcher    TEXT NOT NULL, -- an expr over the incident's labels
    author     TEXT NOT NULL,
    comment    TEXT NOT NULL,
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    created_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX silences_ends ON silences (ends_at);

CREATE TABLE deploys (
    service TEXT NOT NULL,
    version TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (service, at, version)
) WITHOUT ROWID;
CREATE INDEX deploys_at ON deploys (at);

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    text    TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_subject ON audit (subject, id DESC);

-- Counts, where there is no Redis.
CREATE TABLE count_partitions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    topic      TEXT NOT NULL,
    partition_id INTEGER NOT NULL,
    epoch      BIGINT  NOT NULL,
    sequence   BIGINT  NOT NULL,
    writer     BIGINT  NOT NULL, -- epoch of the last write; 0: none yet
    checkpoint BLOB NOT NULL,
    series     INTEGER NOT NULL,
    UNIQUE (topic, partition_id)
);

CREATE TABLE count_series (
    owner  BIGINT  NOT NULL,
    number INTEGER NOT NULL,
    series BLOB NOT NULL,
    PRIMARY KEY (owner, number)
) WITHOUT ROWID;

CREATE TABLE count_blocks (
    owner  BIGINT  NOT NULL,
    width  BIGINT  NOT NULL, -- microseconds
    start  BIGINT  NOT NULL,
    shard  INTEGER NOT NULL,
    data   BLOB NOT NULL,
    PRIMARY KEY (owner, width, start, shard)
) WITHOUT ROWID;

CREATE TABLE count_samples (
    owner  BIGINT  NOT NULL,
    number INTEGER NOT NULL,
    data   BLOB NOT NULL,
    PRIMARY KEY (owner, number)
);

CREATE TABLE count_states (
    shard INTEGER PRIMARY KEY,
    data  BLOB NOT NULL
);
