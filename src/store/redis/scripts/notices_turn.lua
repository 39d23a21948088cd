-- Says whose turn it is to look for notices that were turned and are not in their place in the index.
--   KEYS[1]   ro:notices:turn     ARGV[2]  milliseconds until it is somebody's again
-- Answers 1 for the caller's, or 0.
if redis.call('SET', KEYS[1], '1', 'PX', ARGV[2], 'NX') then return 1 end
return 0
