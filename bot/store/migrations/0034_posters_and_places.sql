-- A small picture of a finished video (NULL: none is kept), whether somebody marked the video as a spoiler, and the
-- second message that shows it, in the channel (NULL: none, 0: being sent). Where results are posted: those of a job,
-- by what its server's admins set when it was accepted.

ALTER TABLE jobs ADD COLUMN poster TEXT;
ALTER TABLE jobs ADD COLUMN is_marked_spoiler INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN copy_message_id INTEGER;

CREATE INDEX jobs_with_poster ON jobs (updated_at, poster) WHERE poster IS NOT NULL AND removed_by IS NULL;

ALTER TABLE jobs ADD COLUMN results TEXT NOT NULL DEFAULT 'thread';
ALTER TABLE servers ADD COLUMN results TEXT NOT NULL DEFAULT 'thread';
