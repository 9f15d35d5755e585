using Haul.Tracker.Memory;
using Haul.Tracker.Swarms;

namespace Haul.UnitTests.Tracker.Memory;

/// <summary>Hashes of what strangers choose.</summary>
public sealed class SecretHashTests
{
    // Numbers whose halves cancel each other out: the framework's own hash of all of them is one.
    static UInt128 Folding(uint n) => new((ulong)n << 32 | n, (ulong)n << 32 | n);

    [Fact]
    public void Keys_made_to_meet_do_not_meet()
    {
        Assert.Single(Enumerable.Range(0, 1000).Select(n => Folding((uint)n).GetHashCode()).Distinct());

        Assert.InRange(Enumerable.Range(0, 1000).Select(n => SecretHash.Of(Folding((uint)n))).Distinct().Count(), 998, 1000);
        Assert.InRange(Enumerable.Range(0, 1000).Select(n => SecretHash.Of(5, Folding((uint)n))).Distinct().Count(), 998, 1000);
        Assert.InRange(Enumerable.Range(0, 1000).Select(n => SecretHash.Of(new SwarmKey(1, new SwarmHash(Folding((uint)n), 0)))).Distinct().Count(), 998, 1000);
    }
}
