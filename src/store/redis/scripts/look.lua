-- Looks at a secret that can be claimed, and touches nothing.
--   KEYS[1]   the secret ro:{tag}:s:<sid>      ARGV[2]  what all keys of the slot begin with: ro:{tag}:
--   ARGV[3]   now, unix seconds
-- Answers nothing when a claim would find it gone, else its record up to the ciphertext and its receipt's fields.
local record = redis.call('GET', KEYS[1])
if not record then return {} end
-- 41: the head of a record; 90: that of an envelope (take.lua). What of it cannot be read is the program's to say.
if #record >= 9 and struct.unpack('>I8', record, 2) <= tonumber(ARGV[3]) then return {} end
local fields = redis.call('HGETALL', ARGV[2] .. 'm:' .. string.sub(record, 10, 41))
if #fields == 0 and asked then return redis.error_reply(under_way) end
if has_ended(fields) then return {} end
return {string.sub(record, 1, 131), unpack(fields)}
