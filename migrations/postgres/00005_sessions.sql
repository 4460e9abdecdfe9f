-- +goose Up

-- Who is signed in to the dashboard. The browser holds the secret, this table its hash.
CREATE TABLE sessions (
    id         BYTEA PRIMARY KEY, -- SHA-256 of the cookie's value
    name       TEXT COLLATE "C" NOT NULL,
    role       TEXT COLLATE "C" NOT NULL,
    source     TEXT COLLATE "C" NOT NULL, -- password, oidc
    credential BYTEA NOT NULL, -- hash of what the person signed in with: the session ends when that changes
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL, -- where it is not used until then
    last_at    BIGINT NOT NULL -- however much it is used
);
CREATE INDEX sessions_ends ON sessions (ends_at);

-- What may be used once, as the state of a sign-in through a provider, and was used.
CREATE TABLE used_once (
    id      BYTEA PRIMARY KEY,
    ends_at BIGINT NOT NULL
);
CREATE INDEX used_once_ends ON used_once (ends_at);

CREATE INDEX audit_actor ON audit (actor, id DESC);
CREATE INDEX audit_action ON audit (action, id DESC);
