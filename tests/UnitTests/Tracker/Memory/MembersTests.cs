using CsCheck;
using Haul.Tracker.Memory;

namespace Haul.UnitTests.Tracker.Memory;

/// <summary>The members of a swarm, those of a network side by side.</summary>
public sealed class MembersTests
{
    [Fact]
    public void Those_of_a_network_lie_together_whatever_comes_and_goes() =>
        Gen.Select(Gen.ULong[0, 3], Gen.Int[0, 30]).Array[0, 200].Sample(changes =>
        {
            var members = new Members();
            var expected = new HashSet<(ulong Network, int Place)>();
            foreach (var (network, place) in changes)
            {
                // The highest network has no next one.
                var key = (network == 3 ? ulong.MaxValue : network, place);
                if (expected.Add(key))
                    members.Add(key.Item1, place);
                else if (expected.Remove(key))
                    members.Remove(key.Item1, place);
            }
            Assert.Equal(expected.Count, members.Count);
            foreach (var network in new ulong[] { 0, 1, 2, ulong.MaxValue })
            {
                var (first, end) = members.OfNetwork(network);
                Assert.Equal(expected.Where(one => one.Network == network).Select(one => one.Place).Order(), Enumerable.Range(first, end - first).Select(n => members[n]));
            }
        }, iter: 2_000);
}
