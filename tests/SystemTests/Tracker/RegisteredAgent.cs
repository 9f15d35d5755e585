using System.Net;
using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.SystemTests.Tracker;

/// <summary>An agent as a register sees it.</summary>
/// <param name="Register">Where it announces.</param>
/// <param name="Number">Which one it is.</param>
/// <param name="Observed">Where it is seen.</param>
/// <param name="Own">What it believes to have.</param>
sealed record RegisteredAgent(ISwarmRegister Register, int Number, string Observed, params string[] Own)
{
    /// <summary>A moment to begin at, in seconds of Unix time.</summary>
    public const uint Start = 1_800_000_000;

    public const uint Life = 750;

    public PeerMode Mode { get; init; } = PeerMode.Internet;

    public UInt128 Group { get; init; }

    public ulong Site { get; init; }

    /// <summary>For how long its announces are good, in seconds.</summary>
    public uint Lives { get; init; } = Life;

    public bool IsRestricted { get; init; }

    public UInt128 Id => (UInt128)Number << 96 | 0xA;

    public static SwarmHash Swarm(int number) => new((UInt128)number << 80, 7);

    /// <summary>Announces one swarm and gives the answer.</summary>
    public async Task<RegisterReply> AnnounceAsync(
        int swarm = 1, uint at = 0, int wanted = 50, long left = 100, AnnounceEvent happened = AnnounceEvent.None, PeerTotals totals = default)
    {
        var announce = Announcing(at);
        Add(announce, swarm, wanted, left, happened, totals);
        return (await SendAsync(announce))[0];
    }

    /// <summary>Announces many swarms at once, as many as one announce takes.</summary>
    public Task<IReadOnlyList<RegisterReply>> AnnounceManyAsync(IEnumerable<int> swarms, uint at = 0, int wanted = 50)
    {
        var announce = Announcing(at);
        foreach (var swarm in swarms)
            Add(announce, swarm, wanted, 100, AnnounceEvent.None, default);
        return SendAsync(announce);
    }

    async Task<IReadOnlyList<RegisterReply>> SendAsync(Announce announce)
    {
        var answer = new AnnounceAnswer();
        Register.Announce(announce, answer);
        if (Register is TakingTurns trackers)
            await trackers.SettleAsync();
        Assert.Equal(announce.Swarms.Length, answer.Swarms.Length);
        var replies = new List<RegisterReply>();
        for (var i = 0; i < answer.Swarms.Length; i++)
        {
            var swarm = answer.Swarms[i];
            replies.Add(new RegisterReply(swarm, [.. answer.PeersOf(swarm).ToArray().Select(peer => (int)(peer.Id >> 96))], answer.PeersOf(swarm).ToArray()));
        }
        return replies;
    }

    Announce Announcing(uint at)
    {
        var announce = new Announce { Group = Group, Now = Start + at, ExpiresAt = Start + at + Lives };
        announce.Peer = new PeerRecord
        {
            Id = Id,
            Observed = HostAddress.Of(IPAddress.Parse(Observed)),
            Own = [.. (Own.Length > 0 ? Own : [Observed]).Select(own => HostAddress.Of(IPAddress.Parse(own)))],
            Site = Site,
            Port = (ushort)(7000 + (Number % 1000)),
            IsRestricted = IsRestricted,
        };
        return announce;
    }

    void Add(Announce announce, int swarm, int wanted, long left, AnnounceEvent happened, PeerTotals totals)
    {
        ref var added = ref announce.Add();
        added = new SwarmAnnounce { Id = Swarm(swarm), Left = left, Mode = Mode, Wanted = (byte)wanted, Event = happened, Totals = totals };
    }
}

/// <summary>What a register answered to one swarm.</summary>
/// <param name="Said">The answer.</param>
/// <param name="Numbers">The agents it tells of, by number and in order.</param>
/// <param name="Peers">The same with all that is known of them.</param>
sealed record RegisterReply(SwarmAnswer Said, IReadOnlyList<int> Numbers, PeerRecord[] Peers);
