-- Waiting notifications of the index whose secrets have expired.
--   KEYS[1]   a set of the index ro:outbox:N     ARGV[2]  now, unix seconds       ARGV[3]  how many at most
--   ARGV[4]   the least score of dead notifications
-- Answers their members.
local now, most, expired = tonumber(ARGV[2]), tonumber(ARGV[3]), {}
local index = redis.call('ZRANGE', KEYS[1], '-inf', '(' .. ARGV[4], 'BYSCORE')
for _, member in ipairs(index) do
  if #expired >= most then break end
  local created, ttl = struct.unpack('>I8I4', member)
  if created + ttl <= now then expired[#expired + 1] = member end
end
return expired
