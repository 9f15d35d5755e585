using Haul.Engine.Swarms;

namespace Haul.Engine.Peers;

/// <summary>Who is known to be in which swarm, and so with whom of a large one to be connected: all of one's own cell, and a few of others.</summary>
/// <remarks>Owned by the hub's loop. A swarm of up to <paramref name="cellMax"/> members is one cell, and nothing is chosen.</remarks>
/// <param name="own">This agent.</param>
/// <param name="cellMax">Members of a cell at most.</param>
/// <param name="time">The clock.</param>
sealed class SwarmMembers(PeerId own, int cellMax, TimeProvider time)
{
    /// <summary>Members of one swarm that are remembered.</summary>
    const int CountMax = 4096;

    /// <summary>A member that is not heard of for so long has gone: trackers name members every half an hour, the air more often.</summary>
    static readonly TimeSpan _memory = TimeSpan.FromMinutes(30);

    readonly Dictionary<SwarmId, Members> _swarms = [];

    /// <summary>Members of a swarm that were heard of lately, this agent not among them.</summary>
    public int CountOf(SwarmId swarm) => _swarms.TryGetValue(swarm, out var members) ? members.HeardAt.Count : 0;

    /// <summary>A peer is in a swarm.</summary>
    public void Note(SwarmId swarm, PeerId peer)
    {
        if (peer == own)
            return;
        if (!_swarms.TryGetValue(swarm, out var members))
            _swarms.Add(swarm, members = new Members(new SwarmCells(own, cellMax)));
        if (members.HeardAt.Count < CountMax || members.HeardAt.ContainsKey(peer))
            members.HeardAt[peer] = time.GetTimestamp();
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
                Note(seat.Swarm, link.Peer);
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
            members.Cells.Resize(members.HeardAt.Count + 1);
            if (members.Cells.Count == 1)
            {
                near.UnionWith(members.HeardAt.Keys);
                continue;
            }
            HashSet<PeerId> here = [.. members.HeardAt.Keys.Where(linked.Contains)];
            var (connect, drop) = PeerSelection.Choose(own, members.Cells, members.HeardAt.Keys, here);
            far.UnionWith(members.HeardAt.Keys);
            surplus.UnionWith(drop);
            near.UnionWith(connect);
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

        public Dictionary<PeerId, long> HeardAt { get; } = [];

        public void Forget(TimeProvider time, TimeSpan after)
        {
            foreach (var (peer, heardAt) in HeardAt)
            {
                if (time.GetElapsedTime(heardAt) > after)
                    HeardAt.Remove(peer);
            }
        }
    }
}
