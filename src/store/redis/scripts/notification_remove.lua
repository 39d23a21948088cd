-- Deletes a notification.
--   KEYS[1]   the notification ro:{tag}:o:<serial>
-- Answers its base, or nothing when it is not there.
local base = redis.call('HGET', KEYS[1], 'b')
redis.call('DEL', KEYS[1])
return base
