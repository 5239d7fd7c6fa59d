-- Of several videos of one request, the job whose card and thread the others share.

ALTER TABLE jobs ADD COLUMN leader_id TEXT;

CREATE INDEX jobs_by_leader ON jobs (leader_id) WHERE leader_id IS NOT NULL;
