-- Stores a pointer in the slot of an imported receipt's key, naming the slot that holds the receipt.
--   KEYS[1]   the receipt's name in the slot of its own key ro:{tag}:m:<mid>
--   ARGV[2]   the tag under which it is stored     ARGV[3]  milliseconds it lives
-- Answers 1, or 0 when something is there already.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'p', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
