-- Whether somebody agreed to make videos with an element that somebody else shares; asked once for each element.

CREATE TABLE element_consents (
    user_id    INTEGER NOT NULL,
    element_id INTEGER NOT NULL REFERENCES saved_elements (id) ON DELETE CASCADE,
    is_given   INTEGER NOT NULL DEFAULT 0 CHECK (is_given IN (0, 1)),
    PRIMARY KEY (user_id, element_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX element_consents_by_element ON element_consents (element_id);
