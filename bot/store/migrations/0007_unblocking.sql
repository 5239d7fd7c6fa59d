-- What a block replaced, so that whoever is unblocked is let in as before.

ALTER TABLE policies ADD COLUMN access_before TEXT CHECK (access_before IN ('normal', 'unlimited'));
