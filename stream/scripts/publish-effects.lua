--[[
Puts one item on the alarm lane under its log entry's own sequence. A lane of another epoch than the log's is begun anew.
KEYS[1] terms hash   KEYS[2] log head hash   KEYS[3] alarms stream   KEYS[4] lane head hash
ARGV[1] term of lease `watch`   ARGV[2] sequence   ARGV[3] atMs   ARGV[4] effects   ARGV[5] sequence of the item before, 0 unknown
returns 1 published, 0 repeat, -1 stale term, -2 the item before is not on the lane
]]
if redis.call('HGET', KEYS[1], 'watch') ~= ARGV[1] then
  return -1
end
local epoch = redis.call('HGET', KEYS[2], 'epoch') or ''
local head = redis.call('HMGET', KEYS[4], 'epoch', 'seq')
local newest = tonumber(head[2] or '0')
if head[1] ~= epoch then
  redis.call('DEL', KEYS[3], KEYS[4])
  redis.call('HSET', KEYS[4], 'epoch', epoch, 'keptFrom', '1')
  newest = 0
end
if tonumber(ARGV[2]) <= newest then
  return 0
end
if tonumber(ARGV[5]) > newest then
  return -2
end
redis.call('XADD', KEYS[3], ARGV[2] .. '-0', 'a', ARGV[3], 'b', ARGV[4])
redis.call('HSET', KEYS[4], 'seq', ARGV[2])
return 1
