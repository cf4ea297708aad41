--[[
Trims the alarm lane below ARGV[1], but never past what a registered reader needs nor past what the picture may lack.
KEYS[1] alarms stream   KEYS[2] lane head hash   KEYS[3] registered readers of the lane, hash   KEYS[4] terms hash
ARGV[1] lowest sequence to keep   ARGV[2] lease under which this is trimmed   ARGV[3] its term
returns {lowest sequence kept, entries removed}, or -1 for a stale term
]]
if redis.call('HGET', KEYS[4], ARGV[2]) ~= ARGV[3] then
  return -1
end
local head = redis.call('HMGET', KEYS[2], 'keptFrom', 'alarmsFloor')
local kept = tonumber(head[1] or '1')
local floor = math.min(tonumber(ARGV[1]), tonumber(head[2] or '0') + 1)
local readers = redis.call('HVALS', KEYS[3])
for i = 1, #readers do
  floor = math.min(floor, tonumber(string.match(readers[i], '^%d+')))
end
if floor <= kept then
  return { string.format('%.0f', kept), 0 }
end
local id = string.format('%.0f', floor)
local removed = redis.call('XTRIM', KEYS[1], 'MINID', id .. '-0')
redis.call('HSET', KEYS[2], 'keptFrom', id)
return { id, removed }
