-- +goose Up

-- Clocks of replicas differ: the marks of a partition are ordered by the epochs of its owners. Older replicas leave it as it is.
ALTER TABLE partitions ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
