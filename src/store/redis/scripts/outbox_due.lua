-- Notifications that are due by the index, after dropping dead ones whose secrets have expired.
--   KEYS[1]   a set of the index ro:outbox:N     ARGV[2]  now, unix seconds       ARGV[3]  how many at most
--   ARGV[4]   the least score of dead notifications; theirs is that and when their secret expires
-- Answers member and score in turn, those due longest first.
redis.call('ZREMRANGEBYSCORE', KEYS[1], ARGV[4], tonumber(ARGV[4]) + agreed(tonumber(ARGV[2])))
return redis.call('ZRANGE', KEYS[1], '-inf', ARGV[2], 'BYSCORE', 'LIMIT', 0, ARGV[3], 'WITHSCORES')
