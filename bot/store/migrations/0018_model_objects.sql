-- Models as Oxen described them last, with their prices. gone_at: since when Oxen does not know it any more.

CREATE TABLE models (
    id          TEXT PRIMARY KEY,
    object      TEXT NOT NULL,
    read_at     INTEGER NOT NULL,
    gone_at     INTEGER,
    is_favorite INTEGER NOT NULL DEFAULT 0 CHECK (is_favorite IN (0, 1))
) STRICT, WITHOUT ROWID;

INSERT INTO models (id, object, read_at)
SELECT
    model,
    json_object('id', model, 'pricing', json_object(
        'method', 'per_video_output_second', 'cost_per_second', printf('%.6f', micros_per_second / 1000000.0))),
    0
FROM prices;

DROP TABLE prices;
