-- The index of secrets that are sealed as another server did: tag and sid, by their expiry.
--   KEYS[1]   ro:legacy         ARGV[2]  'add' or 'list'          ARGV[3]  now, unix seconds
--   ARGV[4]   to add: when it expires, unix seconds               ARGV[5]  to add: the member
--   ARGV[6]   to add: milliseconds the set has to live from now on, at least
-- Answers 1, or the members that have not expired. What was read is still among them.
if ARGV[2] == 'list' then
  return redis.call('ZRANGE', KEYS[1], '(' .. ARGV[3], '+inf', 'BYSCORE')
end
redis.call('ZADD', KEYS[1], 'NX', ARGV[4], ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', agreed(tonumber(ARGV[3])))
-- GT alone takes a set without an expiry for one that lives for ever.
redis.call('PEXPIRE', KEYS[1], ARGV[6], 'NX')
redis.call('PEXPIRE', KEYS[1], ARGV[6], 'GT')
return 1
