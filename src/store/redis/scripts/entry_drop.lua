-- Takes an entry off a list of recent shares, or a notification out of the index.
--   KEYS[1]   the list ro:recent:{account} or the set ro:outbox:N     ARGV[2]  the member
-- Answers 1, or 0 when it was not there.
return redis.call('ZREM', KEYS[1], ARGV[2])
