-- Writes one flush, whole or not at all. Every check comes before the first write.
-- KEYS: meta hash, dictionary, starts of fine buckets, starts of coarse buckets, samples, then a key for each bucket
-- ARGV: epoch, sequence, first new series, checkpoint, how long samples stay (s),
--       n, n series, n, n times (series, samples), then for each bucket: 'f' or 'c', start, n, n times (shard, block)
-- Returns 0 when it is written (or was before), 1 for a newer owner, 2 when epoch, sequence or dictionary do not follow.
local meta = redis.call('HMGET', KEYS[1], 'e', 's', 'w')
local epoch, sequence, writer = tonumber(meta[1] or '0'), tonumber(meta[2] or '0'), tonumber(meta[3] or '0')
local mine, now = tonumber(ARGV[1]), tonumber(ARGV[2])
if epoch > mine then
  return 1
end
if epoch < mine then
  return 2
end
if now == sequence and writer == mine then
  return 0
end
if now ~= sequence + 1 or redis.call('LLEN', KEYS[2]) ~= tonumber(ARGV[3]) then
  return 2
end
redis.call('HSET', KEYS[1], 's', ARGV[2], 'w', ARGV[1], 'c', ARGV[4], 'n', tonumber(ARGV[3]) + tonumber(ARGV[6]))

-- Lua takes only so many arguments at once.
local function chunks(from, n, fn)
  local last = from + n - 1
  for i = from, last, 1000 do
    fn(i, math.min(i + 999, last))
  end
  return last + 1
end

local at = chunks(7, tonumber(ARGV[6]), function(i, j) redis.call('RPUSH', KEYS[2], unpack(ARGV, i, j)) end)
local n = tonumber(ARGV[at])
at = chunks(at + 1, 2 * n, function(i, j) redis.call('HSET', KEYS[5], unpack(ARGV, i, j)) end)
if n > 0 then
  redis.call('EXPIRE', KEYS[5], ARGV[5])
end
for k = 6, #KEYS do
  local starts = KEYS[3]
  if ARGV[at] == 'c' then
    starts = KEYS[4]
  end
  redis.call('ZADD', starts, ARGV[at + 1], ARGV[at + 1])
  at = chunks(at + 3, 2 * tonumber(ARGV[at + 2]), function(i, j) redis.call('HSET', KEYS[k], unpack(ARGV, i, j)) end)
end
return 0
