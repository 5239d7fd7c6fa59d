-- What the operator or Oxen's account stops for everybody.

-- 'paused' by the operator; 'no_credit' since Oxen said so, one request tries it again from ``retry_at`` on, and
-- ``detail`` says whether it was at the request ('request') or only at the end of a generation ('generation');
-- 'alarm' is when the operator was last told that money goes fast.
CREATE TABLE operator_state (
    name     TEXT PRIMARY KEY CHECK (name IN ('paused', 'no_credit', 'alarm')),
    since    INTEGER NOT NULL,
    by_user  INTEGER,
    retry_at INTEGER,
    detail   TEXT
) STRICT, WITHOUT ROWID;
