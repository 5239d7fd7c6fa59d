-- What a moderation service or the provider said of a request, and what tells the same request again.

ALTER TABLE jobs ADD COLUMN verdict TEXT
    CHECK (verdict IN ('pending', 'allowed', 'hidden', 'refused', 'refused by provider'));
ALTER TABLE jobs ADD COLUMN request_digest TEXT;

CREATE INDEX jobs_refused ON jobs (request_digest) WHERE verdict IN ('refused', 'refused by provider');
