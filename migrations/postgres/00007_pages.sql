-- +goose Up

-- What paged, or would have if nothing muted it, and what people did: the report on noise reads these alone.
CREATE INDEX incidents_pages ON incidents (opened_at DESC, id DESC) WHERE page OR muted_by <> '';
CREATE INDEX timeline_acts ON timeline (at) WHERE actor <> '';
