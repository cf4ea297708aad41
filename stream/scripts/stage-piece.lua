--[[
Lays one piece of a snapshot or picture beside those before it; put-snapshot.lua or publish-picture.lua takes them all at once.
KEYS[1] list of staged pieces   KEYS[2] terms hash
ARGV[1] term of lease `watch`   ARGV[2] bytes   ARGV[3] `first`: whatever lies there came to nothing
returns 0, or -1 for a stale term
]]
if tonumber(redis.call('HGET', KEYS[2], 'watch') or '0') > tonumber(ARGV[1]) then
  return -1
end
if ARGV[3] == 'first' then
  redis.call('UNLINK', KEYS[1])
end
redis.call('RPUSH', KEYS[1], ARGV[2])
return 0
