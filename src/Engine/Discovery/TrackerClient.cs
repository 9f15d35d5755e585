using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Haul.Engine.Discovery;

/// <summary>Announces this agent's swarms to a tracker, and tells of the peers that it names.</summary>
/// <remarks>One loop owns the schedule; at most one announce is under way. Where the tracker is down nothing is found, and that is all.</remarks>
sealed class TrackerClient
{
    readonly TrackerTarget _target;
    readonly TrackerExchange _exchange;
    readonly TimeProvider _time;
    readonly Random _random;
    readonly Action<SwarmId, IReadOnlyList<PeerSighting>> _found;
    readonly Mailbox<Mail> _mail = new();
    readonly TrackerSchedule _schedule = new();
    readonly long _start;
    Task? _asking;
    TimeSpan _holdUntil;
    int _failures;
    TrackerStatus _status;

    /// <summary>Announces to one tracker.</summary>
    /// <param name="target">The tracker, and who this agent is.</param>
    /// <param name="http">The way there; it must not follow redirects.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">So that agents that lost a tracker together do not come back together.</param>
    /// <param name="found">Called by the loop with the peers of a swarm; must not wait. The same peers are told again and again.</param>
    public TrackerClient(TrackerTarget target, HttpMessageInvoker http, TimeProvider time, Random random, Action<SwarmId, IReadOnlyList<PeerSighting>> found)
    {
        (_target, _time, _random, _found, _start) = (target, time, random, found, time.GetTimestamp());
        _status = new TrackerStatus(target.Address.AbsoluteUri, 0, null, null, null);
        _exchange = new TrackerExchange(http, target, time);
    }

    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>How it goes. Any thread.</summary>
    public TrackerStatus Status => Volatile.Read(ref _status);

    TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>The agent is in a swarm, or stands otherwise in it than before. What is told is the newest when an announce is due.</summary>
    public void Set(SwarmId swarm, TrackerPart part) => _mail.Post(new Mail.Changed(swarm, part));

    /// <summary>The agent leaves a swarm.</summary>
    public void Leave(SwarmId swarm) => _mail.Post(new Mail.Left(swarm));

    /// <summary>Runs until it is stopped; by then the tracker was told that this agent leaves its swarms, if it could be told in time.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var clock = _time.CreateTimer(_ => _mail.Post(new Mail.Tick()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var ending = cancel.UnsafeRegister(_ => _mail.Post(new Mail.End()), null);
        while (await _mail.WaitAsync() && BookAll())
        {
            Ask(cancel);
            var sleep = Sleep();
            clock.Change(sleep, Timeout.InfiniteTimeSpan);
            Tell(Status with { Swarms = _schedule.Count, NextAt = sleep == Timeout.InfiniteTimeSpan ? null : _time.GetUtcNow() + sleep });
        }
        _mail.Close();
        await (_asking ?? Task.CompletedTask);
        await SayFarewellAsync();
    }

    // False once the end was asked for.
    bool BookAll()
    {
        while (_mail.TryTake(out var mail))
        {
            switch (mail)
            {
                case Mail.End:
                    return false;
                case Mail.Changed changed:
                    _schedule.Set(changed.Swarm, changed.Part, Now);
                    break;
                case Mail.Left left:
                    _schedule.Leave(left.Swarm, Now);
                    break;
                case Mail.Asked asked:
                    _asking = null;
                    Book(asked.Dues, asked.Reply);
                    break;
            }
        }
        return true;
    }

    void Ask(CancellationToken cancel)
    {
        if (_asking is not null || Now < _holdUntil || _schedule.Take(Now) is not { Count: > 0 } dues)
            return;
        _asking = AskAsync(dues, cancel);
    }

    async Task AskAsync(IReadOnlyList<TrackerDue> dues, CancellationToken cancel) =>
        _mail.Post(new Mail.Asked(dues, await _exchange.RunAsync(dues, TrackerLimits.AnnounceTimeout, cancel)));

    void Book(IReadOnlyList<TrackerDue> dues, TrackerReply reply)
    {
        if (reply.Failure is { } failure)
        {
            var wait = Backoff(reply.Wait ?? TimeSpan.Zero);
            _holdUntil = Now + wait;
            _schedule.Fail(dues, _holdUntil);
            Say(failure, wait);
            return;
        }
        _failures = 0;
        if (Status is { AnsweredAt: null } or { Failure: not null })
            TrackerLog.Answers(Log, _target.Address.Authority, dues.Count);
        Tell(Status with { AnsweredAt = _time.GetUtcNow(), Failure = null });
        _schedule.Book(dues, Now, reply.Interval);
        foreach (var (swarm, sightings) in reply.Found)
            _found(swarm, sightings);
    }

    // A quarter more or less, by lot; and never before the tracker wants it, after which those that it told the same come one by one.
    TimeSpan Backoff(TimeSpan asked)
    {
        var own = TrackerLimits.BackoffMin * Math.Pow(2, Math.Min(_failures++, 10));
        own = (own < TrackerLimits.BackoffMax ? own : TrackerLimits.BackoffMax) * (0.75 + (_random.NextDouble() / 2));
        if (own >= asked)
            return own;
        return (asked < TrackerLimits.IntervalMax ? asked : TrackerLimits.IntervalMax) * (1 + (_random.NextDouble() / 4));
    }

    void Tell(TrackerStatus status) => Volatile.Write(ref _status, status);

    // Once for each time that it is lost.
    void Say(Failure failure, TimeSpan wait)
    {
        Tell(Status with { Failure = failure.Text });
        if (_failures == 1)
            TrackerLog.Failed(Log, failure.ToString(), (int)wait.TotalSeconds);
    }

    TimeSpan Sleep()
    {
        if (_asking is not null || _schedule.Due is not { } due)
            return Timeout.InfiniteTimeSpan;
        var wait = (due < _holdUntil ? _holdUntil : due) - Now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    // What came in the meantime counts no more. A tracker that was lost before is not asked again.
    async Task SayFarewellAsync()
    {
        using var patience = new CancellationTokenSource(TrackerLimits.FarewellTimeout, _time);
        _schedule.LeaveAll(Now);
        while (_failures == 0 && _schedule.Take(TimeSpan.MaxValue / 2) is { Count: > 0 } dues)
        {
            if ((await _exchange.RunAsync(dues, TrackerLimits.FarewellTimeout, patience.Token)).Failure is not null)
                return;
            _schedule.Book(dues, Now, TimeSpan.Zero);
        }
    }

    /// <summary>What the loop is told.</summary>
    abstract record Mail
    {
        /// <summary>Time has passed.</summary>
        public sealed record Tick : Mail;

        /// <summary>It is to stop.</summary>
        public sealed record End : Mail;

        /// <summary>The agent is in a swarm.</summary>
        public sealed record Changed(SwarmId Swarm, TrackerPart Part) : Mail;

        /// <summary>The agent is no longer in a swarm.</summary>
        public sealed record Left(SwarmId Swarm) : Mail;

        /// <summary>An announce has ended.</summary>
        public sealed record Asked(IReadOnlyList<TrackerDue> Dues, TrackerReply Reply) : Mail;
    }
}
