--[[
Makes a snapshot whose pieces are here be there, and removes all but it and the newest before it of its epoch: what is ahead is from a
lost tail. Pieces of those lie under KEYS[1], a colon, and the field: in the park's own slot as all its keys.
KEYS[1] snapshot hash   KEYS[2] terms hash   KEYS[3] hash of its pieces
ARGV[1] field `<seq>:<epoch>`   ARGV[2] checksum and number of pieces   ARGV[3] epoch   ARGV[4] term of lease `watch`
returns how many were removed, or -1 for a stale term
]]
if tonumber(redis.call('HGET', KEYS[2], 'watch') or '0') > tonumber(ARGV[4]) then
  return -1
end
redis.call('PERSIST', KEYS[3])
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
  if epoch == ARGV[3] and tonumber(seq) <= newest then
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
