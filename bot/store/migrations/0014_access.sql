-- Where the bot may be used, and who may not use it at all.

-- Servers that the bot was seen in. ``is_home``: the application's owner or a member of its team is in it.
-- ``is_told``: the operator was told that somebody added the bot where it does not work.
CREATE TABLE known_servers (
    guild_id  INTEGER PRIMARY KEY,
    is_home   INTEGER NOT NULL CHECK (is_home IN (0, 1)),
    looked_at INTEGER NOT NULL,
    is_told   INTEGER NOT NULL DEFAULT 0 CHECK (is_told IN (0, 1))
) STRICT;

CREATE TABLE bans (
    kind       TEXT NOT NULL CHECK (kind IN ('user', 'server')),
    subject_id INTEGER NOT NULL,
    by_user    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (kind, subject_id)
) STRICT, WITHOUT ROWID;
