-- What was learned holds only while the server says what it said then. What was learned before is forgotten.

DELETE FROM upload_limits;

ALTER TABLE upload_limits ADD COLUMN said_bytes INTEGER NOT NULL DEFAULT 0;
