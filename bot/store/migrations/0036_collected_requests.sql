-- The workbench of the pictures that somebody collects for their next video: there is one of each person's at a time.

ALTER TABLE pending_requests ADD COLUMN is_collected INTEGER NOT NULL DEFAULT 0 CHECK (is_collected IN (0, 1));
CREATE UNIQUE INDEX pending_requests_collected ON pending_requests (user_id) WHERE is_collected = 1;
