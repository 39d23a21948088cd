-- Leases a notification: the one atomic step that says whose it is to send.
--   KEYS[1]   the notification ro:{tag}:o:<serial>     ARGV[2]  what all keys of the slot begin with: ro:{tag}:
--   ARGV[3]   now, unix seconds                  ARGV[4]  when the lease ends, unix seconds
-- Answers one of
--   none                                         there is no such notification
--   expired                                      its secret has, by the caller's clock: the server forgets it by its own
--   dropped                                      its secret is gone: it is deleted
--   dead | later <due>                           not to be sent now
--   leased <attempts> <sealed>
--   damaged
-- The base is sid[32] | created u64be | ttl u32be (outbox::record; a test holds the two together).
local notification = redis.call('HMGET', KEYS[1], 'b', 'd', 'a', 'l')
local base, due = notification[1], notification[2]
if not base and not due and not notification[4] then return {'none'} end
if not base or #base ~= 44 or not notification[4] then return {'damaged'} end
local created, ttl = struct.unpack('>I8I4', base, 33)
local secret = ARGV[2] .. 's:' .. string.sub(base, 1, 32)
local now = tonumber(ARGV[3])
if created + ttl <= now then return {'expired'} end
if not due then return {'dead'} end
if tonumber(due) > now then return {'later', due} end
if redis.call('EXISTS', secret) == 1 then
  redis.call('HSET', KEYS[1], 'd', ARGV[4])
  return {'leased', notification[3] or '0', notification[4]}
end
if asked then return redis.error_reply(under_way) end
redis.call('DEL', KEYS[1])
return {'dropped'}
