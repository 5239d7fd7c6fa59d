-- Results that were deleted, and by whom; what was reported, once a person.

ALTER TABLE jobs ADD COLUMN removed_by TEXT CHECK (removed_by IN ('owner', 'moderator'));

CREATE TABLE reports (
    job_id  TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (job_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reports_by_user ON reports (user_id);
