--[[
Prolongs a lease that is still the caller's. One that ran out while nobody else took it (a stall longer than the ttl) is
the caller's again, under the same term: the term tells that nobody was granted it in between.
KEYS[1] lease string   KEYS[2] terms hash
ARGV[1] holder   ARGV[2] ttl, ms   ARGV[3] lease name   ARGV[4] the caller's term
returns 1, or 0 when it is not
]]
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return 0
end
if redis.call('HGET', KEYS[2], ARGV[3]) ~= ARGV[4] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
