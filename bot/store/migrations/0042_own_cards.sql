-- A job whose card is no answer to an interaction need not have waited: a mention can have asked for it.

ALTER TABLE jobs RENAME COLUMN has_waited TO posts_own_card;
