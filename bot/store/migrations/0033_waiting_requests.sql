-- Requests that wait until one of their user's videos is done. One that was refused then stays until its user is told.

CREATE TABLE waiting_requests (
    number      INTEGER PRIMARY KEY, -- their order
    id          TEXT NOT NULL UNIQUE,
    user_id     INTEGER NOT NULL,
    guild_id    INTEGER NOT NULL,
    channel_id  INTEGER NOT NULL,
    request     TEXT NOT NULL,
    use         TEXT, -- the name of a saved element to bring in
    locale      TEXT,
    user_locale TEXT,
    queued_at   INTEGER NOT NULL,
    refusal     TEXT -- why it was not made
) STRICT;

CREATE INDEX waiting_requests_by_user ON waiting_requests (user_id, guild_id, number);

-- Whether a job was started by the bot itself: then nobody was answered with its card.

ALTER TABLE jobs ADD COLUMN has_waited INTEGER NOT NULL DEFAULT 0 CHECK (has_waited IN (0, 1));
