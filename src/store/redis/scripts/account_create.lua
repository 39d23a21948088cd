-- Stores an account.
--   KEYS[1]   the account ro:acct:{account}    ARGV[2…] its fields, name and value in turn
-- Answers 1, or 0 when it is there already.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 1
