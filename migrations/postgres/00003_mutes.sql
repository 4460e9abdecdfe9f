-- +goose Up

-- What does not page, and when: silences, and what people marked as expected or as noise. They take the place of the two
-- tables that were before.
CREATE TABLE mutes (
    id          TEXT COLLATE "C" PRIMARY KEY,
    sort        TEXT COLLATE "C" NOT NULL, -- silence, expected, noise
    service     TEXT COLLATE "C" NOT NULL, -- this and the next ones select; empty selects all
    environment TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    template_id TEXT COLLATE "C" NOT NULL,
    rule        TEXT COLLATE "C" NOT NULL,
    identity    TEXT COLLATE "C" NOT NULL, -- 32 hex digits: one series and kind
    weekly      TEXT COLLATE "C" NOT NULL, -- JSON; empty: at every hour
    starts_at   BIGINT NOT NULL,
    ends_at     BIGINT NOT NULL, -- the largest number: until it is taken back
    author      TEXT COLLATE "C" NOT NULL,
    comment     TEXT COLLATE "C" NOT NULL,
    incident_id TEXT COLLATE "C" NOT NULL, -- where a mark was made
    created_at  BIGINT NOT NULL,
    ended_by    TEXT COLLATE "C" NOT NULL DEFAULT '' -- who ended it before its time; it holds at no time then
);
CREATE INDEX mutes_ends ON mutes (ends_at);
CREATE INDEX mutes_incident ON mutes (incident_id) WHERE incident_id <> '';

INSERT INTO mutes (id, sort, service, environment, kind, template_id, rule, identity, weekly, starts_at, ends_at, author,
        comment, incident_id, created_at)
    SELECT encode(identity, 'hex'), 'expected', '', '', '', '', '', encode(identity, 'hex'), '', at, 9223372036854775807, actor, text,
        incident_id, at FROM expectations;
DROP TABLE expectations;
DROP TABLE silences;

ALTER TABLE incidents ADD COLUMN muted_by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN muted_as TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX incidents_muted ON incidents (muted_by, opened_at DESC, id DESC) WHERE muted_by <> '';
