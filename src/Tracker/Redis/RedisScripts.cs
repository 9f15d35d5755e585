namespace Haul.Tracker.Redis;

/// <summary>What is done inside of Redis, where nobody comes in between: an announce is one call there and back.</summary>
/// <remarks>
/// Of each swarm, named by its group and id, there are a sorted set of its peers by the time at which they are forgotten (p), a hash of
/// their records (r), which also holds the content's length by mode, a set of those who are complete (c), and a set for each network
/// they come from (n). All swarms are in one sorted set, and the peers are counted, both for the sweep and for the numbers.
/// A record begins with the eight bytes of its network. Keys are made here: it is one Redis, and not a cluster.
/// Most announces are renewals in swarms of few peers: those touch only what changes, and take all records as they are. A swarm stands in
/// the set of all with the time at which its first peer's was over; the sweep looks then, and moves it on.
/// </remarks>
static class RedisScripts
{
    /// <summary>The set of all swarms.</summary>
    public const string Swarms = "haul1:swarms";

    /// <summary>The number of peers.</summary>
    public const string Peers = "haul1:peers";

    /// <summary>Arguments of <see cref="Announce"/> before those of the swarms: now, expires, id.</summary>
    public const int ArgumentsFirst = 3;

    /// <summary>Arguments of <see cref="Announce"/> for each swarm: tag, record, is complete, has stopped, how many of the network, how
    /// many of all, mode, content bytes.</summary>
    public const int ArgumentsOfSwarm = 8;

    // Forgets peers: so many at a time that nobody else waits longer than a few milliseconds.
    const string Common = """
        local function forget(tag, id)
          local record = redis.call('HGET', 'haul1:r:' .. tag, id)
          if record then
            redis.call('SREM', 'haul1:n:' .. tag .. string.sub(record, 1, 8), id)
            redis.call('HDEL', 'haul1:r:' .. tag, id)
          end
          redis.call('SREM', 'haul1:c:' .. tag, id)
          if redis.call('ZREM', 'haul1:p:' .. tag, id) == 1 then redis.call('DECR', 'haul1:peers') end
        end
        local function expire(tag, now)
          for _, id in ipairs(redis.call('ZRANGEBYSCORE', 'haul1:p:' .. tag, '-inf', now, 'LIMIT', 0, 1000)) do forget(tag, id) end
          return redis.call('ZCARD', 'haul1:p:' .. tag)
        end
        local function close(tag)
          redis.call('DEL', 'haul1:r:' .. tag)
          redis.call('ZREM', 'haul1:swarms', tag)
        end

        """;

    /// <summary>Books an announce; for each swarm the record before, complete, all, by how much the content grew, and some records.</summary>
    public const string Announce = Common + """
        local now, expires, id = ARGV[1], ARGV[2], ARGV[3]
        local answers = {}
        for first = 4, #ARGV, 8 do
          local tag, record, complete, stopped = ARGV[first], ARGV[first + 1], ARGV[first + 2], ARGV[first + 3]
          local near, any, mode, content = tonumber(ARGV[first + 4]), tonumber(ARGV[first + 5]), ARGV[first + 6], ARGV[first + 7]
          local peers, records = 'haul1:p:' .. tag, 'haul1:r:' .. tag
          local count = expire(tag, now)
          if count == 0 then close(tag) end
          local found = redis.call('HMGET', records, id, mode)
          local old, known, grew, offered = found[1], tonumber(found[2] or '0'), 0, {}
          if stopped == '1' then
            if old then
              forget(tag, id)
              count = count - 1
            end
            if count == 0 then close(tag) end
          else
            local network = 'haul1:n:' .. tag .. string.sub(record, 1, 8)
            local moved = not old or string.sub(old, 1, 8) ~= string.sub(record, 1, 8)
            if old and moved then redis.call('SREM', 'haul1:n:' .. tag .. string.sub(old, 1, 8), id) end
            if moved then redis.call('SADD', network, id) end
            redis.call('ZADD', peers, expires, id)
            redis.call('HSET', records, id, record)
            if not old then
              redis.call('INCR', 'haul1:peers')
              if count == 0 then redis.call('ZADD', 'haul1:swarms', expires, tag) end
              count = count + 1
            end
            if complete == '1' then redis.call('SADD', 'haul1:c:' .. tag, id)
            elseif old then redis.call('SREM', 'haul1:c:' .. tag, id) end
            if tonumber(content) > known then
              grew = tonumber(content) - known
              redis.call('HSET', records, mode, content)
            end
            if near > 0 and count <= near then
              offered = redis.call('HVALS', records)
            elseif near > 0 then
              local ids, seen = {}, { [id] = true }
              local function offer(some)
                for _, one in ipairs(some) do
                  if not seen[one] then
                    seen[one] = true
                    ids[#ids + 1] = one
                  end
                end
              end
              offer(redis.call('SRANDMEMBER', network, near))
              if any > 0 then offer(redis.call('ZRANDMEMBER', peers, any)) end
              if #ids > 0 then offered = redis.call('HMGET', records, unpack(ids)) end
            end
          end
          answers[#answers + 1] = { old, redis.call('SCARD', 'haul1:c:' .. tag), count, string.format('%.0f', grew), offered }
        end
        return answers
        """;

    /// <summary>Forgets those whose time is over in some swarms that are to be looked at; how many there were.</summary>
    public const string Sweep = Common + """
        local tags = redis.call('ZRANGEBYSCORE', 'haul1:swarms', '-inf', ARGV[1], 'LIMIT', 0, 50)
        for _, tag in ipairs(tags) do
          if expire(tag, ARGV[1]) == 0 then
            close(tag)
          else
            redis.call('ZADD', 'haul1:swarms', redis.call('ZRANGE', 'haul1:p:' .. tag, 0, 0, 'WITHSCORES')[2], tag)
          end
        end
        return #tags
        """;
}
