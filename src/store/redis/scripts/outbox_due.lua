-- Notifications that are due by the index, after dropping dead ones whose secrets have expired.
--   KEYS[1]   a set of the index ro:outbox:N     ARGV[2]  now, unix seconds       ARGV[3]  how many at most
--   ARGV[4]   the least score of dead notifications; theirs is that and when their secret expires
--   ARGV[5]   how many of those that came due last, at most
-- Answers member and score in turn: those due longest first, then those that came due last. One may be among both.
redis.call('ZREMRANGEBYSCORE', KEYS[1], ARGV[4], tonumber(ARGV[4]) + agreed(tonumber(ARGV[2])))
local due = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[2], 'BYSCORE', 'LIMIT', 0, ARGV[3], 'WITHSCORES')
if #due < 2 * tonumber(ARGV[3]) then return due end
local latest = redis.call('ZRANGE', KEYS[1], ARGV[2], '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, ARGV[5], 'WITHSCORES')
for _, each in ipairs(latest) do due[#due + 1] = each end
return due
