-- Puts a share on its account's lists, of recent shares and of all it shared, or on the second alone; and takes the oldest off
-- one that is full.
--   KEYS[1]   a list: ro:recent:{account}, or ro:shares:{account}                  ARGV[2]  created, unix seconds
--   ARGV[3]   what is entered there: the sealed receipt key, or what says which share it is
--   ARGV[4]   milliseconds the list lives from now on
--   ARGV[5]   now, unix seconds: entries that are older than the list lives are dropped
--   ARGV[6]   how many are kept at most
--   ARGV[7]   when their receipts are gone: the hash ro:ends:{account}, or ''      ARGV[8]  when this one is, unix seconds
--   ARGV[9]   how many are dropped at most for each of the two reasons
--   ARGV[10]  the other list ro:shares:{account}, or ''                            ARGV[11] what is entered there
-- Answers the members it made, '' where it made none: a running number, so that later shares of one second sort later, and what
-- was entered.
local kept, most = tonumber(ARGV[6]), tonumber(ARGV[9])
-- Behind ASKING, what is not here is under way. It is not made here, and the entry does without.
local function is_here(key) return key ~= '' and (redis.call('EXISTS', key) == 1 or not asked) end
local has_ends, has_other = is_here(ARGV[7]), is_here(ARGV[10])

local function add(list, entered, ends)
  local number = 0
  local newest = redis.call('ZRANGE', list, -1, -1)
  if newest[1] then number = struct.unpack('>I8', newest[1]) + 1 end
  local member = struct.pack('>I8', number) .. entered
  redis.call('ZADD', list, ARGV[2], member)
  redis.call('PEXPIRE', list, ARGV[4])
  if ends then
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
    if ends then redis.call('HDEL', ends, unpack(names)) end
  end
  local since = agreed(tonumber(ARGV[5])) - tonumber(ARGV[4]) / 1000
  drop(redis.call('ZRANGE', list, '-inf', '(' .. since, 'BYSCORE', 'LIMIT', 0, most))
  drop(redis.call('ZRANGE', list, -kept - most, -kept - 1))
  return member
end

-- The first write is one that a full server refuses.
local member = add(KEYS[1], ARGV[3], has_ends and ARGV[7])
return {member, has_other and add(ARGV[10], ARGV[11]) or ''}
