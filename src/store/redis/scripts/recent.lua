-- The newest entries of a list of recent shares.
--   KEYS[1]   the list ro:recent:{account}     ARGV[2]  not older than (unix seconds)     ARGV[3]  how many at most
-- Answers member and time in turn, newest first.
return redis.call('ZRANGE', KEYS[1], '+inf', ARGV[2], 'BYSCORE', 'REV', 'LIMIT', 0, ARGV[3], 'WITHSCORES')
