-- What the operator is alerted of: once when it begins and once when it is over, also across restarts.

CREATE TABLE alerts (
    id       INTEGER PRIMARY KEY,
    kind     TEXT NOT NULL,
    text     TEXT NOT NULL, -- JSON, as of bot.text.dump_text
    began_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;

CREATE UNIQUE INDEX alerts_open ON alerts (kind) WHERE ended_at IS NULL;

-- What is still to be told of them, and where. A row goes once it was told, and its id, which Discord knows it by, is
-- never used again.
CREATE TABLE alert_messages (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    place    TEXT NOT NULL CHECK (place IN ('webhook', 'channel')),
    is_over  INTEGER NOT NULL CHECK (is_over IN (0, 1))
) STRICT;
