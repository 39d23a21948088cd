-- Ends a named token.
--   KEYS[1]   the account ro:acct:{account}    ARGV[2]  its field k<id>           ARGV[3]  the same with u for k
-- Answers 1, or 0 when there is no such token.
redis.call('HDEL', KEYS[1], ARGV[3])
return redis.call('HDEL', KEYS[1], ARGV[2])
