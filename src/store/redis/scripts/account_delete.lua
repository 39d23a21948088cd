-- Deletes an account with its lists.
--   KEYS[1]   the account ro:acct:{account}    ARGV[2]  the list ro:recent:{account}     ARGV[3]  the hash ro:ends:{account}
--   ARGV[4]   the list ro:shares:{account}
-- Answers 1, or 0 when there is no such account.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('EXISTS', ARGV[3])
redis.call('EXISTS', ARGV[4])
if redis.call('EXISTS', ARGV[2]) == 0 and asked then return redis.error_reply(under_way) end
redis.call('DEL', KEYS[1])
redis.call('DEL', ARGV[2])
redis.call('DEL', ARGV[3])
redis.call('DEL', ARGV[4])
return 1
