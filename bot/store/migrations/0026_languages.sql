-- The language that a server's admins chose (NULL: none), and those that a job is told in: to its channel, to its user.

ALTER TABLE servers ADD COLUMN language TEXT;

ALTER TABLE jobs ADD COLUMN locale TEXT;
ALTER TABLE jobs ADD COLUMN user_locale TEXT;
