-- Counts the notifications of the index whose secrets have not expired.
--   KEYS[1]   a set of the index ro:outbox:N     ARGV[2]  now, unix seconds
--   ARGV[3]   the least score of dead notifications
-- Answers how many wait, how many are dead, and when the oldest of those that wait was shared (0 when none does).
local now, least = tonumber(ARGV[2]), tonumber(ARGV[3])
local waiting, dead, oldest = 0, 0, 0
local index = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #index, 2 do
  local created, ttl = struct.unpack('>I8I4', index[i])
  if created + ttl <= now then
    -- Nobody waits for it any more.
  elseif tonumber(index[i + 1]) >= least then
    dead = dead + 1
  else
    waiting = waiting + 1
    if oldest == 0 or created < oldest then oldest = created end
  end
end
return {waiting, dead, oldest}
