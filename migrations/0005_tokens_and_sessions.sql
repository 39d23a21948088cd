-- A session is valid while this number is the one it began with.
ALTER TABLE accounts ADD COLUMN sessions INTEGER NOT NULL DEFAULT 0;
-- Who it is at a provider of identities.
ALTER TABLE accounts ADD COLUMN binding BLOB;
-- When the first token was made, if that was after the account, and the day of its last use.
ALTER TABLE accounts ADD COLUMN token_created INTEGER;
ALTER TABLE accounts ADD COLUMN token_used INTEGER;
CREATE UNIQUE INDEX accounts_by_binding ON accounts (binding) WHERE binding IS NOT NULL;

-- Named tokens. The id is how the digest begins.
CREATE TABLE tokens (
    account BLOB    NOT NULL,
    id      BLOB    NOT NULL,
    digest  BLOB    NOT NULL,
    name    TEXT    NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER,
    used    INTEGER, -- a day
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- An instance of an earlier version, which knows no tokens, may delete their account.
CREATE TRIGGER tokens_end_with_their_account AFTER DELETE ON accounts
BEGIN
    DELETE FROM tokens WHERE account = old.id;
END;

-- What an account shared, newest last. Of anonymous secrets nothing is in it.
CREATE INDEX secrets_by_owner ON secrets (owner, created) WHERE owner IS NOT NULL;
