-- A user's newest jobs in one server, and those that no place took, are found without reading the others.

CREATE INDEX jobs_by_user_and_server ON jobs (user_id, guild_id, created_at);
CREATE INDEX jobs_no_place_took ON jobs (user_id, created_at) WHERE state = 'undeliverable';
