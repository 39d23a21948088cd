-- Gives an account one more named token.
--   KEYS[1]   the account ro:acct:{account}    ARGV[2]  its field k<id>           ARGV[3]  the token's record
--   ARGV[4]   how many there may be
-- Answers 1, 0 when there are so many already, -1 when there is no such account.
local fields, there = redis.call('HGETALL', KEYS[1]), 0
if #fields == 0 then return -1 end
for i = 1, #fields, 2 do
  if #fields[i] == 9 and string.sub(fields[i], 1, 1) == 'k' then there = there + 1 end
end
if there >= tonumber(ARGV[4]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
return 1
