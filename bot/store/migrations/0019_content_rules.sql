-- What admins allow to be made in their server, and how each job is shown because of it.

ALTER TABLE servers ADD COLUMN outside_age_restricted TEXT NOT NULL DEFAULT 'show'
    CHECK (outside_age_restricted IN ('show', 'spoiler', 'refuse'));
ALTER TABLE servers ADD COLUMN prompt_log_channel_id INTEGER; -- where prompts are posted for moderators; none where empty
ALTER TABLE servers ADD COLUMN takes_mentions INTEGER NOT NULL DEFAULT 1 CHECK (takes_mentions IN (0, 1));

-- Words that prompts may not hold; `key` is what all spellings of one have in common.
CREATE TABLE filtered_words (
    guild_id INTEGER NOT NULL,
    key      TEXT NOT NULL,
    word     TEXT NOT NULL,
    PRIMARY KEY (guild_id, key)
) STRICT, WITHOUT ROWID;

ALTER TABLE jobs ADD COLUMN is_hidden INTEGER NOT NULL DEFAULT 0; -- pictures and video behind a spoiler
ALTER TABLE jobs ADD COLUMN has_plain_title INTEGER NOT NULL DEFAULT 0; -- its thread is named without its prompt
