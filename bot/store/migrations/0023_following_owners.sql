-- Whose prompt and pictures a job was made of, besides its own user's: so that they go with their owner.

CREATE TABLE request_origins (
    owner_id INTEGER NOT NULL,
    job_id   TEXT NOT NULL,
    PRIMARY KEY (owner_id, job_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX request_origins_by_job ON request_origins (job_id);

ALTER TABLE drafts ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
UPDATE drafts SET changed_at = unixepoch() * 1000;

-- The audit may lose names, and nothing else; what a server left goes 30 days after the bot has left it.
DROP TRIGGER audit_keeps_its_words;
CREATE TRIGGER audit_keeps_its_facts BEFORE UPDATE OF id, guild_id, at, action ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

CREATE TRIGGER audit_only_loses_names BEFORE UPDATE OF by_user, sentence ON audit
WHEN NEW.by_user NOT IN (OLD.by_user, -1)
    OR NEW.sentence <> OLD.sentence AND instr(NEW.sentence, '{"type":"user","value":-1}') = 0
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

CREATE TABLE departed_guilds (
    guild_id INTEGER PRIMARY KEY,
    left_at  INTEGER NOT NULL
) STRICT;

DROP TRIGGER audit_keeps_its_entries;
CREATE TRIGGER audit_keeps_its_entries BEFORE DELETE ON audit
WHEN NOT EXISTS (SELECT 1 FROM departed_guilds WHERE guild_id = OLD.guild_id)
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;

-- Videos that are to be deleted at Oxen, because whoever asked for them wants to be forgotten.
CREATE TABLE result_deletions (
    generation_id TEXT PRIMARY KEY,
    asked_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
