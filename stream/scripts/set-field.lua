--[[
Sets a field of a hash, unless the term under which that is done is stale.
KEYS[1] hash   KEYS[2] terms hash
ARGV[1] field   ARGV[2] value   ARGV[3] lease under which this is done, '' for none   ARGV[4] its term
returns 1, or -1 for a stale term
]]
if ARGV[3] ~= '' and redis.call('HGET', KEYS[2], ARGV[3]) ~= ARGV[4] then
  return -1
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
