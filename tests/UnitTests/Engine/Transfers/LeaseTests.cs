using CsCheck;
using Haul.Engine.Transfers;

namespace Haul.UnitTests.Engine.Transfers;

/// <summary>A run of pieces that a connection claims from and the loop cuts.</summary>
public sealed class LeaseTests
{
    [Fact]
    public void Pieces_are_claimed_in_order_to_the_end()
    {
        using var stop = new CancellationTokenSource();
        var lease = new Lease(3, 6, stop);

        Assert.Equal([3, 4, 5], ClaimAll(lease));
        Assert.Equal((3, 6, 6, 0), (lease.First, lease.Next, lease.End, lease.Left));
    }

    [Fact]
    public void A_cut_takes_the_pieces_behind_it_away()
    {
        using var stop = new CancellationTokenSource();
        var lease = new Lease(0, 10, stop);

        Assert.Equal(4, lease.Cut(4));
        Assert.Equal([0, 1, 2, 3], ClaimAll(lease));
    }

    [Fact]
    public void What_was_begun_cannot_be_cut_off()
    {
        using var stop = new CancellationTokenSource();
        var lease = new Lease(0, 10, stop);
        lease.TryClaim(out _);
        lease.TryClaim(out _);

        Assert.Equal(2, lease.Cut(0));
        Assert.False(lease.TryClaim(out _));
    }

    [Fact]
    public void A_cut_never_adds_pieces()
    {
        using var stop = new CancellationTokenSource();
        var lease = new Lease(0, 5, stop);

        Assert.Equal(5, lease.Cut(50));
        Assert.Equal(5, lease.End);
    }

    [Fact]
    public void A_lease_grows_while_its_connection_has_something_to_do_and_not_after()
    {
        using var stop = new CancellationTokenSource();
        var lease = new Lease(0, 2, stop);
        lease.TryClaim(out _);
        Assert.True(lease.TryExtend(4));
        Assert.Equal([1, 2, 3], ClaimAll(lease));

        Assert.False(lease.TryExtend(9));
        Assert.Equal(4, lease.End);
    }

    [Fact]
    public void Large_numbers_of_pieces_fit()
    {
        using var stop = new CancellationTokenSource();
        var lease = new Lease(int.MaxValue - 2, int.MaxValue, stop);

        Assert.Equal([int.MaxValue - 2, int.MaxValue - 1], ClaimAll(lease));
    }

    // The connection claims on one thread while the loop cuts on another.
    [Fact]
    public void A_piece_is_never_both_claimed_and_cut_off() =>
        Gen.Select(Gen.Int[1, 2000], Gen.Int[0, 2000].Array[1, 50]).Sample((count, cuts) =>
        {
            using var stop = new CancellationTokenSource();
            var lease = new Lease(0, count, stop);
            var claimed = new List<int>();
            var cutOff = new List<int>();
            using var together = new Barrier(2);
            var connection = new Thread(() =>
            {
                together.SignalAndWait();
                claimed = ClaimAll(lease);
            });
            connection.Start();
            together.SignalAndWait();
            var end = count;
            foreach (var cut in cuts)
            {
                var at = lease.Cut(cut);
                cutOff.AddRange(Enumerable.Range(at, end - at));
                end = at;
            }
            connection.Join();
            Assert.Equal(Enumerable.Range(0, count), claimed.Concat(cutOff).Order());
        }, iter: 200, threads: 1);

    // As before, and what is given to a lease is claimed by it.
    [Fact]
    public void A_piece_that_a_lease_was_extended_by_is_claimed_exactly_once() =>
        Gen.Int[1, 300].Sample(count =>
        {
            using var stop = new CancellationTokenSource();
            var lease = new Lease(0, 1, stop);
            var claimed = new List<int>();
            using var together = new Barrier(2);
            var connection = new Thread(() =>
            {
                together.SignalAndWait();
                claimed = ClaimAll(lease);
            });
            connection.Start();
            together.SignalAndWait();
            var end = 1;
            while (end < count && lease.TryExtend(end + 1))
                end++;
            connection.Join();
            // A refused extension may be for a claim in that moment, so the rest is for another lease.
            Assert.Equal(Enumerable.Range(0, end), claimed);
        }, iter: 200, threads: 1);

    static List<int> ClaimAll(Lease lease)
    {
        var claimed = new List<int>();
        while (lease.TryClaim(out var piece))
            claimed.Add(piece.Value);
        return claimed;
    }
}
