-- Claims a secret: the one atomic step that may give it out.
--   KEYS[1]   the secret ro:{tag}:s:<sid> or the receipt ro:{tag}:m:<mid>, whichever the caller's key names
--   ARGV[2]   's' or 'm': which of the two     ARGV[3]  what all keys of the slot begin with: ro:{tag}:
--   ARGV[4]   replicas that have to be in touch before anything is taken; 0 when none are asked for
--   ARGV[5]   now, unix seconds                ARGV[6]  the ending when won: 'r' revealed, 'b' burned
--   ARGV[7]   the proof's nonce, or ''         ARGV[8]  who tries a passphrase (network tag), or ''
--   ARGV[9]   tries per window                 ARGV[10] window, seconds      ARGV[11] tries in the secret's life
--   ARGV[12…] the ids of the root keys at hand
-- Answers one of
--   gone | moved <tag under which it is stored> | key <key id> | protected | limited <seconds> | damaged
--   locked <tries left> <record> <receipt's fields…> | won <record> <receipt's fields…>
-- The record is 1 | expires u64be | mid[32] | envelope; in the envelope 0 is the version, 4 the key id, 12 the kdf, 78 the
-- nonce (domain::secret::layout; a test holds the two together).
--
-- What the program would refuse to read is refused here, before the first write: it was damaged, or a later version wrote
-- it, and an instance of that version can still give it out (ADR 0043).

local now = tonumber(ARGV[5])
local secret, receipt = KEYS[1], KEYS[1]
local fields, record

if ARGV[2] == 'm' then
  fields = redis.call('HGETALL', receipt)
  if #fields == 0 then return {'gone'} end
  local base = field(fields, 'b')
  if not base then
    local home = field(fields, 'p')
    if home then return {'moved', home} end
  end
  if has_ended(fields) then return {'gone'} end
  if not base or #base ~= 45 then return {'damaged'} end
  secret = ARGV[3] .. 's:' .. string.sub(base, 2, 33)
end

record = redis.call('GET', secret)
if not record then
  if asked and ARGV[2] == 'm' then return redis.error_reply(under_way) end
  return {'gone'}
end
local head = 41
if #record < head or string.sub(record, 1, 1) ~= '\1' then return {'damaged'} end
local expires = struct.unpack('>I8', record, 2)
if expires <= now then return {'gone'} end
if #record < head + 90 or string.sub(record, head + 1, head + 4) ~= 'OTs\1' then return {'damaged'} end
local kdf = string.byte(record, head + 13)
if kdf ~= 0 and kdf ~= 1 and kdf ~= 4 and kdf ~= 5 then return {'damaged'} end

if ARGV[2] == 's' then
  receipt = ARGV[3] .. 'm:' .. string.sub(record, 10, 41)
  fields = redis.call('HGETALL', receipt)
  if #fields == 0 and asked then return redis.error_reply(under_way) end
  if has_ended(fields) then return {'gone'} end
end
-- A receipt that is lost is no obstacle. One that is there has to be understood: its base with the flags of this version,
-- and no ending. Its other fields are decoration, and the program reads over what it cannot read of them.
if #fields > 0 then
  local base = field(fields, 'b')
  if not base or #base ~= 45 or string.byte(base) > 1 or field(fields, 'e') then return {'damaged'} end
end

local key_id, known = string.sub(record, head + 5, head + 12), false
for i = 12, #ARGV do known = known or ARGV[i] == key_id end
if not known then return {'key', key_id} end

local protected = kdf ~= 0
local tries = ARGV[3] .. 'f:' .. string.sub(secret, #ARGV[3] + 3)
local proof, network = ARGV[7], ARGV[8]
local won
if proof ~= '' then
  if proof ~= string.sub(record, head + 79, head + 90) then return {'gone'} end
  won = true
else
  won = not protected or (network == '' and ARGV[6] == 'b')
end

if not won then
  if network == '' then return {'protected'} end
  -- Counts the try. n: all of them; g: until when one more has to wait once n reached the lifetime's;
  -- <network>: until when its window runs, and its tries in it.
  local most, window, lifetime = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
  -- What ends later than two windows from now was begun by a clock that ran ahead, and holds nobody up.
  local ends, latest = now + window, now + 2 * window
  local seen = redis.call('HMGET', tries, 'n', 'g', network)
  if not seen[1] and asked then return redis.error_reply(under_way) end
  local total, gate = tonumber(seen[1] or '0'), tonumber(seen[2] or '0')
  if not total or not gate or (seen[3] and #seen[3] ~= 12) then return {'damaged'} end
  local till, count = ends, 0
  if seen[3] then
    till, count = struct.unpack('>I8I4', seen[3])
    if till <= now or till > latest then till, count = ends, 0 end
  end
  local free = now
  if count >= most then free = till end
  if total >= lifetime and gate <= latest then free = math.max(free, gate) end
  if free > now then return {'limited', free - now} end
  redis.call('HSET', tries, 'n', total + 1, 'g', ends, network, struct.pack('>I8I4', till, count + 1))
  -- As long as the secret does: by the clock of a caller who is ahead they would be forgotten before.
  redis.call('PEXPIRE', tries, left_here(secret) or (expires - now) * 1000)
  local left = math.max(0, math.min(most - count, lifetime - total) - 1)
  return {'locked', left, record, unpack(fields)}
end

if lacks_replicas(tonumber(ARGV[4])) then return redis.error_reply(few_replicas) end
redis.call('DEL', secret)
if #fields > 0 then
  -- The sealed key is emptied, not dropped: one call and one entry in the append-only file instead of two.
  redis.call('HSET', receipt, 'e', ARGV[6], 'u', ARGV[5], 's', '')
end
-- Not call: in a slot that is being moved the tries may have gone ahead, where they end with their expiry.
if protected then redis.pcall('DEL', tries) end
-- Turns its notices. One that is not there would be made anew without an expiry. Not call, for the same reason: whoever leases
-- a notice that was passed over here sees by the receipt how the secret ended.
local notices = field(fields, 'n')
for i = 1, #(notices or ''), 16 do
  local notice = ARGV[3] .. 'n:' .. string.sub(notices, i, i + 15)
  if redis.pcall('EXISTS', notice) == 1 then
    redis.call('HSET', notice, 'w', ARGV[6], 'h', ARGV[5], 'd', ARGV[5])
  end
end
return {'won', record, unpack(fields)}
