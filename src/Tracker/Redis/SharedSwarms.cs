using Haul.Protocol.Contract;
using Haul.Tracker.Announces;
using Haul.Tracker.Memory;
using Haul.Tracker.Swarms;
using Microsoft.Extensions.Logging;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Tracker.Redis;

/// <summary>Who is in which swarm, as all trackers over one Redis hear it.</summary>
/// <remarks>
/// Each tracker has all in its own memory and answers from there. What is news it writes to the journal, and it books what others have written:
/// twenty times a second both, in one call. So trackers know the same within moments, an announce waits for nobody, and while the Redis is gone each
/// goes on with what it hears itself. Where an agent turns from one tracker to another within those moments, or while the Redis is gone, what it said last
/// wins, except that one that has left may be told of until its time is over.
/// </remarks>
sealed class SharedSwarms : ISwarmRegister
{
    const int ReasonsMax = 8;

    static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(50);

    readonly MemorySwarms _swarms;
    readonly Journal _journal;
    readonly HeardAnnounces _heard;
    readonly TimeProvider _time;
    readonly ILogger _lines;
    readonly Outbox _outbox = new();
    readonly List<JournalBatch> _unsent = [];
    readonly HashSet<string> _told = [];
    readonly SemaphoreSlim _turn = new(1);
    readonly CancellationTokenSource _end = new();
    Task _exchanging = Task.CompletedTask;

    SharedSwarms(MemorySwarms swarms, Journal journal, Func<UInt128, bool> isServed, TimeProvider time, ILogger lines)
    {
        (_swarms, _journal, _time, _lines) = (swarms, journal, time, lines);
        _heard = new HeardAnnounces(swarms, isServed, lines);
    }

    public bool IsAlone { get; private set; }

    public RegisterSize Size => _swarms.Size;

    /// <summary>Begins to share; what others have written is known when this returns, if the Redis answers.</summary>
    /// <param name="swarms">An empty register, which is this one's from now on.</param>
    /// <param name="journal">What is shared; disposed of with the register.</param>
    /// <param name="isServed">Which groups agents are told of here: those of others are not kept.</param>
    /// <param name="time">Tells when agents are forgotten.</param>
    /// <param name="lines">Where it is told when the Redis goes and comes.</param>
    public static async Task<SharedSwarms> StartAsync(MemorySwarms swarms, Journal journal, Func<UInt128, bool> isServed, TimeProvider time, ILogger lines)
    {
        var shared = new SharedSwarms(swarms, journal, isServed, time, lines);
        await shared.TryExchangeAsync();
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
            Say(await ExchangeAllAsync());
        }
        finally
        {
            _turn.Release();
        }
    }

    async Task<Failure?> ExchangeAllAsync()
    {
        var isMore = true;
        while (isMore)
        {
            var now = (uint)_time.GetUtcNow().ToUnixTimeSeconds();
            var isAgain = _unsent.Count > 0;
            if (!isAgain)
                _outbox.Take(_unsent);
            var expiresAt = _unsent.Select(batch => batch.ExpiresAt).Append(now).Max();
            if (expiresAt == now)
                Drop(); // nobody is there any more
            var told = await _journal.ExchangeAsync(_unsent, isAgain, expiresAt - now);
            if (!told.Succeeded)
                return told.Failure;
            Drop();
            // It may have taken its time.
            now = (uint)_time.GetUtcNow().ToUnixTimeSeconds();
            foreach (var batch in told.Value)
                _heard.Book(batch, now);
            isMore = isAgain || _outbox.IsPressing || told.Value.Length == Journal.BatchesMax;
        }
        return null;
    }

    void Drop()
    {
        _outbox.Return(_unsent);
        _unsent.Clear();
    }

    async Task GoOnAsync()
    {
        using var timer = new PeriodicTimer(_interval, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
                await TryExchangeAsync();
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // It stops.
        }
    }

    // Whatever goes wrong, the tracker answers on and tries again.
    async Task TryExchangeAsync()
    {
        try
        {
            await ExchangeAsync();
        }
        catch (Exception e)
        {
            Say(new Failure(E_UNEXPECTED, $"What other trackers tell fails inside ({e})"));
        }
    }

    // Each reason is told once, until all is well again.
    void Say(Failure? failure)
    {
        if (failure is null && IsAlone)
            TrackerLog.RegisterBack(_lines);
        else if (failure is not null && _told.Count < ReasonsMax && _told.Add(failure.Text))
            TrackerLog.RegisterLost(_lines, failure.ToString());
        if (failure is null)
            _told.Clear();
        IsAlone = failure is not null;
    }

    /// <summary>Stops; what is news is told before, if the Redis answers.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _exchanging;
        await TryExchangeAsync();
        await _journal.DisposeAsync();
        _turn.Dispose();
        _end.Dispose();
    }
}
