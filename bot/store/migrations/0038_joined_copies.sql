-- The second message about a joined video: where its owner shared it, and which it is (0: being sent).

ALTER TABLE joins ADD COLUMN copy_place_id INTEGER;
ALTER TABLE joins ADD COLUMN copy_message_id INTEGER;
