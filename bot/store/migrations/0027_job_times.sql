-- When a running job is done by what others of its model and length took: half of them by then, nine in ten by then.

ALTER TABLE jobs ADD COLUMN done_about INTEGER;
ALTER TABLE jobs ADD COLUMN slow_after INTEGER;

CREATE INDEX jobs_by_time_taken ON jobs (model, seconds, updated_at) WHERE state = 'delivered';

DROP INDEX jobs_unshown;
CREATE INDEX jobs_unshown ON jobs (updated_at)
    WHERE card_phase IN ('starting', 'making', 'slow', 'cancelling', 'fetching', 'unopened', 'fitting');
