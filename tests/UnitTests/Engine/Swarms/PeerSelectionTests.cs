using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Swarms;

/// <summary>Whom an agent is connected with.</summary>
public sealed class PeerSelectionTests
{
    static SwarmCells Cells(PeerId self, int members)
    {
        var cells = new SwarmCells(self, 50);
        cells.Resize(members);
        return cells;
    }

    static PeerId[] Members(int count) => [.. Enumerable.Range(1, count).Select(i => SwarmTable.Id((ulong)i))];

    [Fact]
    public void A_small_swarm_is_connected_with_everyone()
    {
        var all = Members(50);
        var (connect, drop) = PeerSelection.Choose(all[0], Cells(all[0], 50), all[1..], new HashSet<PeerId> { all[1] });
        Assert.Equal(all[2..], connect);
        Assert.Empty(drop);
    }

    [Fact]
    public void A_large_one_with_all_of_the_own_cell_and_a_few_of_each_other()
    {
        var all = Members(200);
        var cells = Cells(all[0], 200);
        var (connect, _) = PeerSelection.Choose(all[0], cells, all[1..], new HashSet<PeerId>());
        Assert.Equal(4, cells.Count);
        Assert.Equal(all[1..].Where(cells.IsMine).Order(), connect.Where(cells.IsMine).Order());
        var bridges = connect.Where(member => !cells.IsMine(member)).ToArray();
        Assert.Equal(SwarmCells.BridgesMax, bridges.Length);
        Assert.Equal(3, bridges.Select(cells.CellOf).Distinct().Count());
    }

    [Fact]
    public void Bridges_that_others_chose_are_kept_up_to_a_limit_and_nothing_goes_back_and_forth()
    {
        var all = Members(200);
        var cells = Cells(all[0], 200);
        var linked = all[1..].ToHashSet();
        var (connect, drop) = PeerSelection.Choose(all[0], cells, all[1..], linked);
        Assert.Empty(connect);
        Assert.All(drop, member => Assert.False(cells.IsMine(member)));
        linked.ExceptWith(drop);
        Assert.Equal(PeerSelection.BridgesKeptMax, linked.Count(member => !cells.IsMine(member)));
        var (again, dropAgain) = PeerSelection.Choose(all[0], cells, all[1..], linked);
        Assert.Empty(again);
        Assert.Empty(dropAgain);
    }

    [Fact]
    public void A_member_that_comes_changes_few_bridges()
    {
        var all = Members(121);
        var cells = Cells(all[0], 120);
        var (before, _) = PeerSelection.Choose(all[0], cells, all[1..120], new HashSet<PeerId>());
        var (after, _) = PeerSelection.Choose(all[0], cells, all[1..], new HashSet<PeerId>());
        Assert.True(before.Except(after).Count() <= 1);
    }
}
