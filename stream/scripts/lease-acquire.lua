--[[
Takes a free lease and issues its next term.
KEYS[1] lease string   KEYS[2] terms hash
ARGV[1] holder   ARGV[2] ttl, ms   ARGV[3] lease name
returns the new term, or minus the ms until the present holder's lease ends
]]
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return redis.call('HINCRBY', KEYS[2], ARGV[3], 1)
end
return -math.max(1, redis.call('PTTL', KEYS[1]))
