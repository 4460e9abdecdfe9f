-- +goose Up

-- Something was said of what the group has told, and its standing did not change: the next message says it.
ALTER TABLE page_groups ADD COLUMN news BOOLEAN NOT NULL DEFAULT FALSE;
