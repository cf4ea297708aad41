--[[
Replaces the picture by staged pieces. What was newest on both lanes when the picture BEFORE this one was published is certainly in this
one, so the lanes may be trimmed up to there (liveFloor, alarmsFloor) without reading the picture.
KEYS[1] terms hash   KEYS[2] log head hash   KEYS[3] alarms stream   KEYS[4] lane head hash   KEYS[5] picture list
KEYS[6] list of staged pieces
ARGV[1] term of lease `watch`   ARGV[2] number of pieces
returns 1, -1 for a stale term, or -2 where pieces are missing
]]
if redis.call('HGET', KEYS[1], 'watch') ~= ARGV[1] then
  return -1
end
if redis.call('LLEN', KEYS[6]) ~= tonumber(ARGV[2]) then
  return -2
end
local epoch = redis.call('HGET', KEYS[2], 'epoch') or ''
if redis.call('HGET', KEYS[4], 'epoch') ~= epoch then
  redis.call('DEL', KEYS[3], KEYS[4])
  redis.call('HSET', KEYS[4], 'epoch', epoch, 'keptFrom', '1', 'seq', '0')
end
redis.call('UNLINK', KEYS[5])
redis.call('RENAME', KEYS[6], KEYS[5])
local head = redis.call('HMGET', KEYS[4], 'liveId', 'seq', 'pictureLiveId', 'pictureSeq')
if head[3] then
  redis.call('HSET', KEYS[4], 'liveFloor', head[3], 'alarmsFloor', head[4])
end
redis.call('HSET', KEYS[4], 'pictureLiveId', head[1] or '0-0', 'pictureSeq', head[2] or '0')
return 1
