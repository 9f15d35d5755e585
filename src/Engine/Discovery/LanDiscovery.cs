using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Haul.Engine.Discovery;

/// <summary>Finds peers on the local networks without any server: who is there, and who has or wants the same contents.</summary>
/// <remarks>One loop owns both protocols, and feeds them what comes, and the time. Where nothing is heard, nothing is found, and that is all.</remarks>
sealed class LanDiscovery
{
    /// <summary>Datagrams that wait for the loop: a few milliseconds of its work. In a flood the rest is lost, as datagrams may be.</summary>
    const int WaitingMax = 256;

    /// <summary>The loop looks at the clock at least this often, since the hour and the day change what it says.</summary>
    static readonly TimeSpan SleepMax = TimeSpan.FromMinutes(1);

    readonly IMulticast _net;
    readonly TimeProvider _time;
    readonly Action<LanSighting> _found;
    readonly Mailbox<Mail> _mail = new();
    readonly LanOutbox _outbox = new();
    readonly long _start;
    readonly MdnsResponder? _responder;
    readonly MdnsBrowser _browser;
    readonly ContentProbe _probe;
    readonly HashSet<string> _failed = [];
    IReadOnlyList<LanInterface> _interfaces = [];
    int _waiting;

    /// <summary>Finds others, and is found by them.</summary>
    /// <param name="net">The local networks.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">When to ask and to answer.</param>
    /// <param name="self">Who this agent is.</param>
    /// <param name="port">Where it takes connections over TCP; with 0 it takes none, and only looks.</param>
    /// <param name="found">Called by the loop with each sighting; must not wait. The same peer is sighted again and again.</param>
    public LanDiscovery(IMulticast net, TimeProvider time, Random random, PeerId self, int port, Action<LanSighting> found)
    {
        (_net, _time, _found, _start) = (net, time, found, time.GetTimestamp());
        _responder = port == 0 ? null : new MdnsResponder(new PresenceRecords(self, checked((ushort)port)), random, _outbox);
        _browser = new MdnsBrowser(self, IsOfOthers, random, _outbox);
        _probe = new ContentProbe(self, checked((ushort)port), (swarm, epoch) => Blind!(swarm, epoch), random, _outbox);
    }

    /// <summary>The id that a swarm has on the air in an epoch (hours since 1970), which only its members can compute.</summary>
    public required Func<SwarmId, ulong, ulong> Blind { get; init; }

    /// <summary>What members of this agent's group know each other by on a day (UTC): 8 digits, in lower case, that mean nothing to others. Null where it has none.</summary>
    public Func<DateOnly, string?> GroupTag { get; init; } = _ => null;

    public ILogger Log { get; init; } = NullLogger.Instance;

    TimeSpan Now => _time.GetElapsedTime(_start);

    DateOnly Today => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    ulong Epoch => (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeSeconds() / 3600);

    /// <summary>Speaks for a swarm from now on: looks for its members until the content is complete, and answers for it all the time.</summary>
    public void Want(SwarmId swarm, bool isComplete) => _mail.Post(new Mail.Wanted(swarm, isComplete));

    /// <summary>Says and hears nothing more of a swarm.</summary>
    public void Forget(SwarmId swarm) => _mail.Post(new Mail.Forgotten(swarm));

    /// <summary>Runs until it is stopped; by then others were told that this agent is gone.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var closing = new CancellationTokenSource();
        using var clock = _time.CreateTimer(_ => _mail.Post(new Mail.Tick()), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        using var ending = cancel.UnsafeRegister(_ => _mail.Post(new Mail.End()), null);
        var running = _net.RunAsync([LanChannels.Presence, LanChannels.Content], Tell, closing.Token);
        while (await _mail.WaitAsync() && BookAll())
        {
            Advance();
            clock.Change(SleepAt(Now), Timeout.InfiniteTimeSpan);
        }
        _responder?.Leave();
        Flush();
        closing.Cancel();
        await running;
    }

