-- Puts an entry on an account's list of recent shares.
--   KEYS[1]   the list ro:recent:{account}     ARGV[2]  created, unix seconds     ARGV[3]  the sealed receipt key
--   ARGV[4]   milliseconds the list lives from now on
--   ARGV[5]   entries older than this (unix seconds) are dropped                  ARGV[6]  how many are kept at most
-- Answers the member it made: a running number, so that later shares of one second sort later, and the sealed key.
local number = 0
local newest = redis.call('ZRANGE', KEYS[1], -1, -1)
if newest[1] then number = struct.unpack('>I8', newest[1]) + 1 end
local member = struct.pack('>I8', number) .. ARGV[3]
redis.call('ZADD', KEYS[1], ARGV[2], member)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[5])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[6]))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return member
