-- Which shot of its user's story a video is. A shot may have several takes; the one that was picked last counts.

ALTER TABLE jobs ADD COLUMN chain_id TEXT; -- the id of the story's first video
ALTER TABLE jobs ADD COLUMN shot INTEGER CHECK (shot > 0);
ALTER TABLE jobs ADD COLUMN shot_count INTEGER; -- how many the story had when this was accepted, this one too
ALTER TABLE jobs ADD COLUMN is_retake INTEGER NOT NULL DEFAULT 0 CHECK (is_retake IN (0, 1));
ALTER TABLE jobs ADD COLUMN picked_at INTEGER; -- when its user put it into the story, in the place of another take

CREATE INDEX jobs_by_chain ON jobs (chain_id, shot) WHERE chain_id IS NOT NULL;
CREATE INDEX jobs_by_user_and_chain ON jobs (user_id, guild_id, chain_id) WHERE chain_id IS NOT NULL;
