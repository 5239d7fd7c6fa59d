-- Requests that were not taken yet: their user is asked first, or may change them.

CREATE TABLE pending_requests (
    id       TEXT PRIMARY KEY,
    user_id  INTEGER NOT NULL,
    request  TEXT NOT NULL,
    use      TEXT, -- the name of a saved element to bring in
    asked    INTEGER NOT NULL CHECK (asked IN (0, 1)), -- whether its user was asked to confirm it
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX pending_requests_by_user ON pending_requests (user_id, asked_at);
CREATE INDEX pending_requests_by_age ON pending_requests (asked_at);
