-- Takes back the last try of a network.
--   KEYS[1]   the tries ro:{tag}:f:<sid>       ARGV[2]  the network's tag
-- Answers 1, or 0 when there was none.
local seen = redis.call('HMGET', KEYS[1], 'n', 'p', ARGV[2])
if not seen[3] then return 0 end
local begun, count = struct.unpack('>I8I4', seen[3])
if count == 0 then return 0 end
redis.call('HSET', KEYS[1], 'n', tonumber(seen[1]) - 1, 'l', seen[2], ARGV[2], struct.pack('>I8I4', begun, count - 1))
return 1
