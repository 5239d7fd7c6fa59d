-- Times are milliseconds since 1970, UTC. Amounts are seconds of video.

CREATE TABLE jobs (
    id                  TEXT PRIMARY KEY,
    user_id             INTEGER NOT NULL,
    guild_id            INTEGER NOT NULL,
    channel_id          INTEGER NOT NULL,
    state               TEXT NOT NULL CHECK (state IN (
                            'accepted', 'prepared', 'submitting', 'running', 'delivering', 'undeliverable',
                            'delivered', 'failed', 'cancelled', 'expired')),
    request             TEXT NOT NULL,
    seconds             INTEGER NOT NULL CHECK (seconds > 0),
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    card_message_id     INTEGER,
    card_phase          TEXT,
    place_id            INTEGER,
    urls                TEXT NOT NULL DEFAULT '{}',
    board               TEXT NOT NULL DEFAULT '{}',
    generation_request  TEXT,
    submitted_at        INTEGER,
    submit_attempts     INTEGER NOT NULL DEFAULT 0,
    generation_id       TEXT,
    running_at          INTEGER,
    cancel_requested_by INTEGER,
    reason              TEXT,
    outcome_place_id    INTEGER,
    outcome_message_id  INTEGER
) STRICT;

CREATE INDEX jobs_untold ON jobs (state) WHERE outcome_message_id IS NULL;
CREATE INDEX jobs_unshown ON jobs (updated_at) WHERE card_phase IN ('starting', 'making', 'fetching', 'fitting');
CREATE INDEX jobs_by_place ON jobs (place_id, created_at);
CREATE INDEX jobs_by_user ON jobs (user_id, created_at);
CREATE UNIQUE INDEX jobs_by_generation ON jobs (generation_id) WHERE generation_id IS NOT NULL;

CREATE TABLE job_history (
    id         INTEGER PRIMARY KEY,
    job_id     TEXT NOT NULL REFERENCES jobs (id),
    at         INTEGER NOT NULL,
    from_state TEXT,
    to_state   TEXT NOT NULL,
    why        TEXT NOT NULL
) STRICT;

CREATE INDEX job_history_by_job ON job_history (job_id);

-- The largest file that a server was seen to take, where that is less than it says. 0: direct messages.
CREATE TABLE upload_limits (
    guild_id   INTEGER PRIMARY KEY,
    max_bytes  INTEGER NOT NULL CHECK (max_bytes >= 0),
    learned_at INTEGER NOT NULL
) STRICT;

CREATE TABLE ledger (
    id       INTEGER PRIMARY KEY,
    job_id   TEXT NOT NULL REFERENCES jobs (id),
    kind     TEXT NOT NULL CHECK (kind IN ('reserve', 'settle', 'release')),
    user_id  INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    day      TEXT NOT NULL,
    seconds  INTEGER NOT NULL CHECK (seconds > 0),
    at       INTEGER NOT NULL
) STRICT;

-- One reservation a job, and one resolution of it: the database says so, not a habit.
CREATE UNIQUE INDEX ledger_reserved_once ON ledger (job_id) WHERE kind = 'reserve';
CREATE UNIQUE INDEX ledger_resolved_once ON ledger (job_id) WHERE kind IN ('settle', 'release');
CREATE INDEX ledger_by_user_and_day ON ledger (guild_id, user_id, day, kind, seconds);

CREATE TRIGGER ledger_resolves_a_reservation BEFORE INSERT ON ledger WHEN NEW.kind <> 'reserve'
BEGIN
    SELECT RAISE(ABORT, 'no such reservation') WHERE NOT EXISTS (
        SELECT 1 FROM ledger
        WHERE job_id = NEW.job_id AND kind = 'reserve' AND seconds = NEW.seconds
          AND user_id = NEW.user_id AND guild_id = NEW.guild_id AND day = NEW.day);
END;

CREATE TRIGGER ledger_keeps_its_numbers BEFORE UPDATE OF job_id, kind, day, seconds ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ledger_keeps_its_entries BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER job_history_keeps_its_entries BEFORE UPDATE ON job_history
BEGIN
    SELECT RAISE(ABORT, 'the history is append-only');
END;
