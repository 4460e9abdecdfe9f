-- +goose Up

-- The dashboard's inbox shows the outbox: nothing was ever written here.
DROP TABLE inbox;
DELETE FROM counters WHERE name = 'inbox';
