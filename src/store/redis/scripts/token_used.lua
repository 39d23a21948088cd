-- Notes the day of a token's last use.
--   KEYS[1]   the account ro:acct:{account}    ARGV[2]  the token's field: k<id>, or t for the first
--   ARGV[3]   the field of the day: u<id>, or u                    ARGV[4]  the day
-- Answers 1, or 0 when there is no such token.
if not redis.call('HGET', KEYS[1], ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
return 1
