-- Notices of the index that are not due yet by it, dead ones left out.
--   KEYS[1]   a set of the index ro:notices:N     ARGV[2]  now, unix seconds
--   ARGV[3]   the least score of dead notices
-- Answers member and score in turn.
return redis.call('ZRANGE', KEYS[1], '(' .. ARGV[2], '(' .. ARGV[3], 'BYSCORE', 'WITHSCORES')
