-- Shared by the scripts; put before each of them.
--
-- Every script gets exactly one key in KEYS and ARGV[1] = '1' when it was sent behind ASKING. While a cluster moves a
-- slot, the keys of a secret move one by one: at the old node a key that has gone makes the call fail ("non local
-- key"), at the new node a key that has not come yet looks as if it never was. Hence two rules for all scripts: check
-- every key before the first write, and behind ASKING take a missing companion key for one that is under way.
local asked = ARGV[1] == '1'
local under_way = 'TRYAGAIN a key of this record is being moved'

-- The value of a field in what HGETALL answered: a call less than asking the server again.
local function field(fields, name)
  for i = 1, #fields, 2 do
    if fields[i] == name then return fields[i + 1] end
  end
end

-- The number after that of a field, or after 0; none is so large that it would lose digits.
local function one_more(number) return string.format('%.0f', (tonumber(number) or 0) + 1) end

-- Whether the receipt says how its secret ended, in a word that is known.
local function has_ended(fields)
  local ending = field(fields, 'e')
  return ending == 'r' or ending == 'b' or ending == 'o'
end

-- The time that the caller's clock and this server's have both reached: only what is old by both is erased, as either may be
-- wrong. Where TIME is not allowed nothing is old.
local function agreed(now)
  local time = redis.pcall('TIME')
  if not time[1] then return 0 end
  return math.min(now, tonumber(time[1]))
end

-- Milliseconds that a key has left by this server's clock, which no caller's need agree with; nothing where PTTL is not allowed, or
-- the key has none.
local function left_here(key)
  local left = redis.pcall('PTTL', key)
  if type(left) == 'number' and left >= 0 then return left end
end

-- Too few replicas in touch to confirm a write, so do not begin one. A replica counts while it answered within 10 s.
local function lacks_replicas(wanted)
  if wanted == 0 then return false end
  local there = 0
  for line in string.gmatch(redis.call('INFO', 'replication'), 'slave%d+:([^\r\n]*)') do
    -- Around a full second the lag is shown as -1.
    local lag = tonumber(string.match(line, 'lag=(-?%d+)'))
    if string.find(line, 'state=online', 1, true) and lag and lag <= 10 then there = there + 1 end
  end
  return there < wanted
end
local few_replicas = 'NOREPLICAS fewer replicas in touch than redis.confirm asks for'

