-- Reads the keyring's canary, storing one first.
--   KEYS[1]   ro:canary    ARGV[2]  'read', 'keep' (store if there is none) or 'replace'    ARGV[3]  the canary to store
-- Answers the canary that is stored in the end, or nothing.
if ARGV[2] == 'keep' then redis.call('SET', KEYS[1], ARGV[3], 'NX') end
if ARGV[2] == 'replace' then redis.call('SET', KEYS[1], ARGV[3]) end
return redis.call('GET', KEYS[1])
