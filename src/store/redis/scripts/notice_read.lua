-- Reads a notice.
--   KEYS[1]   the notice ro:{tag}:n:<serial>
-- Answers base, ending, when that was, when it is due, attempts, failure and what is sealed, each of them or nothing.
return redis.call('HMGET', KEYS[1], 'b', 'w', 'h', 'd', 'a', 'f', 'l')
