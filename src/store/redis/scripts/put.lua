-- Stores a secret, its receipt, the notification about it and the notices of its end, all or none.
--   KEYS[1]   the secret        ro:{tag}:s:<sid>
--   ARGV[2]   the receipt's key ro:{tag}:m:<mid>
--   ARGV[3]   replicas that have to be in touch; 0 when none are asked for
--   ARGV[4]   milliseconds the secret lives       ARGV[5]  milliseconds the receipt lives
--   ARGV[6]   the secret's record
--   ARGV[7]   the notification's key ro:{tag}:o:<serial>, or '' without one
--   ARGV[8]   the notification's base                   ARGV[9]  when it is due, unix seconds     ARGV[10] the sealed notification
--   ARGV[11]  how many notices, or '' for none
--   ARGV[12…] with notices: the milliseconds they live, when the secret expires, and of each its key ro:{tag}:n:<serial>, its base and what
--             is sealed; then the receipt's fields, name and value in turn
-- Answers 1, or 0 when one of them is there already.
local secret, receipt, notification = KEYS[1], ARGV[2], ARGV[7]
local notices, fields = tonumber(ARGV[11]) or 0, 12
if notices > 0 then fields = 14 + 3 * notices end
if redis.call('EXISTS', receipt) == 1 then return 0 end
if notification ~= '' and redis.call('EXISTS', notification) == 1 then return 0 end
for i = 14, fields - 1, 3 do
  if redis.call('EXISTS', ARGV[i]) == 1 then return 0 end
end
if lacks_replicas(tonumber(ARGV[3])) then return redis.error_reply(few_replicas) end
-- The first write, and the check of the secret's key too: the server resolved its slot when the script was called.
if not redis.call('SET', secret, ARGV[6], 'PX', ARGV[4], 'NX') then return 0 end
redis.call('HSET', receipt, unpack(ARGV, fields))
redis.call('PEXPIRE', receipt, ARGV[5])
if notification ~= '' then
  redis.call('HSET', notification, 'b', ARGV[8], 'd', ARGV[9], 'l', ARGV[10])
  redis.call('PEXPIRE', notification, ARGV[4])
end
for i = 14, fields - 1, 3 do
  redis.call('HSET', ARGV[i], 'b', ARGV[i + 1], 'x', ARGV[13], 'l', ARGV[i + 2])
  redis.call('PEXPIRE', ARGV[i], ARGV[12])
end
return 1
