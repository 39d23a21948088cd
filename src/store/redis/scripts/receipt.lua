-- Reads a receipt.
--   KEYS[1]   the receipt ro:{tag}:m:<mid>     ARGV[2]  what all keys of the slot begin with: ro:{tag}:
--   ARGV[3]   now, unix seconds
-- Answers nothing when it is not there, else 1, 0 or 2 and the receipt's fields: of a pointer, one called p. 1: its secret is there;
-- 0: it is not, or need not be checked; 2: this server has forgotten it at its end, which by the caller's clock is still to come.
local fields = redis.call('HGETALL', KEYS[1])
if #fields == 0 then return {} end
local there = 0
local base = field(fields, 'b')
if base and #base == 45 and not field(fields, 'e') then
  local created, ttl = struct.unpack('>I8I4', base, 34)
  if tonumber(ARGV[3]) < created + ttl then
    there = redis.call('EXISTS', ARGV[2] .. 's:' .. string.sub(base, 2, 33))
    if there == 0 and asked then return redis.error_reply(under_way) end
    -- Receipts live twice as long.
    local left = there == 0 and left_here(KEYS[1])
    if left and left <= ttl * 1000 then there = 2 end
  end
end
return {there, unpack(fields)}
