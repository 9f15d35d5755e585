using System.Net;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;

namespace Haul.Engine.Discovery;

/// <summary>Asks everyone on the local networks who has or wants the contents that this agent wants, and answers who asks for its own. Pure.</summary>
/// <remarks>An answer goes to one alone, and is never longer than its question. What is said of swarms is said under ids that change each hour, and that
/// mean something to members only.</remarks>
/// <param name="self">Who asks and answers.</param>
/// <param name="port">Where it takes connections.</param>
/// <param name="blind">The id of a swarm in an epoch.</param>
/// <param name="random">When to answer.</param>
/// <param name="outbox">What comes of it.</param>
sealed class ContentProbe(PeerId self, ushort port, Func<SwarmId, ulong, ulong> blind, Random random, LanOutbox outbox)
{
    /// <summary>Swarms of one agent: those it fetches, with the last ones that it has. Further ones are not told of in the local network.</summary>
    public const int SwarmsMax = 1024;

    /// <summary>Answers that wait: as many as may be given at once.</summary>
    const int PendingMax = 64;

    /// <summary>Others on the links, from which on answers may meet and so wait a while.</summary>
    const int CrowdMin = 8;

    /// <summary>How long another counts as there.</summary>
    static readonly TimeSpan CrowdTime = TimeSpan.FromMinutes(2);

    // A sender asks for all of its swarms in 16 datagrams, and then once a minute.
    readonly AnswerGate _questions = new(eachPerSecond: 2, eachAtOnce: 16, allPerSecond: 50, allAtOnce: PendingMax);

    // Many may answer one question, each with one datagram.
    readonly AnswerGate _answers = new(eachPerSecond: 4, eachAtOnce: 32, allPerSecond: 100, allAtOnce: 256);

    readonly BlindedIds _ids = new(blind);
    readonly WantSchedule _wants = new(random);
    readonly Dictionary<SwarmId, bool> _isComplete = [];
    readonly Dictionary<PeerId, TimeSpan> _crowd = [];
    readonly List<Pending> _pending = [];
    IReadOnlyList<LanInterface> _interfaces = [];

    /// <summary>When there is something to do next.</summary>
    public TimeSpan? Due => _pending.Select(one => (TimeSpan?)one.Due).Append(_interfaces.Count > 0 ? _wants.Due : null).Min();

    /// <summary>Speaks for a swarm from now on: asks for it until it is complete, and answers for it.</summary>
    public void Want(SwarmId swarm, bool isComplete, TimeSpan now)
    {
        if (!_isComplete.ContainsKey(swarm) && _isComplete.Count >= SwarmsMax && (isComplete || !MakesPlace()))
            return;
        _isComplete[swarm] = isComplete;
        _ids.Add(swarm);
        if (isComplete)
            _wants.Remove(swarm);
        else
            _wants.Add(swarm, now);
    }

    // What is there already can be told of by others; what is missing, nobody else looks for.
    bool MakesPlace()
    {
        foreach (var (swarm, isComplete) in _isComplete)
        {
            if (!isComplete)
                continue;
            Forget(swarm);
            return true;
        }
        return false;
    }

    /// <summary>Says nothing more of a swarm.</summary>
    public void Forget(SwarmId swarm)
    {
        _isComplete.Remove(swarm);
        _ids.Remove(swarm);
        _wants.Remove(swarm);
    }

    /// <summary>Begins anew where an interface is new, or has other addresses.</summary>
    public void Change(IReadOnlyList<LanInterface> interfaces, TimeSpan now)
    {
        if (interfaces.Except(_interfaces).Any())
            _wants.Restart(now);
        _interfaces = interfaces;
    }

    public void Hear(LanInterface lan, IPEndPoint from, ContentDatagram said, TimeSpan now)
    {
        if (said.Peer == self)
            return;
        Count(said.Peer, now);
        var ours = said.Ids.Distinct().Where(id => _ids.Find(said.Epoch, id) is not null).ToList();
        if (ours.Count == 0 || !(said.Type == ContentDatagramType.Want ? _questions : _answers).Takes(from.Address, now))
            return;
        if (said.Type == ContentDatagramType.Want && _pending.Count < PendingMax)
            _pending.Add(new Pending(lan, from, said.Epoch, ours, now + DelayAt(now)));
        if (said.Port == 0)
            return;
        var peer = new PeerSighting(said.Peer, new IPEndPoint(from.Address, said.Port), SightingOrigin.Lan);
        outbox.Sightings.AddRange(ours.Select(id => new LanSighting(peer, _ids.Find(said.Epoch, id), Asks: said.Type == ContentDatagramType.Want)));
    }

    /// <summary>Does what is due.</summary>
    /// <param name="epoch">The hour that it is.</param>
    /// <param name="now">The time.</param>
    public void Advance(ulong epoch, TimeSpan now)
    {
        _ids.Move(epoch);
        if (_interfaces.Count > 0)
            Ask(_wants.Take(now));
        foreach (var answer in _pending.Where(one => one.Due <= now).ToArray())
        {
            _pending.Remove(answer);
            // A swarm may have been forgotten meanwhile.
            var ids = answer.Ids.Where(id => _ids.Find(answer.Epoch, id) is not null).ToList();
            if (ids.Count > 0)
                outbox.Sends.Add(new LanSend(LanChannels.Content, answer.Lan.Index, answer.To, Say(ContentDatagramType.Have, answer.Epoch, ids)));
        }
    }

    void Ask(IReadOnlyList<SwarmId> swarms)
    {
        foreach (var some in swarms.Chunk(ContentDatagram.IdsMax))
        {
            var bytes = Say(ContentDatagramType.Want, _ids.Epoch, [.. some.Select(_ids.Of)]);
            foreach (var lan in _interfaces)
                outbox.SendToAll(LanChannels.Content, lan, bytes);
        }
        // Whoever waits for an answer hears with this that we are of the same swarm.
        var asked = swarms.ToHashSet();
        foreach (var answer in _pending)
            answer.Ids.RemoveAll(id => _ids.Find(answer.Epoch, id) is { } swarm && asked.Contains(swarm));
        _pending.RemoveAll(answer => answer.Ids.Count == 0);
    }

    byte[] Say(ContentDatagramType type, ulong epoch, IReadOnlyList<ulong> ids) => new ContentDatagram(type, self, port, epoch, ids).Write();

    void Count(PeerId other, TimeSpan now)
    {
        foreach (var (peer, at) in _crowd)
        {
            if (now - at > CrowdTime)
                _crowd.Remove(peer);
        }
        if (_crowd.Count < CrowdMin || _crowd.ContainsKey(other))
            _crowd[other] = now;
    }

    TimeSpan DelayAt(TimeSpan now) => _crowd.Values.Count(at => now - at <= CrowdTime) < CrowdMin ? TimeSpan.Zero : TimeSpan.FromMilliseconds(random.Next(10, 101));

    /// <summary>An answer that waits for its time.</summary>
    sealed record Pending(LanInterface Lan, IPEndPoint To, ulong Epoch, List<ulong> Ids, TimeSpan Due);
}
