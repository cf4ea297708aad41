--[[
Keeps one piece of a snapshot that is not there yet; put-snapshot.lua makes it be.
KEYS[1] hash of its pieces   KEYS[2] terms hash   KEYS[3] snapshot hash
ARGV[1] number of the piece   ARGV[2] bytes   ARGV[3] term of lease `watch`   ARGV[4] ms until pieces that nothing came of are forgotten
ARGV[5] field `<seq>:<epoch>`: one that is there already and is put again does not expire
returns 0, or -1 for a stale term
]]
if tonumber(redis.call('HGET', KEYS[2], 'watch') or '0') > tonumber(ARGV[3]) then
  return -1
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if redis.call('HEXISTS', KEYS[3], ARGV[5]) == 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return 0
