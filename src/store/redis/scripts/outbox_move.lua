-- Gives a notification in the index another score. One that is not there any more is not entered anew.
--   KEYS[1]   a set of the index ro:outbox:N     ARGV[2]  the notification's member     ARGV[3]  its score
--   ARGV[4]   the score it has to have now for that, or '' for any
if ARGV[4] ~= '' and redis.call('ZSCORE', KEYS[1], ARGV[2]) ~= ARGV[4] then return 0 end
redis.call('ZADD', KEYS[1], 'XX', ARGV[3], ARGV[2])
return 1
