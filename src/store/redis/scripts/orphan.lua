-- Marks a revealed receipt as orphaned: the secret was taken and could not be opened.
--   KEYS[1]   the receipt ro:{tag}:m:<mid>     ARGV[2]  now, unix seconds
-- Answers 1, or 0 when it is not there or in another state. Writes only to a receipt that is there, so none is ever made
-- anew without an expiry.
if redis.call('HGET', KEYS[1], 'e') ~= 'r' then return 0 end
redis.call('HSET', KEYS[1], 'e', 'o', 'u', ARGV[2])
return 1
