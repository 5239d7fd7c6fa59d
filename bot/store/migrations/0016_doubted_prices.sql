-- What Oxen said last, in millionths of a dollar, where it is not believed alone: empty where it is no price at all. While
-- it is in doubt, the higher of both counts; an operator settles it.

ALTER TABLE prices ADD COLUMN said INTEGER;
ALTER TABLE prices ADD COLUMN is_doubted INTEGER NOT NULL DEFAULT 0 CHECK (is_doubted IN (0, 1));
