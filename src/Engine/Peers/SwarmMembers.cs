using System.Net;
using Haul.Engine.Swarms;

namespace Haul.Engine.Peers;

/// <summary>Who is known to be in which swarm, and so with whom of a large one to be connected: all of one's own cell, and a few of others.</summary>
/// <remarks>
/// Owned by the hub's loop. A swarm of up to <paramref name="cellMax"/> members is one cell, and nothing is chosen. A member counts for one once there was a connection
/// with it. Who was only heard of counts by its address, as whoever makes up names has few of those, and as far as others who were heard of could be reached:
/// else strangers, or members behind doors that let nobody in, would part those who have each other alone.
/// </remarks>
/// <param name="own">This agent.</param>
/// <param name="cellMax">Members of a cell at most.</param>
/// <param name="time">The clock.</param>
sealed class SwarmMembers(PeerId own, int cellMax, TimeProvider time)
{
    /// <summary>Members of one swarm that are remembered.</summary>
    const int CountMax = 4096;

    /// <summary>A member that is not heard of for so long has gone: trackers name members every half an hour, the air more often.</summary>
    static readonly TimeSpan _memory = TimeSpan.FromMinutes(30);

    /// <summary>So long a member that was called in vain counts for nothing.</summary>
    static readonly TimeSpan _missed = TimeSpan.FromMinutes(5);

    readonly Dictionary<SwarmId, Members> _swarms = [];

    /// <summary>How many members a swarm has, as far as can be told, this agent not among them.</summary>
    public int CountOf(SwarmId swarm) => _swarms.TryGetValue(swarm, out var members) ? members.Count : 0;

    /// <summary>A peer is said to be in a swarm.</summary>
    /// <param name="swarm">Which.</param>
    /// <param name="peer">Who.</param>
    /// <param name="address">Where.</param>
    public void Note(SwarmId swarm, PeerId peer, IPAddress address)
    {
        if (MemberOf(swarm, peer) is not { } member)
            return;
        (member.HeardAt, member.Address) = (time.GetTimestamp(), address);
        // Whatever kept it from answering may be over.
        if (member.Reach == Reach.Missed && time.GetElapsedTime(member.MissedAt) > _missed)
            member.Reach = Reach.Untried;
    }

    /// <summary>A peer is in a swarm: there is a connection with it.</summary>
    public void Prove(SwarmId swarm, PeerId peer)
    {
        if (MemberOf(swarm, peer, isProved: true) is { } member)
            (member.HeardAt, member.Reach) = (time.GetTimestamp(), Reach.Proved);
    }

    /// <summary>A peer was called in vain.</summary>
    public void Miss(PeerId peer)
    {
        foreach (var members in _swarms.Values)
        {
            if (members.All.TryGetValue(peer, out var member) && member.Reach == Reach.Untried)
                (member.Reach, member.MissedAt) = (Reach.Missed, time.GetTimestamp());
        }
    }

    Member? MemberOf(SwarmId swarm, PeerId peer, bool isProved = false)
    {
        if (peer == own)
            return null;
        if (!_swarms.TryGetValue(swarm, out var members))
            _swarms.Add(swarm, members = new Members(new SwarmCells(own, cellMax)));
        if (members.All.TryGetValue(peer, out var member))
            return member;
        // Names cost nothing: they make place for those who are there.
        if (members.All.Count >= CountMax && isProved && members.All.FirstOrDefault(each => each.Value.Reach != Reach.Proved) is { Value: not null } name)
            members.All.Remove(name.Key);
        if (members.All.Count < CountMax)
            members.All.Add(peer, member = new Member());
        return member;
    }

    /// <summary>This agent is in a swarm no longer.</summary>
    public void Forget(SwarmId swarm) => _swarms.Remove(swarm);

    /// <summary>Counts the members of this agent's swarms, and hangs up on those that it need not know; whom it need not call.</summary>
    public HashSet<PeerId> LeaveToOthers(IEnumerable<SwarmSeat> seats, IReadOnlyList<PeerLink> links)
    {
        var swarms = new List<SwarmId>();
        foreach (var seat in seats)
        {
            swarms.Add(seat.Swarm);
            foreach (var link in links.Where(link => link.Shares(seat)))
                Prove(seat.Swarm, link.Peer);
            seat.MemberCount = CountOf(seat.Swarm);
        }
        var (far, surplus) = Choose(swarms, links.Select(link => link.Peer).ToHashSet());
        foreach (var link in links.Where(link => surplus.Contains(link.Peer)))
            link.Close();
        return far;
    }

    /// <summary>Whom to leave to others.</summary>
    /// <param name="swarms">The swarms that count.</param>
    /// <param name="linked">Members that there are connections with.</param>
    /// <returns>Members that are not to be called, and those of <paramref name="linked"/> to hang up on.</returns>
    public (HashSet<PeerId> Far, HashSet<PeerId> Surplus) Choose(IEnumerable<SwarmId> swarms, IReadOnlySet<PeerId> linked)
    {
        var (far, surplus, near) = (new HashSet<PeerId>(), new HashSet<PeerId>(), new HashSet<PeerId>());
        foreach (var swarm in swarms)
        {
            if (!_swarms.TryGetValue(swarm, out var members))
                continue;
            members.Forget(time, _memory);
            members.Cells.Resize(members.Count + 1);
            if (members.Cells.Count == 1)
            {
                near.UnionWith(members.All.Keys);
                continue;
            }
            HashSet<PeerId> here = [.. members.All.Keys.Where(linked.Contains)];
            var (connect, drop) = PeerSelection.Choose(own, members.Cells, members.All.Where(each => each.Value.Reach != Reach.Missed).Select(each => each.Key), here);
            far.UnionWith(members.All.Keys);
            surplus.UnionWith(drop);
            near.UnionWith(connect);
            near.UnionWith(members.All.Keys.Where(members.Cells.IsMine));
            near.UnionWith(here.Except(drop));
        }
        // Whoever is needed for one swarm is kept for all.
        far.ExceptWith(near);
        surplus.ExceptWith(near);
        return (far, surplus);
    }

    sealed class Members(SwarmCells cells)
    {
        public SwarmCells Cells => cells;

        public Dictionary<PeerId, Member> All { get; } = [];

        /// <summary>Those who proved to be there, and of the others as many as the calls so far let expect.</summary>
        public int Count
        {
            get
            {
                var (proved, missed) = (0, 0);
                var untried = new HashSet<IPAddress>();
                foreach (var member in All.Values)
                {
                    proved += member.Reach == Reach.Proved ? 1 : 0;
                    missed += member.Reach == Reach.Missed ? 1 : 0;
                    if (member is { Reach: Reach.Untried, Address: { } address })
                        untried.Add(address);
                }
                return proved + (int)Math.Ceiling(untried.Count * (proved + 1.0) / (proved + missed + 1));
            }
        }

        public void Forget(TimeProvider time, TimeSpan after)
        {
            foreach (var (peer, member) in All)
            {
                if (time.GetElapsedTime(member.HeardAt) > after)
                    All.Remove(peer);
            }
        }
    }

    sealed class Member
    {
        public long HeardAt { get; set; }

        public IPAddress? Address { get; set; }

        public Reach Reach { get; set; }

        public long MissedAt { get; set; }
    }

    /// <summary>What is known of whether a member is there at all.</summary>
    enum Reach
    {
        Untried,

        /// <summary>It was called in vain; a connection that it makes proves it all the same.</summary>
        Missed,

        /// <summary>There was a connection with it.</summary>
        Proved,
    }
}
