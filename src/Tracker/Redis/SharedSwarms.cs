using Haul.Protocol.Contract;
using Haul.Tracker.Announces;
using Haul.Tracker.Memory;
using Haul.Tracker.Swarms;
using Microsoft.Extensions.Logging;

namespace Haul.Tracker.Redis;

/// <summary>Who is in which swarm, as all trackers over one Redis hear it.</summary>
/// <remarks>
/// Each tracker has all in its own memory and answers from there. What is news it writes to the journal, and it books what others have written:
/// twenty times a second both, in one call. So trackers know the same within moments, an announce waits for nobody, and while the Redis is gone each
/// goes on with what it hears itself. Where an agent turns from one tracker to another within those moments, what it said last wins, except that one
/// that leaves just then may be told of until its time is over.
/// </remarks>
sealed class SharedSwarms : ISwarmRegister
{
    static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(50);

    readonly MemorySwarms _swarms;
    readonly Journal _journal;
    readonly TimeProvider _time;
    readonly ILogger _lines;
    readonly Outbox _outbox = new();
    readonly Announce _heard = new();
    readonly AnnounceAnswer _unasked = new();
    readonly SemaphoreSlim _turn = new(1);
    readonly CancellationTokenSource _end = new();
    JournalBatch? _unsent;
    bool _saidUnread;
    Task _exchanging = Task.CompletedTask;

    SharedSwarms(MemorySwarms swarms, Journal journal, TimeProvider time, ILogger lines) => (_swarms, _journal, _time, _lines) = (swarms, journal, time, lines);

    public bool IsAlone { get; private set; }

    public RegisterSize Size => _swarms.Size;

    /// <summary>Begins to share; what others have written is known when this returns, if the Redis answers.</summary>
    /// <param name="swarms">An empty register, which is this one's from now on.</param>
    /// <param name="journal">What is shared; disposed of with the register.</param>
    /// <param name="time">Tells when agents are forgotten.</param>
    /// <param name="lines">Where it is told when the Redis goes and comes.</param>
    public static async Task<SharedSwarms> StartAsync(MemorySwarms swarms, Journal journal, TimeProvider time, ILogger lines)
    {
        var shared = new SharedSwarms(swarms, journal, time, lines);
        await shared.ExchangeAsync();
        shared._exchanging = shared.GoOnAsync();
        return shared;
    }

    public void Announce(Announce announce, AnnounceAnswer answer)
    {
        announce.CanBeTold = _outbox.HasRoom;
        _swarms.Announce(announce, answer);
        _outbox.Add(announce, answer);
    }

    public void Sweep(uint now) => _swarms.Sweep(now);

    /// <summary>Tells the others what is news here, and books what they have told.</summary>
    public async Task ExchangeAsync()
    {
        await _turn.WaitAsync();
        try
        {
            var isMore = true;
            while (isMore)
            {
                var isLate = _unsent is not null;
                _unsent ??= _outbox.Take();
                var now = (uint)_time.GetUtcNow().ToUnixTimeSeconds();
                var told = await _journal.ExchangeAsync(now, _unsent);
                Say(told.Failure);
                if (!told.Succeeded)
                    return;
                _unsent = null;
                foreach (var batch in told.Value)
                    Book(batch, now);
                isMore = isLate || told.Value.Length == Journal.BatchesMax;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    void Book(ReadOnlySpan<byte> batch, uint now)
    {
        if (batch is [])
            return; // one's own
        var reader = new JournalReader(batch);
        while (!reader.IsAtEnd)
        {
            _heard.Clear();
            _unasked.Clear();
            if (!reader.TryRead(_heard))
            {
                SayUnread();
                return;
            }
            // Another's clock may be ahead: nobody lives longer for that, and what he says here later counts.
            var ahead = _heard.Now - Math.Min(_heard.Now, now);
            (_heard.Now, _heard.ExpiresAt) = (_heard.Now - ahead, _heard.ExpiresAt - ahead);
            (_heard.IsHeard, _heard.CanBeTold) = (true, true);
            if (_heard.ExpiresAt > now)
                _swarms.Announce(_heard, _unasked);
        }
    }

    async Task GoOnAsync()
    {
        using var timer = new PeriodicTimer(_interval, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
                await ExchangeAsync();
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // It stops.
        }
    }

    void Say(Failure? failure)
    {
        if (failure is not null == IsAlone)
            return;
        IsAlone = failure is not null;
        if (failure is not null)
            TrackerLog.RegisterLost(_lines, failure.ToString());
        else
            TrackerLog.RegisterBack(_lines);
    }

    void SayUnread()
    {
        if (_saidUnread)
            return;
        _saidUnread = true;
        TrackerLog.EntryUnread(_lines);
    }

    /// <summary>Stops; what is news is told before, if the Redis answers.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _exchanging;
        await ExchangeAsync();
        await _journal.DisposeAsync();
        _turn.Dispose();
        _end.Dispose();
    }
}
