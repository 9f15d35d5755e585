namespace Haul.Engine.Swarms;

/// <summary>Weighted rendezvous hashing: every agent that knows the same members names the same owner of a slice, without a word.</summary>
/// <remarks>
/// The owner is whoever scores highest with -weight / ln(u), where u in (0, 1) is a hash of member and slice: shares are in proportion to
/// the weights, and when a member goes only its own slices change hands (Schindelhauer and Schomaker, SPAA 2005).
/// </remarks>
static class Rendezvous
{
    /// <summary>The score of a member for a slice; the highest owns it.</summary>
    public static double Score(PeerId member, int slice, double weight) => -weight / Math.Log(Unit(member, slice));

    /// <summary>The scores of a member for all slices.</summary>
    public static double[] Scores(PeerId member, int slices, double weight) => [.. Enumerable.Range(0, slices).Select(slice => Score(member, slice, weight))];

    /// <summary>All slices, from where a member scores highest.</summary>
    public static int[] Ranking(PeerId member, int slices, double weight)
    {
        var (scores, ranking) = (Scores(member, slices, weight), new int[slices]);
        for (var slice = 0; slice < slices; slice++)
            ranking[slice] = slice;
        Array.Sort(ranking, (one, other) => scores[other].CompareTo(scores[one]));
        return ranking;
    }

    /// <summary>The score of a cell for a slice: all cells weigh the same.</summary>
    public static double CellScore(int cell, int slice) => Unit(new PeerId((UInt128)(uint)cell + 1), slice ^ 0x5bd1e995);

    /// <summary>How good a bridge between two members of different cells is: the same for both.</summary>
    public static ulong BridgeScore(PeerId one, PeerId other) => Mix((ulong)(one.Value ^ other.Value) ^ Mix((ulong)((one.Value ^ other.Value) >> 64)));

    static double Unit(PeerId member, int slice)
    {
        var hash = Mix((ulong)member.Value ^ Mix((ulong)(member.Value >> 64) ^ Mix((uint)slice + 0x9e3779b97f4a7c15)));
        return ((hash >> 11) + 0.5) / (1UL << 53);
    }

    /// <summary>The finalizer of splitmix64: every bit of the input moves every bit of the output.</summary>
    static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
