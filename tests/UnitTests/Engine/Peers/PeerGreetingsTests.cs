using System.Net;
using Haul.Engine.Peers;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>Who makes place when many connect at once.</summary>
public sealed class PeerGreetingsTests
{
    readonly PeerGreetings _greetings = new();

    [Fact]
    public void The_newest_always_gets_a_place_and_the_places_are_few()
    {
        for (var i = 0; i < 1000; i++)
        {
            Assert.False(Begin(i % 50).Stop.IsCancellationRequested);
            Assert.InRange(_greetings.Count, 1, PeerHubLimits.GreetingsMax);
        }
    }

    [Fact]
    public void Of_one_address_the_oldest_that_has_said_nothing_makes_place()
    {
        var all = Enumerable.Range(0, PeerHubLimits.GreetingsPerAddressMax).Select(_ => Begin(1)).ToList();
        all[0].HasSpoken = all[1].HasSpoken = true;
        var other = Begin(2);

        Begin(1);
        Begin(1);

        Assert.Equal([all[2], all[3]], all.Where(each => each.Stop.IsCancellationRequested));
        Assert.False(other.Stop.IsCancellationRequested);
    }

    [Fact]
    public void Of_all_addresses_that_with_most_makes_place()
    {
        var lone = Enumerable.Range(100, PeerHubLimits.GreetingsMax - 2).Select(Begin).ToList();
        var first = Begin(1);
        Begin(1);

        Begin(2);

        Assert.True(first.Stop.IsCancellationRequested);
        Assert.DoesNotContain(lone, each => each.Stop.IsCancellationRequested);
    }

    PeerGreetings.Greeting Begin(int address) => _greetings.Begin(new IPAddress([192, 0, 2, (byte)address]));
}
