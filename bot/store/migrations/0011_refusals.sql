-- What a server refused for its size is remembered for a day, in memory.

DROP TABLE upload_limits;

-- What a job's messages leave out because Discord refused their words: see bot/domain/redaction.py.

ALTER TABLE jobs ADD COLUMN redaction INTEGER NOT NULL DEFAULT 0;
