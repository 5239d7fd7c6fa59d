-- Presses and forms that were made into a video: the same one sent twice is made once.

CREATE TABLE idempotency_keys (
    key TEXT PRIMARY KEY,
    at  INTEGER NOT NULL -- when it was used last
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (at);
