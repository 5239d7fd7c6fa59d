-- A line on a job's card for its user: that a limit is nearly used up, say.

ALTER TABLE jobs ADD COLUMN hint TEXT;
