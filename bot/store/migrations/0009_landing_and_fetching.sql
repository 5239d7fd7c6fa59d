-- Until when a request to Oxen whose answer was lost may still take effect; until when a result that does not open is tried.

ALTER TABLE jobs ADD COLUMN may_land_until INTEGER;
ALTER TABLE jobs ADD COLUMN fetch_until INTEGER;

DROP INDEX jobs_unshown;
CREATE INDEX jobs_unshown ON jobs (updated_at)
    WHERE card_phase IN ('starting', 'making', 'cancelling', 'fetching', 'unopened', 'fitting');
