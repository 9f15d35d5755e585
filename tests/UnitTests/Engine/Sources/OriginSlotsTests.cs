using CsCheck;
using Haul.Engine.Sources;

namespace Haul.UnitTests.Engine.Sources;

/// <summary>How many connections go to each host.</summary>
public sealed class OriginSlotsTests
{
    const string Host = "http://origin.test";

    readonly OriginSlots _slots = new();

    [Fact]
    public void A_host_gives_as_many_as_it_may()
    {
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => _slots.TryTakeFirst(Host, 2)));
        Assert.True(_slots.TryTakeFirst("http://other.test", 2));
    }

    [Fact]
    public void What_is_given_back_can_be_taken_again()
    {
        _slots.TryTakeFirst(Host, 1);
        _slots.Release(Host);

        Assert.True(_slots.TryTakeFirst(Host, 1));
    }

    [Fact]
    public void The_last_one_of_a_host_is_kept_for_whoever_comes_next()
    {
        _slots.TryTakeFirst(Host, 3);

        Assert.True(_slots.TryTakeMore(Host, 3));
        Assert.False(_slots.TryTakeMore(Host, 3));
        Assert.True(_slots.TryTakeFirst(Host, 3));
    }

    [Fact]
    public void While_others_wait_a_transfer_gets_no_more()
    {
        _slots.TryTakeFirst(Host, 6);
        _slots.SetContended(Host, true);
        Assert.True(_slots.IsContended(Host));
        Assert.False(_slots.TryTakeMore(Host, 6));

        _slots.SetContended(Host, false);
        Assert.False(_slots.IsContended(Host));
        Assert.True(_slots.TryTakeMore(Host, 6));
    }

    [Fact]
    public void All_hosts_together_give_16()
    {
        for (var i = 0; i < SourceLimits.ConnectionsMax; i++)
            Assert.True(_slots.TryTakeFirst($"http://{i}.test", 6));

        Assert.False(_slots.TryTakeFirst("http://last.test", 6));
        _slots.Release("http://0.test");
        Assert.True(_slots.TryTakeFirst("http://last.test", 6));
    }

    [Fact]
    public void Whoever_waits_is_told_of_each_that_is_given_back()
    {
        var freed = 0;
        _slots.Freed = () => freed++;
        _slots.TryTakeFirst(Host, 6);
        _slots.TryTakeMore(Host, 6);
        _slots.Release(Host);
        _slots.Release(Host);

        Assert.Equal(2, freed);
    }

    [Fact]
    public void No_limit_is_passed_and_nothing_is_lost() =>
        Gen.Select(Gen.Int[1, 6], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5]).Array[0, 200]).Sample((most, moves) =>
        {
            var slots = new OriginSlots();
            var taken = new int[6];
            foreach (var (move, host) in moves)
            {
                if (move == 3 && taken[host] > 0)
                {
                    slots.Release($"{host}");
                    taken[host]--;
                }
                else if (move == 0 ? slots.TryTakeMore($"{host}", most) : move < 3 && slots.TryTakeFirst($"{host}", most))
                {
                    taken[host]++;
                }
                Assert.True(taken.Max() <= most && taken.Sum() <= SourceLimits.ConnectionsMax);
            }
            for (var host = 0; host < taken.Length; host++)
            {
                for (; taken[host] > 0; taken[host]--)
                    slots.Release($"{host}");
            }
            Assert.Equal(Math.Min(most, SourceLimits.ConnectionsMax), Enumerable.Range(0, 20).Count(_ => slots.TryTakeFirst("0", most)));
        });
}