    // Called by the sockets' threads.
    void Tell(LanEvent what)
    {
        if (what is not LanHeard)
            _mail.Post(new Mail.Happened(what));
        else if (Interlocked.Increment(ref _waiting) > WaitingMax)
            Interlocked.Decrement(ref _waiting);
        else
            _mail.Post(new Mail.Happened(what));
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
                case Mail.Wanted wanted:
                    _probe.Want(wanted.Swarm, wanted.IsComplete, Now);
                    break;
                case Mail.Forgotten forgotten:
                    _probe.Forget(forgotten.Swarm);
                    break;
                case Mail.Happened { What: LanHeard heard }:
                    Interlocked.Decrement(ref _waiting);
                    Hear(heard);
                    break;
                case Mail.Happened { What: LanChanged changed }:
                    Change(changed.Interfaces);
                    break;
                case Mail.Happened { What: LanFailed failed }:
                    Fail(failed.Failure.ToString());
                    break;
            }
        }
        return true;
    }

    void Hear(LanHeard heard)
    {
        // Who is behind a router is not of this network, and must not make us send there.
        if (LinkOf(heard) is not { } lan)
            return;
        if (heard.Channel == LanChannels.Content && ContentDatagram.Read(heard.Bytes.Span) is { } said)
            _probe.Hear(lan, heard.From, said, Now);
        if (heard.Channel != LanChannels.Presence || DnsReader.Read(heard.Bytes.Span) is not { } message)
            return;
        _responder?.Hear(lan, heard.From, message, Now);
        _browser.Hear(lan, heard.From, message, Now);
    }

    // What one program of a machine sends to another alone comes through the loopback interface, whatever its address.
    LanInterface? LinkOf(LanHeard heard) =>
        _interfaces.FirstOrDefault(one => one.Index == heard.InterfaceIndex && one.Reaches(heard.From.Address))
        ?? _interfaces.FirstOrDefault(one => one.Addresses.Any(ours => ours.Address.GetAddressBytes().AsSpan().SequenceEqual(heard.From.Address.GetAddressBytes())));

    void Change(IReadOnlyList<LanInterface> interfaces)
    {
        _interfaces = interfaces;
        _failed.Clear();
        _responder?.Change(interfaces, Now);
        _browser.Change(interfaces, Now);
        _probe.Change(interfaces, Now);
        if (interfaces.Count == 0)
            LanLog.HasNone(Log);
        else
            LanLog.Looks(Log, string.Join(", ", interfaces.Select(one => one.Name)));
    }

    void Advance()
    {
        var now = Now;
        _responder?.Tag(GroupTag(Today), now);
        _responder?.Advance(now);
        _browser.Advance(now);
        _probe.Advance(Epoch, now);
        Flush();
    }

    void Flush()
    {
        foreach (var send in _outbox.Sends)
        {
            if (_net.Send(send.Channel, send.InterfaceIndex, send.To, send.Bytes) is { } failure)
                Fail(failure.ToString());
        }
        foreach (var sighting in _outbox.Sightings)
        {
            LanLog.Sees(Log, $"{sighting.Peer.Id}", $"{sighting.Peer.Address}", $"{sighting.Swarm}");
            _found(sighting);
        }
        _outbox.Sends.Clear();
        _outbox.Sightings.Clear();
    }

    // The same is said once, until the interfaces change.
    void Fail(string reason)
    {
        if (_failed.Count < WaitingMax && _failed.Add(reason))
            LanLog.Failed(Log, reason);
    }

    TimeSpan SleepAt(TimeSpan now)
    {
        var due = new[] { _responder?.Due, _browser.Due, _probe.Due }.Min() ?? TimeSpan.MaxValue;
        return due <= now ? TimeSpan.Zero : due - now < SleepMax ? due - now : SleepMax;
    }

    // The tags of the days around are ours, too: clocks differ.
    bool IsOfOthers(string tag) => GroupTag(Today) is not null && !new[] { -1, 0, 1 }.Any(days => GroupTag(Today.AddDays(days)) == tag);

    /// <summary>What the loop is told.</summary>
    abstract record Mail
    {
        /// <summary>Time has passed.</summary>
        public sealed record Tick : Mail;

        /// <summary>It is to stop.</summary>
        public sealed record End : Mail;

        /// <summary>A swarm is to be spoken for.</summary>
        public sealed record Wanted(SwarmId Swarm, bool IsComplete) : Mail;

        /// <summary>A swarm is to be spoken for no more.</summary>
        public sealed record Forgotten(SwarmId Swarm) : Mail;

        /// <summary>Something came from the networks.</summary>
        public sealed record Happened(LanEvent What) : Mail;
    }
}
