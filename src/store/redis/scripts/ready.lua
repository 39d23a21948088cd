-- Shows that the store takes writes.
--   KEYS[1]   ro:{any tag}:ready    ARGV[2]  milliseconds it lives
redis.call('SET', KEYS[1], '1', 'PX', ARGV[2])
return 1
