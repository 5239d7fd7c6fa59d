-- Two books. Seconds are what a user may have: the ledger settles or releases them. Dollars are what Oxen is paid: held
-- with the reservation, then spent or given back here, and replaced once by what Oxen says that it charged.

CREATE TABLE payments (
    id     INTEGER PRIMARY KEY,
    job_id TEXT NOT NULL,
    kind   TEXT NOT NULL CHECK (kind IN ('spent', 'free', 'actual')),
    micros INTEGER NOT NULL CHECK (micros >= 0), -- 'actual': what was charged; else what was held
    at     INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX payments_resolved_once ON payments (job_id) WHERE kind IN ('spent', 'free');
CREATE UNIQUE INDEX payments_corrected_once ON payments (job_id) WHERE kind = 'actual';
CREATE INDEX payments_by_age ON payments (at) WHERE kind IN ('spent', 'free');
CREATE INDEX ledger_reserved_by_age ON ledger (at, micros) WHERE kind = 'reserve';

-- Seconds that one person has held or that Oxen was paid for, over all servers and direct messages. No name is in it
-- once the month is over.
CREATE TABLE person_totals (
    user_id INTEGER NOT NULL,
    utc_day TEXT NOT NULL,
    seconds INTEGER NOT NULL CHECK (seconds >= 0),
    PRIMARY KEY (user_id, utc_day)
) STRICT, WITHOUT ROWID;

-- Micro-dollars that are held or spent in a server, by the operator's day. Server 0 is direct messages.
CREATE TABLE share_totals (
    guild_id INTEGER NOT NULL,
    utc_day  TEXT NOT NULL,
    micros   INTEGER NOT NULL CHECK (micros >= 0),
    PRIMARY KEY (guild_id, utc_day)
) STRICT, WITHOUT ROWID;

-- Of what was spent, what nobody got a video for: its seconds were given back.
ALTER TABLE user_totals ADD COLUMN micros_undelivered INTEGER NOT NULL DEFAULT 0 CHECK (micros_undelivered >= 0);
ALTER TABLE server_totals ADD COLUMN micros_undelivered INTEGER NOT NULL DEFAULT 0 CHECK (micros_undelivered >= 0);

-- What was resolved so far: settled was spent, released was given back. The totals say so already.
INSERT INTO payments (job_id, kind, micros, at)
SELECT job_id, CASE kind WHEN 'settle' THEN 'spent' ELSE 'free' END, micros, at
FROM ledger WHERE kind <> 'reserve' ORDER BY id;

INSERT INTO person_totals (user_id, utc_day, seconds)
SELECT reserve.user_id, reserve.utc_day, sum(reserve.seconds)
FROM ledger AS reserve
WHERE reserve.kind = 'reserve' AND reserve.user_id <> 0
  AND NOT EXISTS (SELECT 1 FROM ledger AS other WHERE other.job_id = reserve.job_id AND other.kind = 'release')
GROUP BY reserve.user_id, reserve.utc_day;

INSERT INTO share_totals (guild_id, utc_day, micros)
SELECT reserve.guild_id, reserve.utc_day, sum(reserve.micros)
FROM ledger AS reserve
WHERE reserve.kind = 'reserve'
  AND NOT EXISTS (SELECT 1 FROM ledger AS other WHERE other.job_id = reserve.job_id AND other.kind = 'release')
GROUP BY reserve.guild_id, reserve.utc_day;

CREATE TRIGGER payments_keep_their_numbers BEFORE UPDATE ON payments
BEGIN
    SELECT RAISE(ABORT, 'payments are append-only');
END;

CREATE TRIGGER payments_keep_their_entries BEFORE DELETE ON payments
BEGIN
    SELECT RAISE(ABORT, 'payments are append-only');
END;

CREATE TRIGGER payments_resolve_a_reservation BEFORE INSERT ON payments WHEN NEW.kind <> 'actual'
BEGIN
    SELECT RAISE(ABORT, 'no such reservation') WHERE NOT EXISTS (
        SELECT 1 FROM ledger WHERE job_id = NEW.job_id AND kind = 'reserve' AND micros = NEW.micros);
END;

CREATE TRIGGER payments_correct_what_is_resolved BEFORE INSERT ON payments WHEN NEW.kind = 'actual'
BEGIN
    SELECT RAISE(ABORT, 'not resolved yet') WHERE NOT EXISTS (
        SELECT 1 FROM payments WHERE job_id = NEW.job_id AND kind <> 'actual');
END;

DROP TRIGGER totals_follow_a_resolution;

CREATE TRIGGER totals_follow_a_resolution AFTER INSERT ON ledger WHEN NEW.kind <> 'reserve'
BEGIN
    UPDATE user_totals SET
        failed = failed + (NEW.kind = 'release' AND NEW.cause <> 'cancelled'),
        cancelled = cancelled + (NEW.kind = 'release' AND NEW.cause = 'cancelled'),
        held = held - NEW.seconds,
        used = used + NEW.seconds * (NEW.kind = 'settle'),
        granted_held = granted_held - NEW.granted,
        granted_used = granted_used + NEW.granted * (NEW.kind = 'settle')
    WHERE guild_id = NEW.guild_id AND user_id = NEW.user_id AND period IN (NEW.day, substr(NEW.day, 1, 7));
    UPDATE server_totals SET
        failed = failed + (NEW.kind = 'release' AND NEW.cause <> 'cancelled'),
        cancelled = cancelled + (NEW.kind = 'release' AND NEW.cause = 'cancelled'),
        held = held - NEW.seconds,
        used = used + NEW.seconds * (NEW.kind = 'settle')
    WHERE guild_id = NEW.guild_id AND period IN (NEW.day, substr(NEW.day, 1, 7));
END;

CREATE TRIGGER ceilings_follow_a_reservation AFTER INSERT ON ledger WHEN NEW.kind = 'reserve'
BEGIN
    INSERT INTO person_totals VALUES (NEW.user_id, NEW.utc_day, NEW.seconds)
    ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds;
    INSERT INTO share_totals VALUES (NEW.guild_id, NEW.utc_day, NEW.micros)
    ON CONFLICT DO UPDATE SET micros = micros + excluded.micros;
END;

-- ``change`` is what a payment adds to what is spent; what it takes from what is held is the whole of it, once.
CREATE VIEW payment_effects AS
SELECT payments.id, reserve.user_id, reserve.guild_id, reserve.day, reserve.utc_day, reserve.seconds,
       payments.kind,
       EXISTS (SELECT 1 FROM ledger WHERE job_id = payments.job_id AND kind = 'release') AS is_released,
       CASE payments.kind WHEN 'actual' THEN 0 ELSE payments.micros END AS unheld,
       CASE payments.kind
           WHEN 'free' THEN 0
           WHEN 'spent' THEN payments.micros
           ELSE payments.micros - coalesce(
               (SELECT booked.micros FROM payments AS booked
                WHERE booked.job_id = payments.job_id AND booked.kind = 'spent'), 0)
       END AS change
FROM payments JOIN ledger AS reserve ON reserve.job_id = payments.job_id AND reserve.kind = 'reserve';

CREATE TRIGGER totals_follow_a_payment AFTER INSERT ON payments
BEGIN
    UPDATE user_totals SET micros_held = micros_held - effect.unheld, micros_used = micros_used + effect.change,
        micros_undelivered = micros_undelivered + effect.change * effect.is_released
    FROM payment_effects AS effect
    WHERE effect.id = NEW.id AND user_totals.guild_id = effect.guild_id AND user_totals.user_id = effect.user_id
      AND user_totals.period IN (effect.day, substr(effect.day, 1, 7));
    UPDATE server_totals SET micros_held = micros_held - effect.unheld, micros_used = micros_used + effect.change,
        micros_undelivered = micros_undelivered + effect.change * effect.is_released
    FROM payment_effects AS effect
    WHERE effect.id = NEW.id AND server_totals.guild_id = effect.guild_id
      AND server_totals.period IN (effect.day, substr(effect.day, 1, 7));
    UPDATE bot_totals SET micros_held = micros_held - effect.unheld, micros_used = micros_used + effect.change
    FROM payment_effects AS effect
    WHERE effect.id = NEW.id AND bot_totals.period IN (effect.utc_day, substr(effect.utc_day, 1, 7));
    UPDATE share_totals SET micros = micros - effect.unheld + effect.change
    FROM payment_effects AS effect
    WHERE effect.id = NEW.id AND share_totals.guild_id = effect.guild_id AND share_totals.utc_day = effect.utc_day;
    UPDATE person_totals SET seconds = person_totals.seconds - effect.seconds
    FROM payment_effects AS effect
    WHERE effect.id = NEW.id AND effect.kind = 'free'
      AND person_totals.user_id = effect.user_id AND person_totals.utc_day = effect.utc_day;
END;
