-- Takes an entry off a list of recent shares again.
--   KEYS[1]   the list ro:recent:{account}     ARGV[2]  the member
return redis.call('ZREM', KEYS[1], ARGV[2])
