using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Swarms;

/// <summary>Who was heard of and is not connected yet has its slices left to it for a moment, and no longer.</summary>
public sealed class ExpectedMembersTests
{
    [Fact]
    public void Of_many_that_hear_of_each_other_each_begins_with_its_own_slice()
    {
        const int Count = 20;
        var ids = SwarmTable.Ranked(0, Count);
        var tables = ids.Select(id => new SwarmTable(1, self: id)).ToArray();
        foreach (var table in tables)
        {
            foreach (var id in ids)
                table.Swarm.Expect(id, hasAnswered: false);
        }

        Assert.Single(tables, table => table.Fetches().Count > 0);
        Assert.All(tables[1..], table => Assert.Empty(table.Fetches(2)));
    }

    [Fact]
    public void Who_never_comes_is_waited_for_half_a_second()
    {
        var ids = SwarmTable.Ranked(0, 2);
        var table = new SwarmTable(1, self: ids[1]);
        table.Swarm.Expect(ids[0], hasAnswered: false);

        Assert.Empty(table.Fetches(0.59));
        Assert.Single(table.Fetches(0.02));
    }

    [Fact]
    public void It_is_known_when_to_look_again()
    {
        var ids = SwarmTable.Ranked(0, 2);
        var table = new SwarmTable(1, new SwarmRules { Hold = TimeSpan.Zero, Stagger = TimeSpan.Zero, LookEvery = TimeSpan.FromSeconds(9) }, ids[1]);
        table.Swarm.Expect(ids[0], hasAnswered: false);

        table.Decide();

        Assert.Equal(SwarmTable.Start + TimeSpan.FromMilliseconds(600), table.Swarm.WakeAt);
    }

    [Fact]
    public void Meanwhile_what_is_its_own_is_fetched()
    {
        var table = new SwarmTable(50);
        table.Swarm.Expect(SwarmTable.Id(2), hasAnswered: false);

        var fetches = table.Fetches();

        Assert.NotEmpty(fetches);
        Assert.All(fetches, fetched => Assert.True(Rendezvous.Score(table.Self, fetched.Slice, 1) > Rendezvous.Score(SwarmTable.Id(2), fetched.Slice, 1)));
    }

    [Fact]
    public void While_one_that_has_answered_is_not_connected_nothing_is_asked_of_the_origin()
    {
        var table = new SwarmTable(50);
        table.Swarm.Expect(SwarmTable.Id(2), hasAnswered: false);
        table.Swarm.Expect(SwarmTable.Id(2), hasAnswered: true);

        Assert.Empty(table.Fetches(0.49));
        Assert.NotEmpty(table.Fetches(0.02));
    }

    [Fact]
    public void Who_has_come_is_not_waited_for()
    {
        var ids = SwarmTable.Ranked(0, 2);
        var table = new SwarmTable(1, self: ids[1]);
        table.Swarm.Expect(ids[0], hasAnswered: true);
        table.Join(ids[0], mayFetch: false);

        Assert.Single(table.Fetches());
    }

    [Fact]
    public void However_many_are_named_they_are_waited_for_three_seconds()
    {
        var table = new SwarmTable(1);
        for (var i = 2; i < 10_000; i++)
            table.Swarm.Expect(SwarmTable.Id((ulong)i), hasAnswered: true);

        Assert.Empty(table.Fetches(2.9));
        Assert.Single(table.Fetches(0.2));
    }

    [Fact]
    public void Who_is_heard_of_later_is_not_waited_for()
    {
        var ids = SwarmTable.Ranked(0, 2);
        var table = new SwarmTable(1, self: ids[1]);
        table.Now += TimeSpan.FromSeconds(4);
        table.Swarm.Expect(ids[0], hasAnswered: true);

        Assert.Single(table.Fetches());
    }
}
