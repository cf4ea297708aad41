--[[
Head of the log; a new log gets its epoch here.
KEYS[1] log stream   KEYS[2] log head hash
ARGV[1] epoch candidate for a new log
returns {epoch, newest sequence, oldest sequence kept (newest + 1 when none is)}
]]
local head = redis.call('HMGET', KEYS[2], 'epoch', 'seq')
local epoch = head[1]
if not epoch then
  epoch = ARGV[1]
  redis.call('HSET', KEYS[2], 'epoch', epoch, 'seq', '0')
end
local seq = tonumber(head[2] or '0')
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local firstSeq = seq + 1
if first then
  firstSeq = tonumber(string.match(first[1], '^%d+'))
end
return { epoch, string.format('%.0f', seq), string.format('%.0f', firstSeq) }
