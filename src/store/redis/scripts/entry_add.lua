-- Puts an entry on an account's list of recent shares, and takes the oldest off one that is full.
--   KEYS[1]   the list ro:recent:{account}     ARGV[2]  created, unix seconds     ARGV[3]  the sealed receipt key
--   ARGV[4]   milliseconds the list lives from now on
--   ARGV[5]   now, unix seconds: entries that are older than the list lives are dropped
--   ARGV[6]   how many are kept at most
--   ARGV[7]   when their receipts are gone: the hash ro:ends:{account}            ARGV[8]  when this one is, unix seconds
--   ARGV[9]   how many are dropped at most for each of the two reasons
-- Answers the member it made: a running number, so that later shares of one second sort later, and the sealed key.
local list, ends = KEYS[1], ARGV[7]
-- Behind ASKING, one that is not here is under way. It is not made here, and the entry does without.
local has_ends = redis.call('EXISTS', ends) == 1 or not asked
local number = 0
local newest = redis.call('ZRANGE', list, -1, -1)
if newest[1] then number = struct.unpack('>I8', newest[1]) + 1 end
local member = struct.pack('>I8', number) .. ARGV[3]
-- The first write is one that a full server refuses.
redis.call('ZADD', list, ARGV[2], member)
redis.call('PEXPIRE', list, ARGV[4])
if has_ends then
  -- Left by a list that an instance of an earlier version deleted.
  if not newest[1] then redis.call('DEL', ends) end
  redis.call('HSET', ends, string.sub(member, 1, 28), ARGV[8])
  redis.call('PEXPIRE', ends, ARGV[4])
end

local function drop(members)
  if #members == 0 then return end
  redis.call('ZREM', list, unpack(members))
  local names = {}
  for i = 1, #members do names[i] = string.sub(members[i], 1, 28) end
  if has_ends then redis.call('HDEL', ends, unpack(names)) end
end
local kept, most = tonumber(ARGV[6]), tonumber(ARGV[9])
local since = agreed(tonumber(ARGV[5])) - tonumber(ARGV[4]) / 1000
drop(redis.call('ZRANGE', list, '-inf', '(' .. since, 'BYSCORE', 'LIMIT', 0, most))
drop(redis.call('ZRANGE', list, -kept - most, -kept - 1))
return member
