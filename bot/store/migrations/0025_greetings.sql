-- Who was told once: a server when the bot joined it (user 0), and an admin of a server at their first /admin.

CREATE TABLE greetings (
    guild_id INTEGER NOT NULL,
    user_id  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (guild_id, user_id)
) STRICT, WITHOUT ROWID;
