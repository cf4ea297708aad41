--[[
Prolongs a lease that is still the caller's.
KEYS[1] lease string
ARGV[1] holder   ARGV[2] ttl, ms
returns 1, or 0 when it is not
]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
