-- Sets when a notification is tried next.
--   KEYS[1]   the notification ro:{tag}:o:<serial>     ARGV[2]  when it is due, unix seconds, or '' for a dead notification
--   ARGV[3]   why the attempt failed that is to be counted, or '' when none is
-- Answers its base, or nothing when it is not there; or, unless an attempt is counted, when its secret has expired by the
-- time it would be due.
-- Writes only to a notification that is there, so none is ever made anew without an expiry.
local notification = redis.call('HMGET', KEYS[1], 'b', 'a')
if not notification[1] then return false end
if ARGV[3] == '' then
  local created, ttl = struct.unpack('>I8I4', notification[1], 33)
  if ARGV[2] ~= '' and created + ttl <= tonumber(ARGV[2]) then return false end
else
  redis.call('HSET', KEYS[1], 'a', tonumber(notification[2] or '0') + 1, 'f', ARGV[3])
end
if ARGV[2] ~= '' then
  redis.call('HSET', KEYS[1], 'd', ARGV[2])
else
  redis.call('HDEL', KEYS[1], 'd')
end
return notification[1]
