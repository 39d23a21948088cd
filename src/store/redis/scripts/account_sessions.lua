-- Ends an account's sessions, and may refuse it; or accepts it.
--   KEYS[1]   the account ro:acct:{account}    ARGV[2]  '1' to refuse it, '0' to accept it, which ends no sessions; '' for neither
-- Answers 1, or 0 when there is no such account.
local seen = redis.call('HMGET', KEYS[1], 'e', 's')
if not seen[1] then return 0 end
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'd', ARGV[2]) end
if ARGV[2] ~= '0' then redis.call('HSET', KEYS[1], 's', one_more(seen[2])) end
return 1
