-- Reads a notification.
--   KEYS[1]   the notification ro:{tag}:o:<serial>
-- Answers base, due, attempts, failure and what is sealed, each of them or nothing.
return redis.call('HMGET', KEYS[1], 'b', 'd', 'a', 'f', 'l')
