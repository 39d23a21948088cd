-- The index of accounts.
--   KEYS[1]   the index ro:accounts    ARGV[2]  'add', 'drop' or 'list'    ARGV[3]  the account, for 'add' and 'drop'
-- Answers a number, or the accounts.
if ARGV[2] == 'add' then return redis.call('SADD', KEYS[1], ARGV[3]) end
if ARGV[2] == 'drop' then return redis.call('SREM', KEYS[1], ARGV[3]) end
return redis.call('SMEMBERS', KEYS[1])
