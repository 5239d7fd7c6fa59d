-- What an operator's command asks the running bot to do with a job. The command takes its row away again.

CREATE TABLE operator_requests (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id   TEXT NOT NULL,
    action   TEXT NOT NULL CHECK (action IN ('fail', 'resend', 'resume')),
    reason   TEXT,
    asked_at INTEGER NOT NULL,
    is_taken INTEGER NOT NULL DEFAULT 0 CHECK (is_taken IN (0, 1)),
    is_done  INTEGER CHECK (is_done IN (0, 1)), -- whether it was done; not answered yet where empty
    answer   TEXT
) STRICT;
