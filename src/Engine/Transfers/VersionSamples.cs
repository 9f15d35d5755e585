using Haul.Engine.Pieces;

namespace Haul.Engine.Transfers;

/// <summary>The pieces of a content without a digest that an agent has from the origin alone, to hold the words of members against.</summary>
/// <remarks>
/// One in <see cref="Every"/>, at least one, drawn anew by each agent, so that nobody knows which. Who attests one false piece of a
/// content stays unseen by an agent with 31/32, by twenty with one half; who attests half of them falsely is seen by the first.
/// </remarks>
static class VersionSamples
{
    /// <summary>One piece in so many: with 20 agents, that costs the origin two thirds of a copy.</summary>
    public const int Every = 32;

    public static IEnumerable<PieceIndex> Of(PieceLayout layout, Random random)
    {
        for (var first = 0; first < layout.Count; first += Every)
            yield return new PieceIndex(first + random.Next(Math.Min(Every, layout.Count - first)));
    }
}
