-- The ledger learns what grants paid, what it cost, and whose day it was; running totals follow every entry of it.
-- Its entries outlive their jobs, so they no longer refer to them.

CREATE TABLE ledger_before AS SELECT * FROM ledger;
DROP TABLE ledger;

ALTER TABLE jobs ADD COLUMN price_micros INTEGER;

CREATE INDEX jobs_of_user_untold ON jobs (user_id, guild_id, state) WHERE outcome_message_id IS NULL;
CREATE INDEX jobs_by_server ON jobs (guild_id, created_at) WHERE outcome_message_id IS NULL;
CREATE INDEX jobs_told ON jobs (updated_at) WHERE outcome_message_id IS NOT NULL;

-- ``day`` is the server's, ``utc_day`` the operator's. Of ``seconds``, ``granted`` were paid by grants. ``micros`` are
-- millionths of a dollar. ``user_id`` 0 is somebody whose name was removed. ``cause`` says why it was released.
CREATE TABLE ledger (
    id       INTEGER PRIMARY KEY,
    job_id   TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('reserve', 'settle', 'release')),
    user_id  INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    day      TEXT NOT NULL,
    utc_day  TEXT NOT NULL,
    seconds  INTEGER NOT NULL CHECK (seconds > 0),
    granted  INTEGER NOT NULL DEFAULT 0 CHECK (granted BETWEEN 0 AND seconds),
    micros   INTEGER NOT NULL DEFAULT 0 CHECK (micros >= 0),
    cause    TEXT CHECK (cause IN ('failed', 'cancelled', 'expired')),
    at       INTEGER NOT NULL,
    CHECK ((kind = 'release') = (cause IS NOT NULL))
) STRICT;

-- One reservation a job, and one resolution of it: the database says so, not a habit.
CREATE UNIQUE INDEX ledger_reserved_once ON ledger (job_id) WHERE kind = 'reserve';
CREATE UNIQUE INDEX ledger_resolved_once ON ledger (job_id) WHERE kind IN ('settle', 'release');
CREATE INDEX ledger_by_user ON ledger (user_id, guild_id, id);

CREATE TRIGGER ledger_resolves_a_reservation BEFORE INSERT ON ledger WHEN NEW.kind <> 'reserve'
BEGIN
    SELECT RAISE(ABORT, 'no such reservation') WHERE NOT EXISTS (
        SELECT 1 FROM ledger
        WHERE job_id = NEW.job_id AND kind = 'reserve' AND seconds = NEW.seconds AND granted = NEW.granted
          AND micros = NEW.micros AND user_id = NEW.user_id AND guild_id = NEW.guild_id
          AND day = NEW.day AND utc_day = NEW.utc_day);
END;

CREATE TRIGGER ledger_keeps_its_numbers
BEFORE UPDATE OF id, job_id, kind, guild_id, day, utc_day, seconds, granted, micros, cause, at ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ledger_only_loses_names BEFORE UPDATE OF user_id ON ledger WHEN NEW.user_id <> 0
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ledger_keeps_its_entries BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

