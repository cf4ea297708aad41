--[[
Drops the readers that have said nothing since ARGV[1].
KEYS[1] readers hash   KEYS[2] terms hash
ARGV[1] ms   ARGV[2] lease under which this is done, '' for none   ARGV[3] its term
returns the dropped, reader and `<nextSeq>:<atMs>` by turns, or -1 for a stale term
]]
if ARGV[2] ~= '' and redis.call('HGET', KEYS[2], ARGV[2]) ~= ARGV[3] then
  return -1
end
local readers = redis.call('HGETALL', KEYS[1])
local dropped = {}
for i = 1, #readers, 2 do
  if tonumber(string.match(readers[i + 1], ':(%d+)$')) < tonumber(ARGV[1]) then
    redis.call('HDEL', KEYS[1], readers[i])
    dropped[#dropped + 1] = readers[i]
    dropped[#dropped + 1] = readers[i + 1]
  end
end
return dropped
