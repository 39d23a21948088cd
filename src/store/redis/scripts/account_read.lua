-- Reads an account, and one of its named tokens.
--   KEYS[1]   the account ro:acct:{account}    ARGV[2]  the token's field k<id>, or '' for none     ARGV[3]  the same with u for k
-- Answers the values of the fields e p t c d l s b n u w, of the token's and of the day of its last use; nil where there is none.
return redis.call('HMGET', KEYS[1], 'e', 'p', 't', 'c', 'd', 'l', 's', 'b', 'n', 'u', 'w', ARGV[2], ARGV[3])
