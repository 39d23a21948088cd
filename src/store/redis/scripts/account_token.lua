-- Replaces an account's first token, which ends its sessions; and empties its list of recent shares, unless there are named
-- tokens, which have entries there.
--   KEYS[1]   the account ro:acct:{account}    ARGV[2]  the token's digest        ARGV[3]  now, unix seconds
--   ARGV[4]   the list ro:recent:{account}     ARGV[5]  the hash ro:ends:{account} that goes with it
-- Answers 1, or 0 when there is no such account.
local fields = redis.call('HGETALL', KEYS[1])
if #fields == 0 then return 0 end
local alone = true
for i = 1, #fields, 2 do
  if #fields[i] == 9 and string.sub(fields[i], 1, 1) == 'k' then alone = false end
end
if alone then
  redis.call('EXISTS', ARGV[5])
  if redis.call('EXISTS', ARGV[4]) == 0 and asked then return redis.error_reply(under_way) end
end
redis.call('HSET', KEYS[1], 't', ARGV[2], 'n', ARGV[3], 's', one_more(field(fields, 's')))
redis.call('HDEL', KEYS[1], 'u')
if alone then
  redis.call('DEL', ARGV[4])
  redis.call('DEL', ARGV[5])
end
return 1
