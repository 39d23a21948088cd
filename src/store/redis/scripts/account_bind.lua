-- Binds an account to somebody at a provider, or takes that back.
--   KEYS[1]   the account ro:acct:{account}    ARGV[2]  'bind' or 'undo'          ARGV[3]  the binding
-- Answers 1 if it is bound to them now, 0 if to nobody, -1 if to somebody else, -2 when there is no such account.
local seen = redis.call('HMGET', KEYS[1], 'e', 'b')
if not seen[1] then return -2 end
if seen[2] and seen[2] ~= ARGV[3] then return -1 end
if ARGV[2] == 'bind' then
  redis.call('HSET', KEYS[1], 'b', ARGV[3])
  return 1
end
redis.call('HDEL', KEYS[1], 'b')
return 0
