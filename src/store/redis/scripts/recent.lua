-- A page of an account's list.
--   KEYS[1]   the list ro:recent:{account} or ro:shares:{account}
--   ARGV[2]   not older than (unix seconds)     ARGV[3]  how many at most
--   ARGV[4]   when their receipts are gone: the hash ro:ends:{account}, or '' of the second
--   ARGV[5]   the time of the last entry of the page before, '+inf' for the first page
--   ARGV[6]   how many of that very time were shown       ARGV[7]  the last of them, a member
-- Answers how many of the time it began at it passed over; then member, time and when its receipt is gone ('' where that
-- was not noted) in turn, newest first.
local list, from, shown = KEYS[1], ARGV[5], tonumber(ARGV[6])
if shown > 0 then
  -- Some of them were taken off meanwhile: rather from the first of them again than past one.
  local last = redis.call('ZRANGE', list, from, from, 'BYSCORE', 'REV', 'LIMIT', shown - 1, 1)
  if last[1] ~= ARGV[7] then shown = 0 end
end
local page = redis.call('ZRANGE', list, from, ARGV[2], 'BYSCORE', 'REV', 'LIMIT', shown, ARGV[3], 'WITHSCORES')
local names, answer = {}, {tostring(shown)}
for i = 1, #page, 2 do names[#names + 1] = string.sub(page[i], 1, 28) end
if #names == 0 then return answer end
local ends = ARGV[4] ~= '' and redis.call('HMGET', ARGV[4], unpack(names)) or {}
for i = 1, #names do
  answer[#answer + 1] = page[2 * i - 1]
  answer[#answer + 1] = page[2 * i]
  answer[#answer + 1] = ends[i] or ''
end
return answer
