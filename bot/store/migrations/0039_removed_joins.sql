-- Who had the messages with a joined video deleted (NULL: nobody), as for a job.

ALTER TABLE joins ADD COLUMN removed_by TEXT CHECK (removed_by IN ('owner', 'moderator'));
