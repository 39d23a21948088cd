-- Stores a secret and its receipt, both or neither.
--   KEYS[1]   the secret        ro:{tag}:s:<sid>
--   ARGV[2]   the receipt's key ro:{tag}:m:<mid>
--   ARGV[3]   replicas that have to be in touch; 0 when none are asked for
--   ARGV[4]   milliseconds the secret lives       ARGV[5]  milliseconds the receipt lives
--   ARGV[6]   the secret's record                 ARGV[7…] the receipt's fields, name and value in turn
-- Answers 1, or 0 when one of the two is there already.
local secret, receipt = KEYS[1], ARGV[2]
if redis.call('EXISTS', secret) == 1 or redis.call('EXISTS', receipt) == 1 then return 0 end
if lacks_replicas(tonumber(ARGV[3])) then return redis.error_reply(few_replicas) end
redis.call('SET', secret, ARGV[6], 'PX', ARGV[4])
redis.call('HSET', receipt, unpack(ARGV, 7))
redis.call('PEXPIRE', receipt, ARGV[5])
return 1
