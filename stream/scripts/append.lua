--[[
Appends one entry to the log under the next sequence, unless its id was appended in the last ARGV[5] ms.
The stream comes first: when its XADD is refused (no memory, or a stream ahead of its head) nothing has changed.
KEYS[1] log stream   KEYS[2] log head hash   KEYS[3] dedup string   KEYS[4] terms hash
ARGV[1] epoch candidate for a new log   ARGV[2] kind   ARGV[3] receivedAtMs   ARGV[4] body   ARGV[5] dedup ttl, ms
ARGV[6] lease under which this is appended, '' for none   ARGV[7] its term
returns the sequence, 0 for a repeat, or -1 for a stale term
]]
if ARGV[6] ~= '' and redis.call('HGET', KEYS[4], ARGV[6]) ~= ARGV[7] then
  return -1
end
if redis.call('EXISTS', KEYS[3]) == 1 then
  return 0
end
local head = redis.call('HMGET', KEYS[2], 'epoch', 'seq')
local epoch = head[1] or ARGV[1]
local seq = tonumber(head[2] or '0') + 1
local id = string.format('%.0f', seq)
redis.call('XADD', KEYS[1], id .. '-0', 'k', ARGV[2], 'e', epoch, 't', ARGV[3], 'b', ARGV[4])
redis.call('HSET', KEYS[2], 'epoch', epoch, 'seq', id)
redis.call('SET', KEYS[3], id, 'PX', ARGV[5])
return seq
