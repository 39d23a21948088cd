-- Shows that the store takes writes as a share does.
--   KEYS[1]   ro:{any tag}:ready
--   ARGV[2]   replicas that have to be in touch; 0 when none are asked for
--   ARGV[3]   what to write
if lacks_replicas(tonumber(ARGV[2])) then return redis.error_reply(few_replicas) end
redis.call('SET', KEYS[1], ARGV[3])
redis.call('DEL', KEYS[1])
return 1
