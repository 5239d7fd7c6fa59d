-- One video made of the shots of a story: asked for, and told once, like a job. It costs nothing.

CREATE TABLE joins (
    id                 TEXT PRIMARY KEY,
    user_id            INTEGER NOT NULL,
    guild_id           INTEGER NOT NULL,
    channel_id         INTEGER NOT NULL, -- the channel or thread where it was asked for
    chain_id           TEXT NOT NULL,
    job_ids            TEXT NOT NULL, -- the shots, in order: JSON
    state              TEXT NOT NULL CHECK (state IN ('accepted', 'delivered', 'failed')),
    is_spoiler         INTEGER NOT NULL CHECK (is_spoiler IN (0, 1)),
    locale             TEXT,
    user_locale        TEXT,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    reason             TEXT, -- why it failed
    outcome_place_id   INTEGER, -- where it was last claimed to be told
    outcome_message_id INTEGER -- once it is seen there; 0: no place was left
) STRICT;

CREATE UNIQUE INDEX joins_of_a_chain ON joins (chain_id) WHERE outcome_message_id IS NULL;
CREATE INDEX joins_by_user ON joins (user_id);
CREATE INDEX joins_told ON joins (updated_at) WHERE outcome_message_id IS NOT NULL;
