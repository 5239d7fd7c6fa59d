-- What a server's admins say of a model: how many tenths of a second each of its seconds counts as, and whether it may be
-- used. So what a job takes of its user's quota (``quota_seconds``) may differ from its length (``seconds``), and the
-- ledger knows both, for the operator's ceilings go by the length, and the model, for whoever asks what it was spent on.

CREATE TABLE model_rules (
    guild_id   INTEGER NOT NULL,
    model      TEXT NOT NULL,
    tenths     INTEGER NOT NULL CHECK (tenths BETWEEN 1 AND 1000),
    is_allowed INTEGER NOT NULL CHECK (is_allowed IN (0, 1)),
    PRIMARY KEY (guild_id, model)
) STRICT, WITHOUT ROWID;

ALTER TABLE jobs ADD COLUMN quota_seconds INTEGER CHECK (quota_seconds > 0);
ALTER TABLE ledger ADD COLUMN video_seconds INTEGER CHECK (video_seconds > 0);
ALTER TABLE ledger ADD COLUMN model TEXT;

CREATE INDEX ledger_reserved_by_day ON ledger (guild_id, day) WHERE kind = 'reserve';

CREATE TRIGGER ledger_keeps_its_model BEFORE UPDATE OF video_seconds, model ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

DROP TRIGGER ceilings_follow_a_reservation;
DROP TRIGGER totals_follow_a_payment;
DROP VIEW payment_effects;

CREATE TRIGGER ceilings_follow_a_reservation AFTER INSERT ON ledger WHEN NEW.kind = 'reserve'
BEGIN
    INSERT INTO person_totals VALUES (NEW.user_id, NEW.utc_day, coalesce(NEW.video_seconds, NEW.seconds))
    ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds;
    INSERT INTO share_totals VALUES (NEW.guild_id, NEW.utc_day, NEW.micros)
    ON CONFLICT DO UPDATE SET micros = micros + excluded.micros;
END;

-- ``change`` is what a payment adds to what is spent; what it takes from what is held is the whole of it, once.
CREATE VIEW payment_effects AS
SELECT payments.id, reserve.user_id, reserve.guild_id, reserve.day, reserve.utc_day,
       coalesce(reserve.video_seconds, reserve.seconds) AS seconds,
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
