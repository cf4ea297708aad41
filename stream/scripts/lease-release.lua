--[[
Gives a lease back if it is the caller's.
KEYS[1] lease string
ARGV[1] holder
returns 1, or 0 when it was not
]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
