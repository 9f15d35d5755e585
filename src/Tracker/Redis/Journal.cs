using Haul.Protocol.Contract;
using StackExchange.Redis;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Tracker.Redis;

/// <summary>What all trackers over a Redis have heard, in one order: a stream of batches, each there for as long as one of its agents may be.</summary>
sealed class Journal : IAsyncDisposable
{
    /// <summary>The stream's key.</summary>
    public const string Key = "haul3:announces";

    /// <summary>What the key begins with of the number of a tracker's next batch; the tracker's own number follows.</summary>
    public const string ToldKey = "haul3:told:";

    /// <summary>Before the first of the stream.</summary>
    public const string Start = "0-0";

    /// <summary>Batches of one exchange; where there are so many there may be more.</summary>
    public const int BatchesMax = 64;

    // All times are the Redis's own. A batch stands with when it is over, and the oldest go then; the stream itself goes with its last batch, too: who gives
    // up his trackers need not tidy up. What is sent again, as nobody answered, may be there already: the number of the next batch tells. Where the stream is
    // another than the one that was read last, its numbers may be smaller: then it is read from its start, and of the first batches one's own, too.
    const string Exchange = """
        local key, told, me, last, most, tidy = KEYS[1], KEYS[2], ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
        local now = tonumber(redis.call('TIME')[1])
        for _ = 1, tidy == '1' and 200 or 0 do
          local oldest = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
          if not oldest or (tonumber(oldest[2][2]) or 0) > now then break end
          redis.call('XDEL', key, oldest[1])
        end
        if #ARGV > 7 then
          local life, number = tonumber(ARGV[5]), tonumber(ARGV[6])
          local next = ARGV[7] == '1' and tonumber(redis.call('GET', told) or '0') or 0
          for at = 8, #ARGV do
            if number >= next then redis.call('XADD', key, '*', 'until', now + life, 'tracker', me, 'batch', ARGV[at]) end
            number = number + 1
          end
          redis.call('SET', told, number, 'EX', life + 60)
          if redis.call('TTL', key) < life + 60 then redis.call('EXPIRE', key, life + 60) end
        end
        local newest = '0-0'
        if redis.call('EXISTS', key) == 1 then
          local state = redis.call('XINFO', 'STREAM', key)
          for at = 1, #state, 2 do
            if state[at] == 'last-generated-id' then newest = state[at + 1] end
          end
        end
        local function parts(id) return tonumber(string.match(id, '^%d+')), tonumber(string.match(id, '%d+$')) end
        local lastTime, lastNumber = parts(last)
        local newestTime, newestNumber = parts(newest)
        local isOther = lastTime > newestTime or lastTime == newestTime and lastNumber > newestNumber
        local batches = {}
        for at, entry in ipairs(redis.call('XRANGE', key, '(' .. (isOther and '0-0' or last), '+', 'COUNT', most)) do
          local fields = entry[2]
          batches[at] = { entry[1], (isOther or fields[4] ~= me) and fields[6] or '' }
        end
        return { now, batches, isOther and #batches == 0 and '0-0' or '' }
        """;

    // Longer than any Redis takes that is of use.
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    readonly ConnectionMultiplexer _connection;
    readonly IDatabase _database;
    readonly string _me = Guid.NewGuid().ToString("N");
    readonly RedisKey[] _keys;
    string _last = Start;
    long _redisNow;
    long _tidiedAt;
    long _number;
    long _nextNumber;

    Journal(ConnectionMultiplexer connection)
    {
        (_connection, _database) = (connection, connection.GetDatabase());
        _keys = [Key, $"{ToldKey}{_me}"];
    }

    /// <summary>Opens the way to a Redis; it need not be there yet.</summary>
    /// <param name="options">"HOST:PORT" and what else StackExchange.Redis takes, as "HOST:PORT,password=...,ssl=true".</param>
    /// <param name="password">Its password, where that is not among the options.</param>
    public static async Task<Outcome<Journal>> OpenAsync(string options, string? password)
    {
        try
        {
            var parsed = ConfigurationOptions.Parse(options);
            if (parsed.EndPoints.Count == 0)
                return new Failure(E_INVALIDARG, "The address of the Redis is of the form HOST:PORT[,OPTION=VALUE]...");
            parsed.AbortOnConnectFail = false;
            parsed.ClientName = "haul-tracker";
            parsed.AsyncTimeout = (int)_patience.TotalMilliseconds;
            parsed.ConnectTimeout = (int)_patience.TotalMilliseconds;
            // What cannot be sent at once fails: it is kept here, and sent with the next exchange.
            parsed.BacklogPolicy = BacklogPolicy.FailFast;
            parsed.Password ??= password;
            return new Journal(await ConnectionMultiplexer.ConnectAsync(parsed));
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The text may hold a password.
            return new Failure(E_INVALIDARG, "The options of the Redis are not of the form HOST:PORT[,OPTION=VALUE]...; compare them with those of StackExchange.Redis");
        }
        catch (RedisException e)
        {
            return Lost(e);
        }
    }

    /// <summary>Adds batches, and gives what others have added since the last call that succeeded: at first, all that is there.</summary>
    /// <remarks>One call there and back, not for several at a time. After a failure the batches may be there or not: the same are to be added again, and will
    /// be there once.</remarks>
    /// <param name="batches">What to add.</param>
    /// <param name="isAgain">They were added before, and whether they are there is not known.</param>
    /// <param name="life">In seconds, how long they are of use.</param>
    /// <returns>Up to <see cref="BatchesMax"/> batches, oldest first; those of this tracker are empty.</returns>
    public async Task<Outcome<byte[][]>> ExchangeAsync(IReadOnlyList<JournalBatch> batches, bool isAgain, uint life)
    {
        try
        {
            var answer = await _database.ScriptEvaluateAsync(Exchange, _keys, ArgumentsOf(batches, isAgain, life));
            return Read((long)answer[0], (RedisResult[])answer[1]!, (string)answer[2]!);
        }
        catch (Exception e) when (e is RedisException or RedisCommandException or TimeoutException or InvalidCastException)
        {
            return Lost(e);
        }
    }

    RedisValue[] ArgumentsOf(IReadOnlyList<JournalBatch> batches, bool isAgain, uint life)
    {
        // Once a second is enough, as each look takes the oldest out whole.
        var tidies = _tidiedAt != _redisNow;
        _tidiedAt = _redisNow;
        if (!isAgain)
            (_number, _nextNumber) = (_nextNumber, _nextNumber + batches.Count);
        return [_me, _last, BatchesMax, tidies, life, _number, isAgain, .. batches.Select(batch => (RedisValue)batch.Bytes)];
    }

    byte[][] Read(long now, RedisResult[] entries, string start)
    {
        var last = start.Length > 0 ? start : _last;
        var batches = new byte[entries.Length][];
        for (var i = 0; i < entries.Length; i++)
            (last, batches[i]) = ((string)entries[i][0]!, (byte[])entries[i][1]!);
        (_redisNow, _last) = (now, last);
        return batches;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // What a server answers tells more than that it does not, and has no secrets in it.
    static Failure Lost(Exception e) => new(DO_E_NO_SERVICE, e is RedisServerException
        ? $"The Redis that trackers share refuses what they ask: {e.Message}"
        : $"The Redis that trackers share does not answer ({e.GetType().Name}); see whether it runs and lets the tracker in");
}
