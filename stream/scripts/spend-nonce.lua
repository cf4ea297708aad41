--[[
Spends a nonce. A script, because it has to be possible beyond maxmemory: without it no call for help is let in.
KEYS[1] nonce string
ARGV[1] ms to remember it
returns 1, or 0 when it was spent before
]]
if redis.call('SET', KEYS[1], '1', 'PX', ARGV[1], 'NX') then
  return 1
end
return 0
