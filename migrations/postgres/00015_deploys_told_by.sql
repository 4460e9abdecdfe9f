-- +goose Up

-- Who told of a deploy: a person, or the name of a program's token. Older replicas tell nobody's.
ALTER TABLE deploys ADD COLUMN told_by TEXT COLLATE "C" NOT NULL DEFAULT '';
