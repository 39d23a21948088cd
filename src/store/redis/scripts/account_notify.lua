-- Says of which ends of its secrets an account is told.
--   KEYS[1]   the account ro:acct:{account}    ARGV[2]  the sum of their codes
-- Answers 1, or 0 when there is no such account.
if not redis.call('HGET', KEYS[1], 'e') then return 0 end
redis.call('HSET', KEYS[1], 'w', ARGV[2])
return 1
