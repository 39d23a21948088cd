-- Whether a secret is there.
--   KEYS[1]   the secret ro:{tag}:s:<sid>
-- Answers 1 or 0.
return redis.call('EXISTS', KEYS[1])
