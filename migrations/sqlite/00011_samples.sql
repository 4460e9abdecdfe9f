-- +goose Up

-- When samples were written, by which they are removed. Of those that are there already nobody knows, so it counts from now.
ALTER TABLE count_samples ADD COLUMN written_at BIGINT NOT NULL DEFAULT 0;
UPDATE count_samples SET written_at = CAST(strftime('%s', 'now') AS BIGINT) * 1000000;
CREATE INDEX count_samples_written ON count_samples (written_at);
