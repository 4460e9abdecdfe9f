-- +goose Up

-- What a message stands in order with, and edits: its incident, or the group of incidents of which it tells.
ALTER TABLE outbox ADD COLUMN thread TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN group_id TEXT NOT NULL DEFAULT ''; -- empty: a route without state sent it
ALTER TABLE outbox ADD COLUMN mention TEXT NOT NULL DEFAULT ''; -- JSON
ALTER TABLE outbox ADD COLUMN group_body BLOB; -- JSON of the group as it was, where it tells of several incidents
UPDATE outbox SET thread = incident_id;
DROP INDEX outbox_queue;
CREATE INDEX outbox_queue ON outbox (thread, receiver, state, sequence);
CREATE INDEX outbox_incident ON outbox (incident_id, receiver, state);

CREATE TABLE thread_references (
    thread    TEXT NOT NULL,
    receiver  TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (thread, receiver)
) WITHOUT ROWID;
INSERT INTO thread_references (thread, receiver, reference) SELECT incident_id, receiver, reference FROM message_references;
DROP TABLE message_references;

-- What a route that keeps state tells of together: incidents with the same labels, one incident alone, those of a digest, or
-- what was beyond the budget of a week.
CREATE TABLE page_groups (
    id         TEXT PRIMARY KEY,
    identity   BLOB NOT NULL, -- hash of route, sort and labels: one that is not over
    route      TEXT NOT NULL,
    sort       TEXT NOT NULL,
    thread     TEXT NOT NULL,
    labels     TEXT NOT NULL, -- JSON
    receivers  TEXT NOT NULL, -- JSON: those of the route, and those it was escalated to
    mention    TEXT NOT NULL, -- JSON
    opened_at  BIGINT  NOT NULL,
    base_at    BIGINT  NOT NULL, -- from when escalation counts
    due_at     BIGINT  NOT NULL, -- of the next message; the largest number: none waits
    follow_at  BIGINT  NOT NULL, -- of the next reminder or step; the largest number: none
    sent_at    BIGINT  NOT NULL, -- of the last message; 0: none yet
    step       INTEGER NOT NULL, -- steps of escalation that were taken
    messages   INTEGER NOT NULL,
    ended_at   BIGINT  NOT NULL  -- 0: it is not over
);
CREATE UNIQUE INDEX page_groups_identity ON page_groups (identity) WHERE ended_at = 0;
CREATE INDEX page_groups_due ON page_groups (due_at) WHERE ended_at = 0;
CREATE INDEX page_groups_follow ON page_groups (follow_at) WHERE ended_at = 0;
CREATE INDEX page_groups_ended ON page_groups (ended_at) WHERE ended_at <> 0;

CREATE TABLE page_members (
    group_id    TEXT NOT NULL REFERENCES page_groups (id) ON DELETE CASCADE,
    incident_id TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    joined_at   BIGINT  NOT NULL,
    exempt      BOOLEAN NOT NULL, -- is told whatever the budget
    told        TEXT NOT NULL, -- the status that the last message gave it; empty: none did
    PRIMARY KEY (group_id, incident_id)
) WITHOUT ROWID;
CREATE INDEX page_members_incident ON page_members (incident_id);

CREATE TABLE page_budgets (
    route TEXT NOT NULL,
    week  BIGINT  NOT NULL, -- when it began
    used  INTEGER NOT NULL,
    PRIMARY KEY (route, week)
) WITHOUT ROWID;
