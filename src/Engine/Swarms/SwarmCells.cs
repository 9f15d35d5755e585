namespace Haul.Engine.Swarms;

/// <summary>The parts that a large swarm falls into: within one everyone is connected with everyone, and a few bridges lead to the others.</summary>
/// <remarks>
/// The number of cells is a power of two that follows from the number of members, and a member's cell from its id, so that all who know
/// roughly the same number agree. Each slice belongs to one cell, so that a site still fetches one copy.
/// </remarks>
sealed class SwarmCells(PeerId self, int cellMax)
{
    /// <summary>Connections of one member to other cells.</summary>
    public const int BridgesMax = 4;

    /// <summary>Cells now.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>So many members are known, this one among them.</summary>
    public void Resize(int members)
    {
        // Not back and forth around a border: cells are joined only when they are half empty.
        while (members > cellMax * Count)
            Count *= 2;
        while (Count > 1 && members < cellMax * Count / 4)
            Count /= 2;
    }

    public bool IsMine(PeerId member) => CellOf(member) == CellOf(self);

    /// <summary>Whether a slice belongs to this member's cell.</summary>
    public bool Owns(int slice)
    {
        var (best, highest) = (0, double.MinValue);
        for (var cell = 0; Count > 1 && cell < Count; cell++)
        {
            if (Rendezvous.CellScore(cell, slice) is var score && score > highest)
                (best, highest) = (cell, score);
        }
        return Count == 1 || best == CellOf(self);
    }

    public int CellOf(PeerId member) => (int)((ulong)member.Value & (ulong)(Count - 1));
}
