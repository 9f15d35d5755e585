using System.Buffers.Binary;
using System.Globalization;
using Haul.Protocol.Contract;
using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;
using Microsoft.Extensions.ObjectPool;
using StackExchange.Redis;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Tracker.Redis;

/// <summary>Who is in which swarm, in a Redis that several trackers share. Where it cannot be reached announces fail, until it is back.</summary>
sealed class RedisSwarms : ISwarmRegister
{
    // Candidates that are looked at: of the asker's own network, and of all. 50 are picked from them.
    const int CandidatesMax = 100;

    const int IdSize = 16;

    const int TagLength = 16 + SwarmHash.Size;

    // Rounds of one sweep, 50 swarms each: what is left is the next one's.
    const int SweepRoundsMax = 1000;

    // Longer than any Redis takes that is of use; the agent's own patience is 15 s.
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    readonly ConnectionMultiplexer _connection;
    readonly IDatabase _database;
    readonly DefaultObjectPool<Chooser> _choosers = new(new DefaultPooledObjectPolicy<Chooser>());
    readonly int _seed;
    int _lots;

    RedisSwarms(ConnectionMultiplexer connection, int seed) => (_connection, _database, _seed) = (connection, connection.GetDatabase(), seed);

    /// <summary>Opens the way to a Redis; it need not be there yet.</summary>
    /// <param name="options">"HOST:PORT" and what else StackExchange.Redis takes, as "HOST:PORT,password=...,ssl=true".</param>
    /// <param name="password">Its password, where that is not among the options.</param>
    /// <param name="seed">For who is picked among equals.</param>
    public static async Task<Outcome<RedisSwarms>> OpenAsync(string options, string? password, int seed)
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
            // What cannot be sent at once fails: an answer that comes when the agent is gone is of no use, and the queue would grow.
            parsed.BacklogPolicy = BacklogPolicy.FailFast;
            parsed.Password ??= password;
            return new RedisSwarms(await ConnectionMultiplexer.ConnectAsync(parsed), seed);
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

    public async ValueTask<Failure?> AnnounceAsync(Announce announce, AnnounceAnswer answer)
    {
        RedisResult[] results;
        var chooser = _choosers.Get();
        chooser.Lots ??= new Random(_seed + Interlocked.Increment(ref _lots));
        var drawn = new byte[IdSize];
        chooser.Lots.NextBytes(drawn);
        try
        {
            results = (RedisResult[])(await _database.ScriptEvaluateAsync(RedisScripts.Announce, null, ArgumentsOf(announce, drawn)))!;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            _choosers.Return(chooser);
            return Lost(e);
        }
        for (var i = 0; i < results.Length; i++)
            Fill(announce, announce.Swarms[i], (RedisResult[])results[i]!, chooser, answer);
        _choosers.Return(chooser);
        return null;
    }

    public async ValueTask SweepAsync(uint now)
    {
        try
        {
            for (var round = 0; round < SweepRoundsMax; round++)
            {
                if ((int)await _database.ScriptEvaluateAsync(RedisScripts.Sweep, null, [now]) == 0)
                    return;
            }
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // Who announces next says so; what was not swept now is swept then.
        }
    }

    public async ValueTask<Outcome<RegisterSize>> SizeAsync()
    {
        try
        {
            var swarms = _database.SortedSetLengthAsync(RedisScripts.Swarms);
            var peers = _database.StringGetAsync(RedisScripts.Peers);
            await Task.WhenAll(swarms, peers);
            return new RegisterSize(await swarms, (long)await peers);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return Lost(e);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    static Failure Lost(Exception e) => new(DO_E_NO_SERVICE, $"The Redis that holds the swarms does not answer ({e.GetType().Name}); see whether it runs and lets the tracker in");

    static RedisValue[] ArgumentsOf(Announce announce, byte[] drawn)
    {
        Span<byte> id = stackalloc byte[IdSize];
        BinaryPrimitives.WriteUInt128BigEndian(id, announce.Peer.Id);
        var arguments = new RedisValue[RedisScripts.ArgumentsFirst + (announce.Swarms.Length * RedisScripts.ArgumentsOfSwarm)];
        (arguments[0], arguments[1], arguments[2], arguments[3]) = (announce.Now, announce.ExpiresAt, id.ToArray(), drawn);
        for (var i = 0; i < announce.Swarms.Length; i++)
            Fill(arguments.AsSpan(RedisScripts.ArgumentsFirst + (i * RedisScripts.ArgumentsOfSwarm)), announce, announce.Swarms[i]);
        return arguments;
    }

    static void Fill(Span<RedisValue> arguments, Announce announce, in SwarmAnnounce swarm)
    {
        var tag = new byte[TagLength];
        BinaryPrimitives.WriteUInt128BigEndian(tag, announce.Group);
        swarm.Id.Write(tag.AsSpan(16));
        arguments[0] = tag;
        arguments[1] = new RedisRecord(announce.RecordIn(swarm), swarm.Totals, announce.ExpiresAt).Write();
        arguments[2] = swarm.Left == 0;
        arguments[3] = swarm.Event == AnnounceEvent.Stopped;
        arguments[4] = swarm.Wanted == 0 ? 0 : CandidatesMax;
        arguments[5] = swarm.Wanted == 0 || swarm.Mode == PeerMode.Lan ? 0 : CandidatesMax;
        arguments[6] = (int)swarm.Mode;
        arguments[7] = swarm.ContentBytes;
    }

    static void Fill(Announce announce, in SwarmAnnounce asked, RedisResult[] result, Chooser chooser, AnnounceAnswer answer)
    {
        ref var said = ref answer.Begin();
        var before = (byte[]?)result[0] is { } old ? RedisRecord.Read(announce.Peer.Id, old) : null;
        said.Complete = (int)result[1];
        said.Incomplete = (int)result[2] - said.Complete;
        said.ContentGrew = long.Parse((string)result[3]!, CultureInfo.InvariantCulture);
        // As in memory: who was not known and has not started was counted elsewhere.
        var last = before?.Totals ?? (asked.Event == AnnounceEvent.Started ? default : asked.Totals);
        said.Gained = asked.Totals.Since(last);
        chooser.Choose(announce, asked, (RedisResult[])result[4]!, answer);
    }

    /// <summary>Picks peers from what Redis gave; lent to one call after another.</summary>
    sealed class Chooser
    {
        readonly Picks _picks = new();
        readonly List<PeerRecord> _candidates = [];

        public Random? Lots { get; set; }

        public void Choose(Announce announce, in SwarmAnnounce asked, RedisResult[] records, AnnounceAnswer answer)
        {
            var asker = announce.RecordIn(asked);
            _candidates.Clear();
            _picks.Begin(Math.Min(asked.Wanted, answer.Room));
            for (var i = 0; i + 1 < records.Length; i += 2)
            {
                // In a small swarm all that is under its name comes: the asker's own record, and numbers.
                if ((byte[]?)records[i] is not { Length: IdSize } id || (byte[]?)records[i + 1] is not { } bytes)
                    continue;
                if (RedisRecord.Read(BinaryPrimitives.ReadUInt128BigEndian(id), bytes) is not { } record || record.ExpiresAt <= announce.Now || record.Peer.Id == asker.Id)
                    continue;
                var rank = Introductions.RankOf(asker, record.Peer);
                if (rank == Introductions.None)
                    continue;
                _candidates.Add(record.Peer);
                _picks.Offer(_candidates.Count - 1, rank, Lots!.Next());
            }
            foreach (var candidate in _picks.Best)
                answer.Add(_candidates[candidate]);
        }
    }
}
