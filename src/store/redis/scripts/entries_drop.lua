-- Takes entries off an account's list.
--   KEYS[1]   the list ro:recent:{account} or ro:shares:{account}
--   ARGV[2]   when their receipts are gone: the hash ro:ends:{account}, or '' of the second
--   ARGV[3…]  the members
-- Answers how many were there.
if ARGV[2] ~= '' then redis.call('EXISTS', ARGV[2]) end -- fails before the first write where that key has gone to another node
local ends = {}
for i = 3, #ARGV do ends[#ends + 1] = string.sub(ARGV[i], 1, 28) end
local there = redis.call('ZREM', KEYS[1], unpack(ARGV, 3))
if ARGV[2] ~= '' then redis.call('HDEL', ARGV[2], unpack(ends)) end
return there
