-- Notifications that wait to be sent. A notification goes when it was sent, when its secret is gone, or when that would have expired.
CREATE TABLE outbox (
    id       INTEGER PRIMARY KEY,
    tag      TEXT    NOT NULL,
    serial   BLOB    NOT NULL,
    secret   INTEGER NOT NULL, -- secrets.id; may be given out anew, but not before `expires`
    created  INTEGER NOT NULL,
    expires  INTEGER NOT NULL,
    due      INTEGER,          -- when it is tried next; NULL for a dead one, which waits for an operator
    attempts INTEGER NOT NULL, -- how often sending it has failed
    failure  INTEGER,          -- why, the last time
    sealed   BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX outbox_by_serial ON outbox (serial);
CREATE INDEX outbox_by_due ON outbox (due);
CREATE INDEX outbox_by_expires ON outbox (expires);
