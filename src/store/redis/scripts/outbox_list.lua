-- The notifications of the index whose secrets have not expired.
--   KEYS[1]   a set of the index ro:outbox:N     ARGV[2]  now, unix seconds
-- Answers their members.
local now, living = tonumber(ARGV[2]), {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local created, ttl = struct.unpack('>I8I4', member)
  if created + ttl > now then living[#living + 1] = member end
end
return living
