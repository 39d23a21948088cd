-- Enters a notification in the index.
--   KEYS[1]   a set of the index ro:outbox:N     ARGV[2]  the notification's member     ARGV[3]  its score
--   ARGV[4]   milliseconds the set has to live from now on, at least
--   ARGV[5]   replicas that have to be in touch; 0 when none are asked for
if lacks_replicas(tonumber(ARGV[5])) then return redis.error_reply(few_replicas) end
redis.call('ZADD', KEYS[1], 'NX', ARGV[3], ARGV[2])
-- GT alone takes a set without an expiry for one that lives for ever.
redis.call('PEXPIRE', KEYS[1], ARGV[4], 'NX')
redis.call('PEXPIRE', KEYS[1], ARGV[4], 'GT')
return 1
