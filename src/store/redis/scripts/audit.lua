-- How far the writers of an audit trail have got: a hash, a field each.
--   KEYS[1]   ro:audit    ARGV[2]  'note' or 'read'
--   ARGV[3]   the writer    ARGV[4]  'AT LINES MAC'    ARGV[5]  what is older than this time is forgotten
--   ARGV[6]   the lifetime of the hash, in milliseconds
-- Answers all fields with their values to 'read'.
if ARGV[2] == 'read' then return redis.call('HGETALL', KEYS[1]) end
if redis.call('HSET', KEYS[1], ARGV[3], ARGV[4]) == 1 then
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    local at = tonumber(string.match(all[i + 1], '^%d+'))
    if not at or at < tonumber(ARGV[5]) then redis.call('HDEL', KEYS[1], all[i]) end
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return {}
