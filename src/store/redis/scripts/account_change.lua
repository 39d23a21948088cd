-- Changes one field of an account, and may empty its list of recent shares.
--   KEYS[1]   the account ro:acct:{account}    ARGV[2], ARGV[3]  the field and its value
--   ARGV[4]   the list ro:recent:{account} to delete, or ''      ARGV[5]  the hash ro:ends:{account} that goes with it
-- Answers 1, or 0 when there is no such account.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[4] ~= '' then
  redis.call('EXISTS', ARGV[5])
  if redis.call('EXISTS', ARGV[4]) == 0 and asked then return redis.error_reply(under_way) end
end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
if ARGV[4] ~= '' then
  redis.call('DEL', ARGV[4])
  redis.call('DEL', ARGV[5])
end
return 1
