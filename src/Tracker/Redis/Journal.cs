using Haul.Protocol.Contract;
using StackExchange.Redis;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Tracker.Redis;

/// <summary>What all trackers over a Redis have heard, in one order: a stream of batches, each there for as long as one of its agents may be.</summary>
sealed class Journal : IAsyncDisposable
{
    /// <summary>The stream's key.</summary>
    public const string Key = "haul3:announces";

    /// <summary>Before the first of the stream.</summary>
    public const string Start = "0-0";

    /// <summary>Batches of one exchange; where there are so many there may be more.</summary>
    public const int BatchesMax = 64;

    // All times are the Redis's own. A batch stands with when it is over, and the oldest go then; the stream itself goes with its last batch, too: who gives
    // up his trackers need not tidy up. What is sent again, as nobody answered, may be there already.
    const string Exchange = """
        local key, me, last, most, tidy = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
        local now = tonumber(redis.call('TIME')[1])
        for _ = 1, tidy == '1' and 200 or 0 do
          local oldest = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
          if not oldest or (tonumber(oldest[2][2]) or 0) > now then break end
          redis.call('XDEL', key, oldest[1])
        end
        if #ARGV > 7 then
          local life, number, again, there = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7] == '1', {}
          for _, entry in ipairs(again and redis.call('XRANGE', key, '(' .. last, '+') or {}) do
            if entry[2][4] == me then there[tonumber(entry[2][6])] = true end
          end
          for at = 8, #ARGV do
            if not there[number] then redis.call('XADD', key, '*', 'until', now + life, 'tracker', me, 'number', number, 'batch', ARGV[at]) end
            number = number + 1
          end
          if redis.call('TTL', key) < life + 60 then redis.call('EXPIRE', key, life + 60) end
        end
        local batches = {}
        for at, entry in ipairs(redis.call('XRANGE', key, '(' .. last, '+', 'COUNT', most)) do
          local fields = entry[2]
          batches[at] = { entry[1], fields[4] ~= me and fields[8] or '' }
        end
        return { now, batches }
        """;

    // Longer than any Redis takes that is of use.
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    readonly ConnectionMultiplexer _connection;
    readonly IDatabase _database;
    readonly RedisKey[] _keys = [Key];
    readonly byte[] _me = Guid.NewGuid().ToByteArray();
    string _last = Start;
    long _redisNow;
    long _tidiedAt;
    long _number;
    long _nextNumber;

    Journal(ConnectionMultiplexer connection) => (_connection, _database) = (connection, connection.GetDatabase());

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
            return Read((long)answer[0], (RedisResult[])answer[1]!);
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

    byte[][] Read(long now, RedisResult[] entries)
    {
        var batches = new byte[entries.Length][];
        for (var i = 0; i < entries.Length; i++)
            (_last, batches[i]) = ((string)entries[i][0]!, (byte[])entries[i][1]!);
        // Entries are numbered by the clock. One that goes back is another Redis's: what that holds may have smaller numbers than what was read last.
        if (now < _redisNow)
            _last = Start;
        _redisNow = now;
        return batches;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // What a server answers tells more than that it does not, and has no secrets in it.
    static Failure Lost(Exception e) => new(DO_E_NO_SERVICE, e is RedisServerException
        ? $"The Redis that trackers share refuses what they ask: {e.Message}"
        : $"The Redis that trackers share does not answer ({e.GetType().Name}); see whether it runs and lets the tracker in");
}
