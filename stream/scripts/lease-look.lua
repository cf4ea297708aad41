--[[
Shows a member among those that compete for a lease, and tells what is to be seen. Writes only when a third of the time
has gone by: looking is frequent, and what is written goes to the disk.
KEYS[1] lease string   KEYS[2] members, sorted set by ms until which each is shown
ARGV[1] member   ARGV[2] ms to show it, 0: not any more
returns {holder or '', ms until its lease ends, member, member...}
]]
local time = redis.call('TIME')
local nowMs = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local ttlMs = tonumber(ARGV[2])
local shownMs = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or '0') - nowMs
if ttlMs == 0 and shownMs > 0 then
  redis.call('ZREM', KEYS[2], ARGV[1])
elseif shownMs < ttlMs * 2 / 3 then
  redis.call('ZADD', KEYS[2], nowMs + ttlMs, ARGV[1])
  redis.call('PEXPIRE', KEYS[2], 60000)
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', nowMs)
local members = redis.call('ZRANGE', KEYS[2], 0, -1)
return { redis.call('GET', KEYS[1]) or '', math.max(0, redis.call('PTTL', KEYS[1])), unpack(members) }
