--[[
Makes a snapshot of staged pieces, and removes all but it and the newest before it of its epoch: what is ahead is from a lost tail.
Pieces of those lie under KEYS[1], a colon, and the field: in the park's own slot as all its keys.
KEYS[1] snapshot hash   KEYS[2] terms hash   KEYS[3] list of staged pieces   KEYS[4] list of its pieces
ARGV[1] field `<seq>:<epoch>`   ARGV[2] checksum   ARGV[3] number of pieces   ARGV[4] epoch   ARGV[5] term of lease `watch`
returns how many were removed, -1 for a stale term, or -2 where pieces are missing
]]
if tonumber(redis.call('HGET', KEYS[2], 'watch') or '0') > tonumber(ARGV[5]) then
  return -1
end
if redis.call('LLEN', KEYS[3]) ~= tonumber(ARGV[3]) then
  return -2
end
redis.call('UNLINK', KEYS[4])
redis.call('RENAME', KEYS[3], KEYS[4])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local newest = tonumber(string.match(ARGV[1], '^(%d+):'))
local fields = redis.call('HKEYS', KEYS[1])
local mine = {}
local removed = 0
local function remove(field)
  redis.call('UNLINK', KEYS[1] .. ':' .. field)
  removed = removed + redis.call('HDEL', KEYS[1], field)
end
for i = 1, #fields do
  local seq, epoch = string.match(fields[i], '^(%d+):(.*)$')
  if epoch == ARGV[4] and tonumber(seq) <= newest then
    mine[#mine + 1] = { tonumber(seq), fields[i] }
  else
    remove(fields[i])
  end
end
table.sort(mine, function(a, b) return a[1] > b[1] end)
for i = 3, #mine do
  remove(mine[i][2])
end
return removed
