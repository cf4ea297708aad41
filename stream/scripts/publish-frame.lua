--[[
Puts one frame on the position lane; trims what is older than ARGV[4], but nothing that the newest picture may lack.
KEYS[1] terms hash   KEYS[2] live stream   KEYS[3] lane head hash
ARGV[1] term of lease `watch`   ARGV[2] atMs   ARGV[3] frame   ARGV[4] ms to keep
returns the entry's id, or -1 for a stale term
]]
if redis.call('HGET', KEYS[1], 'watch') ~= ARGV[1] then
  return -1
end
local id = redis.call('XADD', KEYS[2], '*', 't', ARGV[1], 'a', ARGV[2], 'f', ARGV[3])
redis.call('HSET', KEYS[3], 'liveId', id)
local floor = redis.call('HGET', KEYS[3], 'liveFloor')
if floor then
  local newestMs = tonumber(string.match(id, '^%d+'))
  local floorMs = tonumber(string.match(floor, '^%d+'))
  redis.call('XTRIM', KEYS[2], 'MINID', string.format('%.0f', math.min(newestMs - tonumber(ARGV[4]), floorMs)))
end
return id
