-- +goose Up

-- Silences by expression; whether they cover secrets and lost input, which those that were made for them go on to do; and the
-- end that people were told of.
ALTER TABLE mutes ADD COLUMN expr TEXT NOT NULL DEFAULT '';
ALTER TABLE mutes ADD COLUMN critical BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE mutes ADD COLUMN noticed_end BIGINT NOT NULL DEFAULT 0;
UPDATE mutes SET critical = TRUE WHERE sort = 'silence' AND (kind IN ('secret', 'loss') OR identity <> '');
