-- When an entry's receipt is gone; NULL for those of earlier versions, which did not note it.
ALTER TABLE recent ADD COLUMN expires INTEGER;
-- Which of its account's lists an entry stands in. Emptying a list begins the next one.
ALTER TABLE recent ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;

DROP INDEX recent_by_owner;
CREATE INDEX recent_by_list ON recent (owner, generation, created);

-- The lists that anything stands in, by account.
CREATE TABLE lists (
    owner      BLOB    NOT NULL PRIMARY KEY,
    generation INTEGER NOT NULL, -- the list that is read; entries of lower generations are to be deleted
    entries    INTEGER NOT NULL, -- entries of that list
    stale      INTEGER NOT NULL  -- entries of lower generations: 0 if there are none, else about how many
) STRICT, WITHOUT ROWID;

INSERT INTO lists (owner, generation, entries, stale) SELECT owner, 0, count(*), 0 FROM recent GROUP BY owner;

-- What is to be deleted in steps, found without a look at the other lists.
CREATE INDEX lists_to_tidy ON lists (owner) WHERE stale > 0 OR entries > 10000;

-- When the last secret that is sealed as another server did has expired; no such name, no such secret.
INSERT INTO singles (name, value)
SELECT 'legacy', unhex(printf('%016x', max(created + ttl))) FROM secrets
WHERE envelope IS NOT NULL AND substr(envelope, 13, 1) = x'04' HAVING count(*) > 0;
