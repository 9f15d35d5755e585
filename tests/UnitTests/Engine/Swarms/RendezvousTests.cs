using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Swarms;

/// <summary>Shares of slices.</summary>
public sealed class RendezvousTests
{
    const int Slices = 20_000;

    static int[] Owners((PeerId Id, double Weight)[] members) =>
        [.. Enumerable.Range(0, Slices).Select(slice => Enumerable.Range(0, members.Length).MaxBy(i => Rendezvous.Score(members[i].Id, slice, members[i].Weight)))];

    [Fact]
    public void Shares_are_in_proportion_to_weights()
    {
        var owners = Owners([(SwarmTable.Id(1), 1), (SwarmTable.Id(2), 2), (SwarmTable.Id(3), 0.3), (SwarmTable.Id(4), 1)]);
        double[] expected = [1 / 4.3, 2 / 4.3, 0.3 / 4.3, 1 / 4.3];
        for (var member = 0; member < expected.Length; member++)
            Assert.Equal(expected[member], owners.Count(owner => owner == member) / (double)Slices, 0.015);
    }

    [Fact]
    public void When_a_member_goes_only_its_own_slices_change_hands()
    {
        (PeerId, double)[] members = [(SwarmTable.Id(1), 1), (SwarmTable.Id(2), 1), (SwarmTable.Id(3), 1), (SwarmTable.Id(4), 1)];
        var (before, after) = (Owners(members), Owners(members[..3]));
        Assert.All(Enumerable.Range(0, Slices).Where(slice => before[slice] < 3), slice => Assert.Equal(before[slice], after[slice]));
        // What it had is spread over all who stay.
        Assert.Equal(3, Enumerable.Range(0, Slices).Where(slice => before[slice] == 3).Select(slice => after[slice]).Distinct().Count());
    }

    [Fact]
    public void Two_members_judge_a_bridge_alike() =>
        Assert.Equal(Rendezvous.BridgeScore(SwarmTable.Id(7), SwarmTable.Id(9)), Rendezvous.BridgeScore(SwarmTable.Id(9), SwarmTable.Id(7)));
}
