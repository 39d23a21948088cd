-- Imports a secret of another server with its receipt, or the receipt alone; both or none.
--   KEYS[1]   the receipt       ro:{tag}:m:<mid>
--   ARGV[2]   the secret's key  ro:{tag}:s:<sid>, or '' when it has ended
--   ARGV[3]   replicas that have to be in touch; 0 when none are asked for
--   ARGV[4]   milliseconds the secret lives       ARGV[5]  milliseconds the receipt lives
--   ARGV[6]   the secret's record
--   ARGV[7…]  the receipt's fields, name and value in turn
-- Answers 1, or 0 when one of them is there already. Where the receipt is not, the secret never was: no companion is waited for.
local receipt, secret = KEYS[1], ARGV[2]
if redis.call('EXISTS', receipt) == 1 then return 0 end
if secret ~= '' and redis.call('EXISTS', secret) == 1 then return 0 end
if lacks_replicas(tonumber(ARGV[3])) then return redis.error_reply(few_replicas) end
redis.call('HSET', receipt, unpack(ARGV, 7))
redis.call('PEXPIRE', receipt, ARGV[5])
if secret ~= '' then redis.call('SET', secret, ARGV[6], 'PX', ARGV[4]) end
return 1
