-- What wrk sends in bench/tracker: announces of peers that were filled in and have moved some bytes since, one swarm each, ten peers wanted.
-- usage: wrk -s announce.lua URL -- PEERS SWARMS AUTHORIZATION FIRST
local peers, swarms, authorization, peer
local moved = 0

function init(args)
  peers, swarms, authorization, peer = tonumber(args[1]), tonumber(args[2]), args[3], tonumber(args[4])
end

function request()
  peer = (peer + 7919) % peers -- no two near each other in a row
  local a, b, c = math.floor(peer / 65536) % 256, math.floor(peer / 256) % 256, peer % 256
  moved = moved + 1 -- all is news
  local own = string.format("%d.%d.%d", a, b, c)
  local body = string.format(
    '{"peer":"%032x","port":7680,"addresses":["10.%s"],"site":"site%d","swarms":[{"id":"%064x","left":1000000,"downloaded":%d,"uploaded":0,"fromOrigin":0,"mode":"group","wanted":10,"event":null}]}',
    peer, own, peer % 97, peer % swarms, moved)
  return wrk.format("POST", "/v1/announce", { ["Authorization"] = authorization, ["X-Forwarded-For"] = "200." .. own }, body)
end
