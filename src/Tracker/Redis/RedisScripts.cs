namespace Haul.Tracker.Redis;

/// <summary>What is done inside of Redis, where nobody comes in between: an announce is one call there and back.</summary>
/// <remarks>
/// Of each swarm, named by its group and id, there are a sorted set of its peers by the time at which they are forgotten (p), a hash of
/// their records by id (r), which also holds the content's length by mode and how many are complete (c), and a sorted set of networks, each
/// with the id of a peer behind it (n). Of a swarm of up to 128 peers Redis keeps each of the three in one piece of memory as long as no record has
/// more than 64 bytes. All swarms are in one sorted set, and the peers are counted, both for the sweep and for the numbers.
/// A record begins with the eight bytes of its network, and a byte that tells who is complete. Keys are made here: it is one Redis, and not a cluster.
/// Most announces are renewals in swarms of few peers: those touch only what changes, and take all records as they are. A swarm stands in
/// the set of all with the time at which its first peer's was over; the sweep looks then, and moves it on.
/// </remarks>
static class RedisScripts
{
    /// <summary>The set of all swarms.</summary>
    public const string Swarms = "haul2:swarms";

    /// <summary>The number of peers.</summary>
    public const string Peers = "haul2:peers";

    /// <summary>Arguments of <see cref="Announce"/> before those of the swarms: now, expires, id, an id that was drawn.</summary>
    public const int ArgumentsFirst = 4;

    /// <summary>Arguments of <see cref="Announce"/> for each swarm: tag, record, is complete, has stopped, how many of the network, how
    /// many of all, mode, content bytes.</summary>
    public const int ArgumentsOfSwarm = 8;

    // Forgets peers: so many in one call that nobody else waits longer than some milliseconds; the others in the next.
    const string Common = """
        local budget = 1000
        local function networkOf(record) return string.sub(record, 1, 8) end
        local function isComplete(record) return math.floor((string.byte(record, 9) or 0) / 4) % 2 == 1 end
        local function forget(tag, id)
          local record = redis.call('HGET', 'haul2:r:' .. tag, id)
          if record then
            redis.call('ZREM', 'haul2:n:' .. tag, networkOf(record) .. id)
            redis.call('HDEL', 'haul2:r:' .. tag, id)
            if isComplete(record) then redis.call('HINCRBY', 'haul2:r:' .. tag, 'c', -1) end
          end
          if redis.call('ZREM', 'haul2:p:' .. tag, id) == 1 then redis.call('DECR', 'haul2:peers') end
        end
        local function expire(tag, now)
          if budget > 0 then
            for _, id in ipairs(redis.call('ZRANGEBYSCORE', 'haul2:p:' .. tag, '-inf', now, 'LIMIT', 0, budget)) do
              forget(tag, id)
              budget = budget - 1
            end
          end
          return redis.call('ZCARD', 'haul2:p:' .. tag)
        end
        local function close(tag)
          redis.call('DEL', 'haul2:r:' .. tag, 'haul2:n:' .. tag)
          redis.call('ZREM', 'haul2:swarms', tag)
        end

        """;

    /// <summary>Books an announce; for each swarm the record before, complete, all, by how much the content grew, and some records with their ids.</summary>
    public const string Announce = Common + """
        local now, expires, id, drawn = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
        local answers = {}
        for first = 5, #ARGV, 8 do
          local tag, record, complete, stopped = ARGV[first], ARGV[first + 1], ARGV[first + 2] == '1', ARGV[first + 3]
          local near, any, mode, content = tonumber(ARGV[first + 4]), tonumber(ARGV[first + 5]), ARGV[first + 6], ARGV[first + 7]
          local peers, records, networks = 'haul2:p:' .. tag, 'haul2:r:' .. tag, 'haul2:n:' .. tag
          local count = expire(tag, now)
          if count == 0 then close(tag) end
          local found = redis.call('HMGET', records, id, mode, 'c')
          local old, known, done, grew, offered = found[1], tonumber(found[2] or '0'), tonumber(found[3] or '0'), 0, {}
          local was = old and isComplete(old)
          if stopped == '1' then
            if old then
              forget(tag, id)
              count = count - 1
              if was then done = done - 1 end
            end
            if count == 0 then close(tag) end
          else
            local network = networkOf(record)
            local moved = not old or networkOf(old) ~= network
            if old and moved then redis.call('ZREM', networks, networkOf(old) .. id) end
            if moved then redis.call('ZADD', networks, 0, network .. id) end
            local isNew = redis.call('ZADD', peers, expires, id) == 1
            if complete ~= (was or false) then
              done = math.max(0, done + (complete and 1 or -1))
              redis.call('HSET', records, id, record, 'c', done)
            else
              redis.call('HSET', records, id, record)
            end
            if isNew then
              redis.call('INCR', 'haul2:peers')
              if count == 0 then redis.call('ZADD', 'haul2:swarms', expires, tag) end
              count = count + 1
            end
            if tonumber(content) > known then
              grew = tonumber(content) - known
              redis.call('HSET', records, mode, content)
            end
            if near > 0 and count <= near then
              offered = redis.call('HGETALL', records)
            elseif near > 0 then
              local ids, seen = {}, { [id] = true }
              local function offer(some, from)
                for _, one in ipairs(some) do
                  local other = string.sub(one, from)
                  if not seen[other] then
                    seen[other] = true
                    ids[#ids + 1] = other
                  end
                end
              end
              -- Ids are drawn by their owners: those from a drawn one on are as good as drawn.
              local last = '[' .. network .. string.rep('\255', 17)
              local some = redis.call('ZRANGEBYLEX', networks, '[' .. network .. drawn, last, 'LIMIT', 0, near)
              offer(some, 9)
              if #some < near then offer(redis.call('ZRANGEBYLEX', networks, '[' .. network, last, 'LIMIT', 0, near - #some), 9) end
              if any > 0 then offer(redis.call('ZRANDMEMBER', peers, any), 1) end
              if #ids > 0 then
                for at, one in ipairs(redis.call('HMGET', records, unpack(ids))) do
                  offered[2 * at - 1] = ids[at]
                  offered[2 * at] = one
                end
              end
            end
          end
          answers[#answers + 1] = { old, math.max(0, math.min(done, count)), count, string.format('%.0f', grew), offered }
        end
        return answers
        """;

    /// <summary>Forgets those whose time is over in some swarms that are to be looked at; how many there were.</summary>
    public const string Sweep = Common + """
        local tags = redis.call('ZRANGEBYSCORE', 'haul2:swarms', '-inf', ARGV[1], 'LIMIT', 0, 50)
        for _, tag in ipairs(tags) do
          if expire(tag, ARGV[1]) == 0 then
            close(tag)
          else
            redis.call('ZADD', 'haul2:swarms', redis.call('ZRANGE', 'haul2:p:' .. tag, 0, 0, 'WITHSCORES')[2], tag)
          end
        end
        return #tags
        """;
}
