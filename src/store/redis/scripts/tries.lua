-- Reads the tries on a secret, as take.lua counts them.
--   KEYS[1]   the tries ro:{tag}:f:<sid>       ARGV[2]  now, unix seconds
--   ARGV[3]   tries per window                 ARGV[4]  window, seconds      ARGV[5]  tries in the secret's life
-- Answers how many there were (-1: damaged) and until when somebody has to wait (0: nobody has to); nothing while they may be
-- under way to another node.
local fields = redis.call('HGETALL', KEYS[1])
if #fields == 0 and asked then return {} end
local now, most, lifetime = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[5])
local latest = now + 2 * tonumber(ARGV[4])
local total, until_when = tonumber(field(fields, 'n') or '0') or -1, 0
local function hold(till)
  if till > now and till <= latest then until_when = math.max(until_when, till) end
end
if total >= lifetime then hold(tonumber(field(fields, 'g') or '0') or 0) end
for i = 1, #fields, 2 do
  if #fields[i] > 1 and #fields[i + 1] == 12 then
    local till, count = struct.unpack('>I8I4', fields[i + 1])
    if count >= most then hold(till) end
  end
end
return {total, until_when}
