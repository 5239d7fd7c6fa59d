-- A card can say that its video waits at Oxen.

DROP INDEX jobs_unshown;
CREATE INDEX jobs_unshown ON jobs (updated_at)
    WHERE card_phase IN ('starting', 'waiting', 'making', 'slow', 'cancelling', 'fetching', 'unopened', 'fitting');
