-- Takes back a try of a network that was counted in the window still running.
--   KEYS[1]   the tries ro:{tag}:f:<sid>       ARGV[2]  the network's tag       ARGV[3]  now, unix seconds
-- Answers 1, or 0 when there was none.
local seen = redis.call('HMGET', KEYS[1], 'n', ARGV[2])
if not tonumber(seen[1] or '') or not seen[2] or #seen[2] ~= 12 then return 0 end
local till, count = struct.unpack('>I8I4', seen[2])
if till <= tonumber(ARGV[3]) then return 0 end
-- The last try set the gate; without it, it is open. A network without a try has no window.
redis.call('HSET', KEYS[1], 'n', tonumber(seen[1]) - 1, 'g', 0)
if count > 1 then
  redis.call('HSET', KEYS[1], ARGV[2], struct.pack('>I8I4', till, count - 1))
else
  redis.call('HDEL', KEYS[1], ARGV[2])
end
return 1
