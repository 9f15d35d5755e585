namespace Haul.Tracker.Redis;

/// <summary>What is done inside of Redis, where nobody comes in between: an announce is one call there and back.</summary>
/// <remarks>
/// Of each swarm, named by its group and id, there are a sorted set of its peers by the time at which they are forgotten (p), a hash of
/// their records (r), which also holds the content's length by mode, a set of those who are complete (c), and a set for each network
/// they come from (n). All swarms are in one sorted set, and the peers are counted, both for the sweep and for the numbers.
/// A record begins with the eight bytes of its network. Keys are made here: it is one Redis, and not a cluster.
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
          local count = redis.call('ZCARD', 'haul1:p:' .. tag)
          if count == 0 then
            redis.call('DEL', 'haul1:r:' .. tag)
            redis.call('ZREM', 'haul1:swarms', tag)
          end
          return count
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
          expire(tag, now)
          local old = redis.call('HGET', records, id)
          local grew, ids, seen = 0, {}, { [id] = true }
          if stopped == '1' then
            if old then forget(tag, id) end
            expire(tag, now)
          else
            local network = 'haul1:n:' .. tag .. string.sub(record, 1, 8)
            if old and string.sub(old, 1, 8) ~= string.sub(record, 1, 8) then redis.call('SREM', 'haul1:n:' .. tag .. string.sub(old, 1, 8), id) end
            if redis.call('ZADD', peers, expires, id) == 1 then redis.call('INCR', 'haul1:peers') end
            redis.call('HSET', records, id, record)
            redis.call('SADD', network, id)
            redis.call(complete == '1' and 'SADD' or 'SREM', 'haul1:c:' .. tag, id)
            redis.call('ZADD', 'haul1:swarms', 'GT', expires, tag)
            local known = tonumber(redis.call('HGET', records, mode) or '0')
            if tonumber(content) > known then
              grew = tonumber(content) - known
              redis.call('HSET', records, mode, content)
            end
            local function offer(some)
              for _, one in ipairs(some) do
                if not seen[one] then
                  seen[one] = true
                  ids[#ids + 1] = one
                end
              end
            end
            if near > 0 then offer(redis.call('SRANDMEMBER', network, near)) end
            if any > 0 then offer(redis.call('ZRANDMEMBER', peers, any)) end
          end
          answers[#answers + 1] = {
            old, redis.call('SCARD', 'haul1:c:' .. tag), redis.call('ZCARD', peers), string.format('%.0f', grew),
            #ids > 0 and redis.call('HMGET', records, unpack(ids)) or {}
          }
        end
        return answers
        """;

    /// <summary>Forgets the peers of some swarms whose last peer's time is over; how many there were.</summary>
    public const string Sweep = Common + """
        local tags = redis.call('ZRANGEBYSCORE', 'haul1:swarms', '-inf', ARGV[1], 'LIMIT', 0, 50)
        for _, tag in ipairs(tags) do expire(tag, ARGV[1]) end
        return #tags
        """;
}
