--[[
Trims a stream of sequences below ARGV[1], but never past what any registered reader still needs.
KEYS[1] stream   KEYS[2] its head hash   KEYS[3] registered readers hash   KEYS[4] terms hash
ARGV[1] lowest sequence to keep   ARGV[2] lease under which this is trimmed   ARGV[3] its term
returns {lowest sequence kept by this call, entries removed}, or -1 for a stale term
]]
if redis.call('HGET', KEYS[4], ARGV[2]) ~= ARGV[3] then
  return -1
end
local floor = tonumber(ARGV[1])
local readers = redis.call('HVALS', KEYS[3])
for i = 1, #readers do
  local nextSeq = tonumber(string.match(readers[i], '^%d+'))
  if nextSeq < floor then
    floor = nextSeq
  end
end
local kept = tonumber(redis.call('HGET', KEYS[2], 'keptFrom') or '1')
if floor <= kept then
  return { string.format('%.0f', kept), 0 }
end
local id = string.format('%.0f', floor)
local removed = redis.call('XTRIM', KEYS[1], 'MINID', id .. '-0')
redis.call('HSET', KEYS[2], 'keptFrom', id)
return { id, removed }
