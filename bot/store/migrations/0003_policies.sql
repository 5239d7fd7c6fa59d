-- What a server's admins set, what they did, and what was asked to be forgotten.

CREATE TABLE policies (
    guild_id        INTEGER NOT NULL,
    level           TEXT NOT NULL CHECK (level IN ('user', 'role', 'server')),
    subject_id      INTEGER NOT NULL,
    daily_seconds   INTEGER CHECK (daily_seconds >= 0),
    monthly_seconds INTEGER CHECK (monthly_seconds >= 0),
    max_active      INTEGER CHECK (max_active >= 0),
    max_duration    INTEGER CHECK (max_duration > 0),
    access          TEXT NOT NULL CHECK (access IN ('normal', 'blocked', 'unlimited')),
    PRIMARY KEY (guild_id, level, subject_id)
) STRICT, WITHOUT ROWID;

-- ``taken`` follows what jobs take of it: what is held and what was used.
CREATE TABLE grants (
    id         INTEGER PRIMARY KEY,
    guild_id   INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    seconds    INTEGER NOT NULL CHECK (seconds > 0),
    taken      INTEGER NOT NULL DEFAULT 0 CHECK (taken BETWEEN 0 AND seconds),
    expires_at INTEGER,
    given_by   INTEGER NOT NULL,
    given_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX grants_with_something_left ON grants (user_id, guild_id) WHERE taken < seconds;

-- What a job took of a grant. It counts unless the ledger released the job.
CREATE TABLE grant_uses (
    job_id   TEXT NOT NULL,
    grant_id INTEGER NOT NULL REFERENCES grants (id),
    seconds  INTEGER NOT NULL CHECK (seconds > 0),
    PRIMARY KEY (job_id, grant_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER a_use_is_taken AFTER INSERT ON grant_uses
BEGIN
    UPDATE grants SET taken = taken + NEW.seconds WHERE id = NEW.grant_id;
END;

CREATE TRIGGER a_release_gives_back AFTER INSERT ON ledger WHEN NEW.kind = 'release' AND NEW.granted > 0
BEGIN
    UPDATE grants SET
        taken = taken - (SELECT seconds FROM grant_uses WHERE job_id = NEW.job_id AND grant_id = grants.id)
    WHERE id IN (SELECT grant_id FROM grant_uses WHERE job_id = NEW.job_id);
END;

CREATE TRIGGER grant_uses_keep_their_entries BEFORE DELETE ON grant_uses
BEGIN
    SELECT RAISE(ABORT, 'uses of grants are append-only');
END;

CREATE TRIGGER grant_uses_keep_their_numbers BEFORE UPDATE ON grant_uses
BEGIN
    SELECT RAISE(ABORT, 'uses of grants are append-only');
END;

-- Budgets are in millionths of a dollar.
CREATE TABLE servers (
    guild_id          INTEGER PRIMARY KEY,
    time_zone         TEXT NOT NULL DEFAULT 'UTC',
    notice_channel_id INTEGER,
    budget_day        INTEGER CHECK (budget_day >= 0),
    budget_month      INTEGER CHECK (budget_month >= 0)
) STRICT;

-- The bot may be used in these channels, or everywhere where a server has none here.
CREATE TABLE server_channels (
    guild_id   INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    PRIMARY KEY (guild_id, channel_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id       INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    by_user  INTEGER NOT NULL,
    action   TEXT NOT NULL,
    sentence TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_server ON audit (guild_id, id);

CREATE TRIGGER audit_keeps_its_entries BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

CREATE TRIGGER audit_keeps_its_words BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

-- What is still to be told, and where; channel 0 is the operator's log. A row goes when it was told.
CREATE TABLE notices (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id INTEGER NOT NULL,
    text       TEXT NOT NULL,
    at         INTEGER NOT NULL
) STRICT;

-- Budgets of which it was told that they are nearly used up. Server -1 is everything.
CREATE TABLE budget_warnings (
    guild_id INTEGER NOT NULL,
    period   TEXT NOT NULL,
    PRIMARY KEY (guild_id, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE prices (
    model             TEXT PRIMARY KEY,
    micros_per_second INTEGER NOT NULL CHECK (micros_per_second > 0),
    read_at           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who asked to be forgotten, while there still is something that can't go yet.
CREATE TABLE erasures (
    user_id  INTEGER PRIMARY KEY,
    asked_at INTEGER NOT NULL
) STRICT;
