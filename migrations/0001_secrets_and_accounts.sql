-- One row is a secret and its receipt. Envelope and counters go when the secret ends, the row when the receipt does.
CREATE TABLE secrets (
    id           INTEGER PRIMARY KEY,
    sid          BLOB    NOT NULL,
    mid          BLOB    NOT NULL,
    tag          TEXT    NOT NULL,
    state        INTEGER NOT NULL, -- 0 new, 1 revealed, 2 burned, 3 orphaned; expired follows from the time
    created      INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    ttl          INTEGER NOT NULL,
    due          INTEGER NOT NULL, -- when the sweeper is next needed: the secret's expiry, then the receipt's
    tries        INTEGER NOT NULL, -- passphrases tried in its life
    gate         INTEGER NOT NULL, -- once they are too many: no further try before this moment
    owner        TEXT,
    recipient    TEXT    NOT NULL,
    share_domain TEXT    NOT NULL,
    protected    INTEGER NOT NULL,
    sealed       BLOB    NOT NULL,
    envelope     BLOB              -- last, so that reading a receipt never follows its overflow pages
) STRICT;

CREATE UNIQUE INDEX secrets_by_sid ON secrets (sid);
CREATE UNIQUE INDEX secrets_by_mid ON secrets (mid);
CREATE INDEX secrets_by_due ON secrets (due);

-- Tries of a client network on a secret, in the window that ends at `until`.
CREATE TABLE tries (
    secret  INTEGER NOT NULL,
    network BLOB    NOT NULL,
    until   INTEGER NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (secret, network)
) STRICT, WITHOUT ROWID;

-- Accounts' lists of recent shares. The ids ascend, so the oldest entries come first.
CREATE TABLE recent (
    id      INTEGER PRIMARY KEY,
    owner   BLOB    NOT NULL,
    created INTEGER NOT NULL,
    sealed  BLOB    NOT NULL
) STRICT;

CREATE INDEX recent_by_owner ON recent (owner, created);

CREATE TABLE accounts (
    id       BLOB    NOT NULL PRIMARY KEY,
    email    TEXT    NOT NULL,
    plan     TEXT    NOT NULL,
    token    BLOB    NOT NULL,
    created  INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    locale   TEXT
) STRICT, WITHOUT ROWID;

-- Single values: the keyring's canary, and what `ready` writes.
CREATE TABLE singles (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
