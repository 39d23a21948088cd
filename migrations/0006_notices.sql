-- Notices to sharers of how their secrets ended. Dormant until then; a notice goes when it was delivered, or at `until`.
CREATE TABLE notices (
    id       INTEGER PRIMARY KEY,
    tag      TEXT    NOT NULL,
    serial   BLOB    NOT NULL,
    mid      BLOB    NOT NULL, -- of its secret's receipt
    created  INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    ending   INTEGER,          -- 1 read, 2 burned, 4 expired; NULL for a dormant one
    ended    INTEGER,          -- when
    due      INTEGER,          -- when it is tried next, of a dormant one when its secret expires; NULL for a dead one
    attempts INTEGER NOT NULL, -- how often delivering it has failed
    failure  INTEGER,          -- why, the last time
    sealed   BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX notices_by_serial ON notices (serial);
CREATE INDEX notices_by_due ON notices (due);
CREATE INDEX notices_by_until ON notices (until);
-- What a claim looks for: nothing is in it of secrets without notices.
CREATE INDEX notices_dormant ON notices (mid) WHERE ending IS NULL;

-- Of which ends of its secrets an account is told: the sum of such numbers.
ALTER TABLE accounts ADD COLUMN notify INTEGER NOT NULL DEFAULT 0;
