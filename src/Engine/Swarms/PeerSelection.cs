namespace Haul.Engine.Swarms;

/// <summary>Which members of a swarm an agent is connected with: all of its own cell, and a few of others, the bridges.</summary>
/// <remarks>
/// Two members judge the bridge between them alike, so that one does not drop what the other wants; and a member that comes or goes changes
/// few bridges. Each agent looks for <see cref="SwarmCells.BridgesMax"/> and keeps those that others look for, up to a limit.
/// </remarks>
static class PeerSelection
{
    /// <summary>Bridges that are kept: others choose as many of this agent as it chooses of them, by and large.</summary>
    public const int BridgesKeptMax = 3 * SwarmCells.BridgesMax;

    /// <summary>What to change, for one who knows of some members and is connected with some.</summary>
    /// <param name="self">This agent.</param>
    /// <param name="cells">Its cells, which know how many members there are.</param>
    /// <param name="known">Members that it knows of, itself not among them.</param>
    /// <param name="linked">Members that it is connected with.</param>
    public static (List<PeerId> Connect, List<PeerId> Drop) Choose(PeerId self, SwarmCells cells, IEnumerable<PeerId> known, IReadOnlySet<PeerId> linked)
    {
        var (connect, wanted) = (new List<PeerId>(), new HashSet<PeerId>());
        var bridges = new List<PeerId>();
        foreach (var member in known)
        {
            if (!cells.IsMine(member))
                bridges.Add(member);
            else if (!linked.Contains(member))
                connect.Add(member);
        }
        Rank(self, bridges);
        foreach (var bridge in OfEachCell(cells, bridges))
        {
            wanted.Add(bridge);
            if (!linked.Contains(bridge))
                connect.Add(bridge);
        }
        return (connect, Surplus(self, cells, linked, wanted));
    }

    /// <summary>Links to other cells that are too many, the worst of them.</summary>
    static List<PeerId> Surplus(PeerId self, SwarmCells cells, IReadOnlySet<PeerId> linked, HashSet<PeerId> wanted)
    {
        var others = new List<PeerId>();
        foreach (var member in linked)
        {
            if (!cells.IsMine(member) && !wanted.Contains(member))
                others.Add(member);
        }
        Rank(self, others);
        var keep = Math.Max(0, BridgesKeptMax - wanted.Count);
        return others.Count > keep ? others[keep..] : [];
    }

    /// <summary>The best of each other cell in turn, until there are enough.</summary>
    static List<PeerId> OfEachCell(SwarmCells cells, List<PeerId> ranked)
    {
        var chosen = new List<PeerId>();
        for (var turn = 1; turn <= SwarmCells.BridgesMax && chosen.Count < SwarmCells.BridgesMax; turn++)
        {
            var taken = new Dictionary<int, int>();
            foreach (var member in ranked)
            {
                var cell = cells.CellOf(member);
                taken[cell] = taken.GetValueOrDefault(cell) + 1;
                if (taken[cell] == turn && chosen.Count < SwarmCells.BridgesMax)
                    chosen.Add(member);
            }
        }
        return chosen;
    }

    static void Rank(PeerId self, List<PeerId> members) =>
        members.Sort((one, other) => Rendezvous.BridgeScore(self, other).CompareTo(Rendezvous.BridgeScore(self, one)));
}
