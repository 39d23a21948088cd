-- The index of secrets that are sealed as another server did: tag and sid, by their expiry.
--   KEYS[1]   ro:legacy         ARGV[2]  'add' or 'list'          ARGV[3]  now, unix seconds
--   ARGV[4]   to add: when it expires, unix seconds               ARGV[5]  to add: the member
-- Answers 1, or the members that have not expired. What was read is still among them.
if ARGV[2] == 'list' then
  return redis.call('ZRANGE', KEYS[1], '(' .. ARGV[3], '+inf', 'BYSCORE')
end
redis.call('ZADD', KEYS[1], ARGV[4], ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
local longest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
if longest[2] then redis.call('PEXPIRE', KEYS[1], (tonumber(longest[2]) - tonumber(ARGV[3])) * 1000) end
return 1
