-- Leases a notice: the one atomic step that says whose it is to deliver. Of a dormant one it finds out first how its secret ended.
--   KEYS[1]   the notice ro:{tag}:n:<serial>     ARGV[2]  what all keys of the slot begin with: ro:{tag}:
--   ARGV[3]   now, unix seconds                  ARGV[4]  when the lease ends, unix seconds; '' to look only
-- Answers one of
--   none                                         there is no such notice
--   dropped                                      its secret is orphaned: it is deleted
--   dead | later <due>                           not to be delivered now
--   leased <base> <ending> <ended> <due> <attempts> <failure> <sealed>
--   damaged
-- The base is mid[32] | created u64be | ttl u32be, that of the notice (outbox::record; a test holds the two together).
local notice = redis.call('HMGET', KEYS[1], 'b', 'x', 'w', 'h', 'd', 'a', 'f', 'l')
local base, expires, ending, ended, due = notice[1], tonumber(notice[2]), notice[3], notice[4], notice[5]
if not base and asked then return redis.error_reply(under_way) end
if not base then return {'none'} end
if #base ~= 44 or not expires or not notice[8] then return {'damaged'} end
local now = tonumber(ARGV[3])
local receipt = redis.call('HMGET', ARGV[2] .. 'm:' .. string.sub(base, 1, 32), 'b', 'e', 'u')
if not receipt[1] and asked then return redis.error_reply(under_way) end
if receipt[2] == 'o' then
  redis.call('DEL', KEYS[1])
  return {'dropped'}
end
if not ending then
  -- An instance of an earlier version claims without turning it, and so does a claim while a slot is being moved.
  ending, ended = receipt[2], receipt[3]
  if not ending then
    if now < expires then return {'later', expires} end
    ending, ended = 'x', string.format('%.0f', expires)
  end
  due = ended or ARGV[3]
  ended = due
  redis.call('HSET', KEYS[1], 'w', ending, 'h', ended, 'd', due)
end
if not due then return {'dead'} end
if now < tonumber(due) or ARGV[4] == '' then return {'later', due} end
redis.call('HSET', KEYS[1], 'd', ARGV[4])
return {'leased', base, ending, ended, ARGV[4], notice[6] or '0', notice[7] or '', notice[8]}
