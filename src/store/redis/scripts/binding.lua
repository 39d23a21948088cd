-- Which account somebody at a provider has. It is a help: the account says itself to whom it is bound.
--   KEYS[1]   the name ro:bound:<binding in hex>                 ARGV[2]  'read', 'take' or 'drop'
--   ARGV[3]   the account that takes or drops it
--   ARGV[4]   the account it is taken from; '' if from none
-- Answers the account that it names now, or nothing.
local named = redis.call('GET', KEYS[1])
if ARGV[2] == 'take' and (not named or named == ARGV[4]) then
  redis.call('SET', KEYS[1], ARGV[3])
  return ARGV[3]
end
if ARGV[2] == 'drop' and named == ARGV[3] then
  redis.call('DEL', KEYS[1])
  return false
end
return named
