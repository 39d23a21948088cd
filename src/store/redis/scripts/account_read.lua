-- Reads an account.
--   KEYS[1]   the account ro:acct:{account}
-- Answers its fields, name and value in turn.
return redis.call('HGETALL', KEYS[1])
