-- Pictures are JSON; their address says which file of the folder `pictures` they are.

CREATE TABLE saved_elements (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL,
    user_name  TEXT NOT NULL,
    guild_id   INTEGER NOT NULL, -- the server it is shared with; 0: it is not
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX saved_elements_by_name ON saved_elements (user_id, name_key);
CREATE UNIQUE INDEX saved_elements_shared ON saved_elements (guild_id, name_key) WHERE guild_id <> 0;

CREATE TABLE saved_views (
    element_id INTEGER NOT NULL REFERENCES saved_elements (id) ON DELETE CASCADE,
    angle      INTEGER NOT NULL CHECK (angle BETWEEN 0 AND 3), -- 0: the front
    picture    TEXT NOT NULL,
    PRIMARY KEY (element_id, angle)
) STRICT, WITHOUT ROWID;

CREATE TABLE drafts (
    user_id  INTEGER NOT NULL,
    position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 7),
    picture  TEXT NOT NULL,
    PRIMARY KEY (user_id, position)
) STRICT, WITHOUT ROWID;

-- Jobs whose pictures are not on a board yet: what they need of the folder stays.
CREATE INDEX jobs_with_kept_pictures ON jobs (created_at) WHERE board = '{}' AND instr(request, '"stored:') > 0;