-- Sums of the ledger, for a day ('2026-08-08') and for its month ('2026-08').
CREATE TABLE user_totals (
    guild_id     INTEGER NOT NULL,
    period       TEXT NOT NULL,
    user_id      INTEGER NOT NULL,
    jobs         INTEGER NOT NULL DEFAULT 0,
    failed       INTEGER NOT NULL DEFAULT 0,
    cancelled    INTEGER NOT NULL DEFAULT 0,
    held         INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
    used         INTEGER NOT NULL DEFAULT 0 CHECK (used >= 0),
    granted_held INTEGER NOT NULL DEFAULT 0 CHECK (granted_held BETWEEN 0 AND held),
    granted_used INTEGER NOT NULL DEFAULT 0 CHECK (granted_used BETWEEN 0 AND used),
    micros_held  INTEGER NOT NULL DEFAULT 0 CHECK (micros_held >= 0),
    micros_used  INTEGER NOT NULL DEFAULT 0 CHECK (micros_used >= 0),
    PRIMARY KEY (guild_id, period, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_totals_by_user ON user_totals (user_id, period);

CREATE TABLE server_totals (
    guild_id    INTEGER NOT NULL,
    period      TEXT NOT NULL,
    jobs        INTEGER NOT NULL DEFAULT 0,
    failed      INTEGER NOT NULL DEFAULT 0,
    cancelled   INTEGER NOT NULL DEFAULT 0,
    held        INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
    used        INTEGER NOT NULL DEFAULT 0 CHECK (used >= 0),
    micros_held INTEGER NOT NULL DEFAULT 0 CHECK (micros_held >= 0),
    micros_used INTEGER NOT NULL DEFAULT 0 CHECK (micros_used >= 0),
    PRIMARY KEY (guild_id, period)
) STRICT, WITHOUT ROWID;

-- Of everything, by UTC day and its month.
CREATE TABLE bot_totals (
    period      TEXT PRIMARY KEY,
    micros_held INTEGER NOT NULL DEFAULT 0 CHECK (micros_held >= 0),
    micros_used INTEGER NOT NULL DEFAULT 0 CHECK (micros_used >= 0)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER totals_follow_a_reservation AFTER INSERT ON ledger WHEN NEW.kind = 'reserve'
BEGIN
    INSERT INTO user_totals (guild_id, period, user_id, jobs, held, granted_held, micros_held)
    VALUES (NEW.guild_id, NEW.day, NEW.user_id, 1, NEW.seconds, NEW.granted, NEW.micros),
           (NEW.guild_id, substr(NEW.day, 1, 7), NEW.user_id, 1, NEW.seconds, NEW.granted, NEW.micros)
    ON CONFLICT DO UPDATE SET
        jobs = jobs + 1,
        held = held + excluded.held,
        granted_held = granted_held + excluded.granted_held,
        micros_held = micros_held + excluded.micros_held;
    INSERT INTO server_totals (guild_id, period, jobs, held, micros_held)
    VALUES (NEW.guild_id, NEW.day, 1, NEW.seconds, NEW.micros),
           (NEW.guild_id, substr(NEW.day, 1, 7), 1, NEW.seconds, NEW.micros)
    ON CONFLICT DO UPDATE SET
        jobs = jobs + 1,
        held = held + excluded.held,
        micros_held = micros_held + excluded.micros_held;
    INSERT INTO bot_totals (period, micros_held)
    VALUES (NEW.utc_day, NEW.micros), (substr(NEW.utc_day, 1, 7), NEW.micros)
    ON CONFLICT DO UPDATE SET micros_held = micros_held + excluded.micros_held;
END;

CREATE TRIGGER totals_follow_a_resolution AFTER INSERT ON ledger WHEN NEW.kind <> 'reserve'
BEGIN
    UPDATE user_totals SET
        failed = failed + (NEW.kind = 'release' AND NEW.cause <> 'cancelled'),
        cancelled = cancelled + (NEW.kind = 'release' AND NEW.cause = 'cancelled'),
        held = held - NEW.seconds,
        used = used + NEW.seconds * (NEW.kind = 'settle'),
        granted_held = granted_held - NEW.granted,
        granted_used = granted_used + NEW.granted * (NEW.kind = 'settle'),
        micros_held = micros_held - NEW.micros,
        micros_used = micros_used + NEW.micros * (NEW.kind = 'settle')
    WHERE guild_id = NEW.guild_id AND user_id = NEW.user_id AND period IN (NEW.day, substr(NEW.day, 1, 7));
    UPDATE server_totals SET
        failed = failed + (NEW.kind = 'release' AND NEW.cause <> 'cancelled'),
        cancelled = cancelled + (NEW.kind = 'release' AND NEW.cause = 'cancelled'),
        held = held - NEW.seconds,
        used = used + NEW.seconds * (NEW.kind = 'settle'),
        micros_held = micros_held - NEW.micros,
        micros_used = micros_used + NEW.micros * (NEW.kind = 'settle')
    WHERE guild_id = NEW.guild_id AND period IN (NEW.day, substr(NEW.day, 1, 7));
    UPDATE bot_totals SET
        micros_held = micros_held - NEW.micros,
        micros_used = micros_used + NEW.micros * (NEW.kind = 'settle')
    WHERE period IN (NEW.utc_day, substr(NEW.utc_day, 1, 7));
END;

INSERT INTO ledger (id, job_id, kind, user_id, guild_id, day, utc_day, seconds, cause, at)
SELECT before.id, job_id, kind, before.user_id, before.guild_id, day, day, before.seconds,
       CASE WHEN kind = 'release' THEN jobs.state END, at
FROM ledger_before AS before JOIN jobs ON jobs.id = job_id ORDER BY before.id;

DROP TABLE ledger_before;
