-- Reads an account's named tokens.
--   KEYS[1]   the account ro:acct:{account}
-- Answers its fields that are about them, name and value in turn.
local fields, answer = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #fields, 2 do
  if #fields[i] == 9 then
    answer[#answer + 1] = fields[i]
    answer[#answer + 1] = fields[i + 1]
  end
end
return answer
