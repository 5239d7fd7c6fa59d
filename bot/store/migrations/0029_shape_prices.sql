-- A model has a price for each shape that Oxen names one for: a second, a second with sound or in a resolution, an image.
-- ``believed`` and ``said`` are millionths of a dollar.

CREATE TABLE shape_prices (
    model      TEXT NOT NULL,
    shape      TEXT NOT NULL,
    believed   INTEGER NOT NULL CHECK (believed > 0),
    said       INTEGER,
    is_doubted INTEGER NOT NULL DEFAULT 0 CHECK (is_doubted IN (0, 1)),
    read_at    INTEGER NOT NULL,
    PRIMARY KEY (model, shape)
) STRICT, WITHOUT ROWID;

INSERT INTO shape_prices (model, shape, believed, said, is_doubted, read_at)
SELECT model, 'second', micros_per_second, said, is_doubted, read_at FROM prices;

DROP TABLE prices;
ALTER TABLE shape_prices RENAME TO prices;
