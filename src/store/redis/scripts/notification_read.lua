-- Reads a notification, all but what is sealed in it.
--   KEYS[1]   the notification ro:{tag}:o:<serial>
-- Answers base, due, attempts and failure, each of them or nothing.
return redis.call('HMGET', KEYS[1], 'b', 'd', 'a', 'f')
