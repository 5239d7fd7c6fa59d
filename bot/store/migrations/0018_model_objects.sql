-- Models as Oxen described them last. gone_at: since when Oxen does not know it any more.

CREATE TABLE models (
    id          TEXT PRIMARY KEY,
    object      TEXT NOT NULL,
    read_at     INTEGER NOT NULL,
    gone_at     INTEGER,
    is_favorite INTEGER NOT NULL DEFAULT 0 CHECK (is_favorite IN (0, 1))
) STRICT, WITHOUT ROWID;
