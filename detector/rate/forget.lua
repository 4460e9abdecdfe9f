-- Removes a partition, unless somebody else owns it by now or buckets of it are kept.
-- KEYS: meta hash, starts of fine buckets, starts of coarse buckets, dictionary, samples of this week and of the last
-- ARGV: epoch that owned it when it was found to be gone
-- Returns 1 where it was removed, else 0.
if redis.call('HGET', KEYS[1], 'e') ~= ARGV[1] or redis.call('ZCARD', KEYS[2]) + redis.call('ZCARD', KEYS[3]) > 0 then
  return 0
end
redis.call('UNLINK', unpack(KEYS))
return 1
