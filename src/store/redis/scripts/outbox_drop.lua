-- Takes a notification out of the index.
--   KEYS[1]   the set ro:outbox:N     ARGV[2]  the member
-- Answers 1, or 0 when it was not there.
return redis.call('ZREM', KEYS[1], ARGV[2])
