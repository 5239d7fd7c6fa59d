-- A database as version 0.1.0 left it, with the jobs of one evening: what an update meets.
PRAGMA user_version = 12;
BEGIN TRANSACTION;
CREATE TABLE audit (
    id       INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    by_user  INTEGER NOT NULL,
    action   TEXT NOT NULL,
    sentence TEXT NOT NULL
) STRICT;
CREATE TABLE bot_totals (
    period      TEXT PRIMARY KEY,
    micros_held INTEGER NOT NULL DEFAULT 0 CHECK (micros_held >= 0),
    micros_used INTEGER NOT NULL DEFAULT 0 CHECK (micros_used >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO "bot_totals" VALUES('2026-11',1680000,560000);
INSERT INTO "bot_totals" VALUES('2026-11-25',1680000,560000);
CREATE TABLE budget_warnings (
    guild_id INTEGER NOT NULL,
    period   TEXT NOT NULL,
    PRIMARY KEY (guild_id, period)
) STRICT, WITHOUT ROWID;
CREATE TABLE drafts (
    user_id  INTEGER NOT NULL,
    position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 7),
    picture  TEXT NOT NULL,
    PRIMARY KEY (user_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE erasures (
    user_id  INTEGER PRIMARY KEY,
    asked_at INTEGER NOT NULL
) STRICT;
CREATE TABLE grant_uses (
    job_id   TEXT NOT NULL,
    grant_id INTEGER NOT NULL REFERENCES grants (id),
    seconds  INTEGER NOT NULL CHECK (seconds > 0),
    PRIMARY KEY (job_id, grant_id)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE idempotency_keys (
    key TEXT PRIMARY KEY,
    at  INTEGER NOT NULL -- when it was used last
) STRICT, WITHOUT ROWID;
CREATE TABLE job_history (
    id         INTEGER PRIMARY KEY,
    job_id     TEXT NOT NULL REFERENCES jobs (id),
    at         INTEGER NOT NULL,
    from_state TEXT,
    to_state   TEXT NOT NULL,
    why        TEXT NOT NULL
) STRICT;
INSERT INTO "job_history" VALUES(1,'10135378998c6f36',1795643170891,NULL,'accepted','accepted');
INSERT INTO "job_history" VALUES(2,'10135378998c6f36',1795643171868,'accepted','prepared','references posted');
INSERT INTO "job_history" VALUES(3,'10135378998c6f36',1795643171878,'prepared','submitting','about to ask Oxen');
INSERT INTO "job_history" VALUES(4,'10135378998c6f36',1795643171897,'submitting','running','Oxen took it');
INSERT INTO "job_history" VALUES(5,'10135378998c6f36',1795643171905,'running','delivering','Oxen finished it');
INSERT INTO "job_history" VALUES(6,'10135378998c6f36',1795643173125,'delivering','delivered','the video was sent');
INSERT INTO "job_history" VALUES(7,'dbdc020ead1c99ae',1795643173180,NULL,'accepted','accepted');
INSERT INTO "job_history" VALUES(8,'dbdc020ead1c99ae',1795643173231,'accepted','prepared','references posted');
INSERT INTO "job_history" VALUES(9,'dbdc020ead1c99ae',1795643173237,'prepared','submitting','about to ask Oxen');
INSERT INTO "job_history" VALUES(10,'dbdc020ead1c99ae',1795643173251,'submitting','running','Oxen took it');
INSERT INTO "job_history" VALUES(11,'dbdc020ead1c99ae',1795643173260,'running','failed','Oxen failed it');
INSERT INTO "job_history" VALUES(12,'56ade87b2b2e3231',1795643173313,NULL,'accepted','accepted');
INSERT INTO "job_history" VALUES(13,'56ade87b2b2e3231',1795643173378,'accepted','prepared','references posted');
INSERT INTO "job_history" VALUES(14,'56ade87b2b2e3231',1795643173385,'prepared','submitting','about to ask Oxen');
INSERT INTO "job_history" VALUES(15,'56ade87b2b2e3231',1795643173401,'submitting','running','Oxen took it');
INSERT INTO "job_history" VALUES(16,'0ac551c10f013271',1795643173493,NULL,'accepted','accepted');
INSERT INTO "job_history" VALUES(17,'0ac551c10f013271',1795643173561,'accepted','prepared','references posted');
INSERT INTO "job_history" VALUES(18,'0ac551c10f013271',1795643173577,'prepared','submitting','about to ask Oxen');
INSERT INTO "job_history" VALUES(19,'0ac551c10f013271',1795643173589,'submitting','running','Oxen took it');
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
, price_micros INTEGER, may_land_until INTEGER, fetch_until INTEGER, redaction INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "jobs" VALUES('10135378998c6f36',1575266352367665154,1575266352367665152,1575266352367665153,'delivered','{"prompt": "The ox of @Image1 dances", "images": {"1": {"url": "http://127.0.0.1:36151/cdn/ephemeral-attachments/1575266352271196161/1575266375214039040/ox.png?ex=6b08a8a2&is=6b075722&hm=b782d948b5fac1329bc7158bdf792da18a0050dd72073c02c85a9a25712cd3e9&", "filename": "ox.png", "content_type": "image/png", "size": 1947, "width": 640, "height": 480, "is_spoiler": false}}, "elements": {}, "duration": 5, "aspect_ratio": "16:9"}',5,1795643170889,1795643173125,1575266375394394112,'done',1575266375394394112,'{"image1": "http://127.0.0.1:36151/cdn/attachments/1575266375394394112/1575266379324456961/image1-10135378.png?ex=6b08a8a3&is=6b075723&hm=5b6e193d8dc401d9e11d6bd0f681b6ea8340446f21a574cd30cd9d7cb6c1c16a&"}','{"image1": "board:1575266375394394112/1575266379324456960/image1-10135378.png"}','{"model": "kling-video-o1-reference-to-video", "prompt": "The ox of @Image1 dances", "input_image": ["http://127.0.0.1:36151/cdn/attachments/1575266375394394112/1575266379324456961/image1-10135378.png?ex=6b08a8a3&is=6b075723&hm=5b6e193d8dc401d9e11d6bd0f681b6ea8340446f21a574cd30cd9d7cb6c1c16a&"], "elements": [], "duration": 5, "aspect_ratio": "16:9", "target_namespace": null}',1795643171878,1,'355c0bb3-d506-48e9-9f4c-40f4fc73739e',1795643171897,NULL,NULL,1575266375394394112,1575266382788952064,112000,1795643177878,NULL,0);
INSERT INTO "jobs" VALUES('dbdc020ead1c99ae',1575266352367665154,1575266352367665152,1575266352367665153,'failed','{"prompt": "The ox of @Image1 sleeps", "images": {"1": {"url": "http://127.0.0.1:36151/cdn/ephemeral-attachments/1575266352271196161/1575266384806412288/ox.png?ex=6b08a8a5&is=6b075725&hm=ada7f403be08710b74d0445fdebe28a7fb1a8264d45969dda081e6dd5f688f6e&", "filename": "ox.png", "content_type": "image/png", "size": 1947, "width": 640, "height": 480, "is_spoiler": false}}, "elements": {}, "duration": 5, "aspect_ratio": "16:9"}',5,1795643173177,1795643173260,1575266384873521152,'failed',1575266384873521152,'{"image1": "http://127.0.0.1:36151/cdn/attachments/1575266384873521152/1575266385037099009/image1-dbdc020e.png?ex=6b08a8a5&is=6b075725&hm=327a23a8cdc674c848ca7f39a552e4f30d97145c26dcbeab030585c9b964fcbb&"}','{"image1": "board:1575266384873521152/1575266385037099008/image1-dbdc020e.png"}','{"model": "kling-video-o1-reference-to-video", "prompt": "The ox of @Image1 sleeps", "input_image": ["http://127.0.0.1:36151/cdn/attachments/1575266384873521152/1575266385037099009/image1-dbdc020e.png?ex=6b08a8a5&is=6b075725&hm=327a23a8cdc674c848ca7f39a552e4f30d97145c26dcbeab030585c9b964fcbb&"], "elements": [], "duration": 5, "aspect_ratio": "16:9", "target_namespace": null}',1795643173233,1,'eb980e0c-d36f-4a88-97f7-6f877587f435',1795643173250,NULL,'Oxen could not make it: the ox ran away.',1575266384873521152,1575266385246814208,112000,1795643179233,NULL,0);
INSERT INTO "jobs" VALUES('56ade87b2b2e3231',1575266352367665154,1575266352367665152,1575266352367665153,'running','{"prompt": "The ox of @Image1 walks", "images": {"1": {"url": "http://127.0.0.1:36151/cdn/ephemeral-attachments/1575266352271196161/1575266385360060416/ox.png?ex=6b08a8a5&is=6b075725&hm=cb539f0f29b0ced3f7edbd740ec61be11c8d65a42038d598f561346838975e2f&", "filename": "ox.png", "content_type": "image/png", "size": 1947, "width": 640, "height": 480, "is_spoiler": false}}, "elements": {}, "duration": 5, "aspect_ratio": "16:9"}',5,1795643173308,1795643173401,1575266385439752192,'making',1575266385439752192,'{"image1": "http://127.0.0.1:36151/cdn/attachments/1575266385439752192/1575266385662050305/image1-56ade87b.png?ex=6b08a8a5&is=6b075725&hm=acf3b101912d9ecc87b0a1f16a9680c63d495748d16f633bb60bf2cf183dade2&"}','{"image1": "board:1575266385439752192/1575266385662050304/image1-56ade87b.png"}','{"model": "kling-video-o1-reference-to-video", "prompt": "The ox of @Image1 walks", "input_image": ["http://127.0.0.1:36151/cdn/attachments/1575266385439752192/1575266385662050305/image1-56ade87b.png?ex=6b08a8a5&is=6b075725&hm=acf3b101912d9ecc87b0a1f16a9680c63d495748d16f633bb60bf2cf183dade2&"], "elements": [], "duration": 5, "aspect_ratio": "16:9", "target_namespace": null}',1795643173385,1,'7282c5ec-e4b3-472d-b999-7ea259b96539',1795643173396,NULL,NULL,NULL,NULL,112000,1795643179385,NULL,0);
INSERT INTO "jobs" VALUES('0ac551c10f013271',1575266352367665154,1575266352367665152,1575266352367665153,'running','{"prompt": "The ox of @Image1 runs", "images": {"1": {"url": "http://127.0.0.1:36151/cdn/ephemeral-attachments/1575266352271196161/1575266386089869312/ox.png?ex=6b08a8a5&is=6b075725&hm=3c71aaf9f7ae319a373cf4f5a8aed5f8a54a1568fefd99521fb5cd005744a947&", "filename": "ox.png", "content_type": "image/png", "size": 1947, "width": 640, "height": 480, "is_spoiler": false}}, "elements": {}, "duration": 10, "aspect_ratio": "16:9"}',10,1795643173491,1795643173589,1575266386190532608,'making',1575266386190532608,'{"image1": "http://127.0.0.1:36151/cdn/attachments/1575266386190532608/1575266386404442113/image1-0ac551c1.png?ex=6b08a8a5&is=6b075725&hm=15466241e2ddedd630c51ae23c848e8758638c30f8b43c5622d8b06152aacd8f&"}','{"image1": "board:1575266386190532608/1575266386404442112/image1-0ac551c1.png"}','{"model": "kling-video-o1-reference-to-video", "prompt": "The ox of @Image1 runs", "input_image": ["http://127.0.0.1:36151/cdn/attachments/1575266386190532608/1575266386404442113/image1-0ac551c1.png?ex=6b08a8a5&is=6b075725&hm=15466241e2ddedd630c51ae23c848e8758638c30f8b43c5622d8b06152aacd8f&"], "elements": [], "duration": 10, "aspect_ratio": "16:9", "target_namespace": null}',1795643173577,1,'57a4df3a-2610-4176-b46f-b46a82cb6e28',1795643173587,NULL,NULL,NULL,NULL,112000,1795643179577,NULL,0);
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
INSERT INTO "ledger" VALUES(1,'10135378998c6f36','reserve',1575266352367665154,1575266352367665152,'2026-11-25','2026-11-25',5,0,560000,NULL,1795643170891);
INSERT INTO "ledger" VALUES(2,'10135378998c6f36','settle',1575266352367665154,1575266352367665152,'2026-11-25','2026-11-25',5,0,560000,NULL,1795643173125);
INSERT INTO "ledger" VALUES(3,'dbdc020ead1c99ae','reserve',1575266352367665154,1575266352367665152,'2026-11-25','2026-11-25',5,0,560000,NULL,1795643173180);
INSERT INTO "ledger" VALUES(4,'dbdc020ead1c99ae','release',1575266352367665154,1575266352367665152,'2026-11-25','2026-11-25',5,0,560000,'failed',1795643173260);
INSERT INTO "ledger" VALUES(5,'56ade87b2b2e3231','reserve',1575266352367665154,1575266352367665152,'2026-11-25','2026-11-25',5,0,560000,NULL,1795643173313);
INSERT INTO "ledger" VALUES(6,'0ac551c10f013271','reserve',1575266352367665154,1575266352367665152,'2026-11-25','2026-11-25',10,0,1120000,NULL,1795643173493);
CREATE TABLE notices (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id INTEGER NOT NULL,
    text       TEXT NOT NULL,
    at         INTEGER NOT NULL
) STRICT;
CREATE TABLE operator_requests (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id   TEXT NOT NULL,
    action   TEXT NOT NULL CHECK (action IN ('fail', 'resend', 'resume')),
    reason   TEXT,
    asked_at INTEGER NOT NULL,
    is_taken INTEGER NOT NULL DEFAULT 0 CHECK (is_taken IN (0, 1)),
    is_done  INTEGER CHECK (is_done IN (0, 1)), -- whether it was done; not answered yet where empty
    answer   TEXT
) STRICT;
CREATE TABLE pending_requests (
    id       TEXT PRIMARY KEY,
    user_id  INTEGER NOT NULL,
    request  TEXT NOT NULL,
    use      TEXT, -- the name of a saved element to bring in
    asked    INTEGER NOT NULL CHECK (asked IN (0, 1)), -- whether its user was asked to confirm it
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE policies (
    guild_id        INTEGER NOT NULL,
    level           TEXT NOT NULL CHECK (level IN ('user', 'role', 'server')),
    subject_id      INTEGER NOT NULL,
    daily_seconds   INTEGER CHECK (daily_seconds >= 0),
    monthly_seconds INTEGER CHECK (monthly_seconds >= 0),
    max_active      INTEGER CHECK (max_active >= 0),
    max_duration    INTEGER CHECK (max_duration > 0),
    access          TEXT NOT NULL CHECK (access IN ('normal', 'blocked', 'unlimited')), access_before TEXT CHECK (access_before IN ('normal', 'unlimited')),
    PRIMARY KEY (guild_id, level, subject_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE prices (
    model             TEXT PRIMARY KEY,
    micros_per_second INTEGER NOT NULL CHECK (micros_per_second > 0),
    read_at           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "prices" VALUES('kling-video-o1-reference-to-video',112000,1795643168789);
CREATE TABLE saved_elements (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL,
    user_name  TEXT NOT NULL,
    guild_id   INTEGER NOT NULL, -- the server it is shared with; 0: it is not
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO "saved_elements" VALUES(1,1575266352367665154,'Alice',0,'bloxy','bloxy',1795643173725);
CREATE TABLE saved_views (
    element_id INTEGER NOT NULL REFERENCES saved_elements (id) ON DELETE CASCADE,
    angle      INTEGER NOT NULL CHECK (angle BETWEEN 0 AND 3), -- 0: the front
    picture    TEXT NOT NULL,
    PRIMARY KEY (element_id, angle)
) STRICT, WITHOUT ROWID;
INSERT INTO "saved_views" VALUES(1,0,'{"url": "stored:5cc7eed0aa95c6702dbc1863a1b42a4a9c5d39308e8356d953a326bcfa4cf6ce.png", "filename": "bloxy-front-5cc7eed0.png", "content_type": "image/png", "size": 1947, "width": 640, "height": 480, "is_spoiler": false}');
INSERT INTO "saved_views" VALUES(1,1,'{"url": "stored:e13b3a213fa57eb141ac97d3558f791df2f34978cfc3b292822be0ef7e5e7d52.png", "filename": "bloxy-angle1-e13b3a21.png", "content_type": "image/png", "size": 1946, "width": 640, "height": 480, "is_spoiler": false}');
CREATE TABLE server_channels (
    guild_id   INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    PRIMARY KEY (guild_id, channel_id)
) STRICT, WITHOUT ROWID;
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
INSERT INTO "server_totals" VALUES(1575266352367665152,'2026-11',4,1,0,15,5,1680000,560000);
INSERT INTO "server_totals" VALUES(1575266352367665152,'2026-11-25',4,1,0,15,5,1680000,560000);
CREATE TABLE servers (
    guild_id          INTEGER PRIMARY KEY,
    time_zone         TEXT NOT NULL DEFAULT 'UTC',
    notice_channel_id INTEGER,
    budget_day        INTEGER CHECK (budget_day >= 0),
    budget_month      INTEGER CHECK (budget_month >= 0)
) STRICT;
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
INSERT INTO "user_totals" VALUES(1575266352367665152,'2026-11',1575266352367665154,4,1,0,15,5,0,0,1680000,560000);
INSERT INTO "user_totals" VALUES(1575266352367665152,'2026-11-25',1575266352367665154,4,1,0,15,5,0,0,1680000,560000);
CREATE INDEX jobs_untold ON jobs (state) WHERE outcome_message_id IS NULL;
CREATE INDEX jobs_by_place ON jobs (place_id, created_at);
CREATE INDEX jobs_by_user ON jobs (user_id, created_at);
CREATE UNIQUE INDEX jobs_by_generation ON jobs (generation_id) WHERE generation_id IS NOT NULL;
CREATE INDEX job_history_by_job ON job_history (job_id);
CREATE TRIGGER job_history_keeps_its_entries BEFORE UPDATE ON job_history
BEGIN
    SELECT RAISE(ABORT, 'the history is append-only');
END;
CREATE INDEX jobs_of_user_untold ON jobs (user_id, guild_id, state) WHERE outcome_message_id IS NULL;
CREATE INDEX jobs_by_server ON jobs (guild_id, created_at) WHERE outcome_message_id IS NULL;
CREATE INDEX jobs_told ON jobs (updated_at) WHERE outcome_message_id IS NOT NULL;
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
CREATE INDEX user_totals_by_user ON user_totals (user_id, period);
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
CREATE INDEX grants_with_something_left ON grants (user_id, guild_id) WHERE taken < seconds;
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
CREATE INDEX audit_by_server ON audit (guild_id, id);
CREATE TRIGGER audit_keeps_its_entries BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
CREATE TRIGGER audit_keeps_its_words BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
CREATE UNIQUE INDEX saved_elements_by_name ON saved_elements (user_id, name_key);
CREATE UNIQUE INDEX saved_elements_shared ON saved_elements (guild_id, name_key) WHERE guild_id <> 0;
CREATE INDEX jobs_with_kept_pictures ON jobs (created_at) WHERE board = '{}' AND instr(request, '"stored:') > 0;
CREATE INDEX pending_requests_by_user ON pending_requests (user_id, asked_at);
CREATE INDEX pending_requests_by_age ON pending_requests (asked_at);
CREATE INDEX jobs_by_user_and_server ON jobs (user_id, guild_id, created_at);
CREATE INDEX jobs_no_place_took ON jobs (user_id, created_at) WHERE state = 'undeliverable';
CREATE INDEX jobs_unshown ON jobs (updated_at)
    WHERE card_phase IN ('starting', 'making', 'cancelling', 'fetching', 'unopened', 'fitting');
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (at);
DELETE FROM "sqlite_sequence";
COMMIT;
