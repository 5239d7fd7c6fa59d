-- Where the bot may be used, who may not use it at all, and what the operator or Oxen's account stops for everybody.

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

-- 'paused' by the operator; 'no_credit' since Oxen said so, one request tries it again from ``retry_at`` on, and
-- ``detail`` says whether it was at the request ('request') or only at the end of a generation ('generation');
-- 'alarm' is when the operator was last told that money goes fast.
CREATE TABLE operator_state (
    name     TEXT PRIMARY KEY CHECK (name IN ('paused', 'no_credit', 'alarm')),
    since    INTEGER NOT NULL,
    by_user  INTEGER,
    retry_at INTEGER,
    detail   TEXT
) STRICT, WITHOUT ROWID;
