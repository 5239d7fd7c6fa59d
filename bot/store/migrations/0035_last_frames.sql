-- The last frame of a finished video, kept for a while to go on from (NULL: it is cut when it is asked for).

ALTER TABLE jobs ADD COLUMN last_frame TEXT;

CREATE INDEX jobs_with_last_frame ON jobs (updated_at, last_frame) WHERE last_frame IS NOT NULL AND removed_by IS NULL;
