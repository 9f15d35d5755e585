using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Swarms;

/// <summary>Which slices are fetched, claimed, left and taken over.</summary>
public sealed class OriginFetchesTests
{
    static readonly TimeSpan _lease = TimeSpan.FromSeconds(3);

    [Fact]
    public void Nothing_is_asked_of_the_origin_before_peers_could_be_found()
    {
        var table = new SwarmTable(10, new SwarmRules { Hold = TimeSpan.FromSeconds(1) });
        Assert.Empty(table.Fetches(0.9));
        Assert.NotEmpty(table.Fetches(0.2));
    }

    [Fact]
    public void Members_begin_one_after_the_other()
    {
        var rules = new SwarmRules { Hold = TimeSpan.Zero, Stagger = TimeSpan.FromSeconds(1) };
        var ids = Enumerable.Range(1, 3).Select(i => SwarmTable.Id((ulong)i)).Order().ToArray();
        var table = new SwarmTable(10, rules, ids[2]);
        table.Join(ids[0]);
        table.Join(ids[1]);
        Assert.Empty(table.Fetches(1.9));
        Assert.NotEmpty(table.Fetches(0.2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_two_claims_that_cross_exactly_one_goes_on(bool isFirstBest)
    {
        var ids = SwarmTable.Ranked(0, 2);
        var (one, other) = (new SwarmTable(1, self: ids[isFirstBest ? 0 : 1]), new SwarmTable(1, self: ids[isFirstBest ? 1 : 0]));
        // Both begin before they know of each other.
        Assert.Single(one.Fetches());
        Assert.Single(other.Fetches());
        one.Join(other.Self);
        other.Join(one.Self);
        one.Swarm.Claims(other.Self, 0, _lease, 0, one.Now);
        other.Swarm.Claims(one.Self, 0, _lease, 0, other.Now);
        SwarmTable[] both = [one, other];
        var stopped = Assert.Single(both, table => table.Decide().OfType<SwarmStep.Abandon>().Any());
        Assert.Equal(ids[1], stopped.Self);
    }

    [Fact]
    public void Whoever_has_a_good_part_goes_on_and_tells_so()
    {
        var ids = SwarmTable.Ranked(0, 2);
        var (worse, better) = (new SwarmTable(1, self: ids[1]), new SwarmTable(1, self: ids[0]));
        worse.Fetches();
        better.Fetches();
        worse.Join(better.Self);
        better.Join(worse.Self);
        worse.Decide();
        worse.Swarm.Fetched(0, 500_000);
        worse.Swarm.Claims(better.Self, 0, _lease, 0, worse.Now);
        var steps = worse.Decide();
        Assert.Empty(steps.OfType<SwarmStep.Abandon>());
        var told = Assert.Single(steps.OfType<SwarmStep.Claim>());
        Assert.Equal(500_000, told.DoneBytes);
        better.Swarm.Claims(worse.Self, 0, _lease, told.DoneBytes, better.Now);
        Assert.Single(better.Decide().OfType<SwarmStep.Abandon>());
    }

    [Theory]
    [InlineData(7)]
    [InlineData(93)]
    public void Where_someone_reads_meanwhile_the_slice_that_is_next_is_fetched_first_unless_another_fetches_it(int head)
    {
        var table = new SwarmTable(100);
        table.Join(SwarmTable.Id(2));
        table.Swarm.Playhead = head;
        Assert.Equal(head, table.Fetches()[0].Slice);

        var other = new SwarmTable(100);
        other.Join(SwarmTable.Id(2));
        other.Swarm.Playhead = head;
        other.Swarm.Claims(SwarmTable.Id(2), head, _lease, 0, other.Now);
        Assert.DoesNotContain(other.Fetches(), fetch => fetch.Slice == head);
    }

    [Fact]
    public void Two_runs_of_the_slice_that_is_next_are_not_fetched_at_the_same_time()
    {
        var table = new SwarmTable(600);
        table.Swarm.Store(new PieceIndex(1));
        table.Swarm.Playhead = 0;

        var fetches = table.Fetches();

        Assert.Equal((0, 1), (fetches[0].First, fetches[0].Count));
        Assert.DoesNotContain(fetches[1..], fetch => fetch.First < 4);
        table.Swarm.FetchEnded(0, isDone: true, table.Now, 1);
        Assert.Equal((2, 2), table.Fetches().Where(fetch => fetch.First < 4).Select(fetch => (fetch.First, fetch.Count)).Single());
    }

    [Fact]
    public void A_slice_passes_from_each_idle_member_to_the_next()
    {
        var ids = SwarmTable.Ranked(0, 3);
        var rules = new SwarmRules { Hold = TimeSpan.Zero, Stagger = TimeSpan.Zero, Grace = TimeSpan.FromSeconds(1) };
        var table = new SwarmTable(1, rules, ids[2]);
        table.Join(ids[0]);
        table.Join(ids[1]);
        Assert.Empty(table.Fetches(1.9));
        Assert.Single(table.Fetches(0.2));
    }

    [Fact]
    public void Members_that_are_busy_with_the_origin_are_passed_by()
    {
        var ids = SwarmTable.Ranked(1, 2);
        var table = new SwarmTable(2, self: ids[1]);
        table.Join(ids[0]);
        table.Swarm.Claims(ids[0], 0, _lease, 0, table.Now);
        Assert.Equal(1, Assert.Single(table.Fetches()).Slice);
    }

    [Fact]
    public void A_claim_that_is_not_renewed_runs_out()
    {
        var table = new SwarmTable(1);
        table.Join(SwarmTable.Id(2));
        table.Swarm.Claims(SwarmTable.Id(2), 0, TimeSpan.FromSeconds(100), 0, table.Now);
        Assert.Empty(table.Fetches(2.9));
        // At once, or after the grace of the one other member.
        Assert.Equal(1, table.Fetches(0.2).Count + table.Fetches(1).Count);
    }

    [Fact]
    public void A_claim_for_a_moment_holds_for_a_second()
    {
        var table = new SwarmTable(1);
        table.Join(SwarmTable.Id(2));
        table.Now += TimeSpan.FromSeconds(10); // Graces are over.
        table.Swarm.Claims(SwarmTable.Id(2), 0, TimeSpan.FromMilliseconds(1), 0, table.Now);
        Assert.Empty(table.Fetches(0.9));
    }

    [Fact]
    public void A_claim_that_is_renewed_without_progress_is_stale()
    {
        var table = new SwarmTable(1);
        table.Join(SwarmTable.Id(2));
        var fetched = 0;
        for (var i = 0; i < 30; i++)
        {
            table.Swarm.Claims(SwarmTable.Id(2), 0, _lease, 0, table.Now);
            fetched += table.Fetches(1).Count;
        }
        Assert.Equal(1, fetched);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_false_piece_of_a_run_is_wanted_again_when_the_run_ends(bool isDone)
    {
        var table = new SwarmTable(1);
        Assert.Single(table.Fetches());
        table.Swarm.Lose(new PieceIndex(0));
        table.Swarm.FetchEnded(0, isDone, table.Now, broughtEnd: 1);
        Assert.Single(table.Fetches());
    }

    [Fact]
    public void A_piece_that_came_and_is_not_proved_yet_is_not_asked_for_again()
    {
        var table = new SwarmTable(1);
        Assert.Single(table.Fetches());
        table.Swarm.FetchEnded(0, isDone: false, table.Now, broughtEnd: 1);
        Assert.Empty(table.Fetches());
    }

    [Fact]
    public void What_came_false_from_a_peer_is_not_asked_for_while_the_origin_sends_it()
    {
        var table = new SwarmTable(1);
        Assert.Single(table.Fetches());
        table.Join(SwarmTable.Id(2));
        table.Swarm.Has(SwarmTable.Id(2), new PieceIndex(0));
        table.Swarm.Lose(new PieceIndex(0));
        Assert.Empty(table.Requests());
    }

    [Fact]
    public void An_origin_that_does_not_serve_is_left_alone_longer_each_time()
    {
        var table = new SwarmTable(1);
        foreach (var pause in new[] { 1.0, 2, 4, 8 })
        {
            Assert.Single(table.Fetches());
            table.Swarm.OriginBlocked(table.Now);
            table.Swarm.FetchEnded(0, isDone: false, table.Now);
            Assert.Empty(table.Fetches(pause - 0.1));
            table.Now += TimeSpan.FromSeconds(0.2);
        }
    }

    [Fact]
    public void What_is_left_to_the_origin_is_had_from_there_whoever_has_or_claims_it()
    {
        var ids = SwarmTable.Ranked(slice: 0, count: 2);
        var table = new SwarmTable(4, self: ids[1]);
        table.Join(ids[0]);
        table.Swarm.Has(ids[0], new PieceIndex(3), table.Now);
        table.Swarm.LeaveToOrigin(new PieceIndex(3));
        table.Swarm.Claims(ids[0], 3, TimeSpan.FromSeconds(3), 0, table.Now);

        var steps = table.Decide();

        Assert.Equal(new SwarmStep.Fetch(3, 3, 1), steps.OfType<SwarmStep.Fetch>().First());
        Assert.Empty(steps.OfType<SwarmStep.Request>());
        table.Swarm.Claims(ids[0], 3, TimeSpan.FromSeconds(3), 1 << 19, table.Now);
        table.Swarm.Has(ids[0], new PieceIndex(3), table.Now);
        Assert.Empty(table.Decide(1).OfType<SwarmStep.Abandon>());
    }

    [Fact]
    public void What_was_left_to_the_origin_and_came_is_a_piece_like_others()
    {
        var table = new SwarmTable(1);
        table.Join(SwarmTable.Id(2));
        table.Swarm.LeaveToOrigin(new PieceIndex(0));
        Assert.True(table.Swarm.IsLeftToOrigin);
        Assert.Single(table.Fetches());
        table.Swarm.Store(new PieceIndex(0));
        table.Swarm.FetchEnded(0, isDone: true, table.Now);

        table.Swarm.Lose(new PieceIndex(0));
        table.Swarm.Has(SwarmTable.Id(2), new PieceIndex(0), table.Now);

        Assert.False(table.Swarm.IsLeftToOrigin);
        Assert.Single(table.Requests());
    }

    [Fact]
    public void A_peer_that_has_a_piece_no_more_is_not_asked_for_it()
    {
        var table = new SwarmTable(1, new SwarmRules { MayFetch = false });
        table.Join(SwarmTable.Id(2));
        table.Swarm.Has(SwarmTable.Id(2), new PieceIndex(0), table.Now);

        Assert.True(table.Swarm.Lacks(SwarmTable.Id(2), new PieceIndex(0)));

        Assert.False(table.Swarm.Lacks(SwarmTable.Id(2), new PieceIndex(0)));
        Assert.Empty(table.Requests());
        table.Swarm.Has(SwarmTable.Id(2), new PieceIndex(0), table.Now);
        Assert.Single(table.Requests());
    }
}
