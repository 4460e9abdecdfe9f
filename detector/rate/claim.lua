-- Makes ARGV[1] the owner's epoch of the partition whose meta hash is KEYS[1], if it is higher than that of the owner
-- so far. Returns nothing if it is not, else sequence, epoch of the last writer (0: nobody wrote yet) and checkpoint.
local meta = redis.call('HMGET', KEYS[1], 'e', 's', 'w', 'c')
if tonumber(ARGV[1]) <= tonumber(meta[1] or '0') then
  return {}
end
redis.call('HSET', KEYS[1], 'e', ARGV[1])
return {meta[2] or '0', meta[3] or '0', meta[4] or ''}
