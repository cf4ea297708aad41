--[[
Notes how far a reader is, unless the term it reads under is stale.
KEYS[1] readers hash   KEYS[2] terms hash
ARGV[1] reader   ARGV[2] `<nextSeq>:<atMs>`   ARGV[3] lease under which it reads, '' for none   ARGV[4] its term
returns 1, or -1 for a stale term
]]
if ARGV[3] ~= '' and redis.call('HGET', KEYS[2], ARGV[3]) ~= ARGV[4] then
  return -1
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
