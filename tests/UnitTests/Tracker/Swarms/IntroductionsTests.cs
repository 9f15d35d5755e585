using System.Net;
using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.UnitTests.Tracker.Swarms;

/// <summary>Who meets whom, and by which addresses.</summary>
public sealed class IntroductionsTests
{
    const string Door = "203.0.113.7";
    const string OtherDoor = "198.51.100.9";

    static PeerRecord Peer(PeerMode mode, string observed, params string[] own) => new()
    {
        Observed = HostAddress.Of(IPAddress.Parse(observed)),
        Own = [.. own.Select(text => HostAddress.Of(IPAddress.Parse(text)))],
        Mode = mode,
    };

    static string Told(in PeerRecord asker, in PeerRecord other)
    {
        Span<HostAddress> addresses = stackalloc HostAddress[Introductions.AddressesMax];
        return string.Join(' ', addresses[..Introductions.Tell(asker, other, addresses)].ToArray().Select(address => address.ToString()));
    }

    static bool Meet(in PeerRecord one, in PeerRecord other)
    {
        var (there, back) = (Introductions.RankOf(one, other) != Introductions.None, Introductions.RankOf(other, one) != Introductions.None);
        Assert.Equal(there, back);
        return there;
    }

    [Theory]
    [InlineData(nameof(PeerMode.Lan), nameof(PeerMode.Lan), false)]
    [InlineData(nameof(PeerMode.Lan), nameof(PeerMode.Group), false)]
    [InlineData(nameof(PeerMode.Lan), nameof(PeerMode.Internet), false)]
    [InlineData(nameof(PeerMode.Group), nameof(PeerMode.Group), true)]
    [InlineData(nameof(PeerMode.Group), nameof(PeerMode.Internet), true)]
    [InlineData(nameof(PeerMode.Internet), nameof(PeerMode.Internet), true)]
    public void Behind_different_doors_both_modes_must_allow_it(string one, string other, bool meet)
    {
        var (mode, otherMode) = (Enum.Parse<PeerMode>(one), Enum.Parse<PeerMode>(other));

        Assert.Equal(meet, Meet(Peer(mode, Door, "10.0.0.1"), Peer(otherMode, OtherDoor, "10.0.0.2")));
        Assert.True(Meet(Peer(mode, Door, "10.0.0.1"), Peer(otherMode, Door, "10.0.0.2")));
    }

    [Fact]
    public void The_same_private_subnet_behind_another_door_is_another_subnet()
    {
        var asker = Peer(PeerMode.Internet, Door, "192.168.1.5");
        var other = Peer(PeerMode.Internet, OtherDoor, "192.168.1.6");

        Assert.Equal(OtherDoor, Told(asker, other));
        Assert.Equal(Introductions.RankOf(asker, Peer(PeerMode.Internet, OtherDoor, "10.0.0.1")), Introductions.RankOf(asker, other));
        Assert.False(Meet(asker with { IsRestricted = true }, other));
    }

    [Fact]
    public void In_a_group_it_is_the_same_subnet()
    {
        var asker = Peer(PeerMode.Group, Door, "192.168.1.5");
        var other = Peer(PeerMode.Group, OtherDoor, "192.168.1.6", "10.7.0.1");

        Assert.Equal($"192.168.1.6 10.7.0.1 {OtherDoor}", Told(asker, other));
        Assert.True(Meet(asker with { IsRestricted = true }, other));
    }

    [Fact]
    public void Neighbours_of_a_public_subnet_are_neighbours()
    {
        var asker = Peer(PeerMode.Internet, "198.51.100.1", "198.51.100.1") with { IsRestricted = true };

        Assert.True(Meet(asker, Peer(PeerMode.Internet, "198.51.100.9", "198.51.100.9")));
        Assert.False(Meet(asker, Peer(PeerMode.Internet, "198.51.101.9", "198.51.101.9")));
    }

    [Fact]
    public void A_claim_to_be_in_a_subnet_counts_for_nothing_elsewhere()
    {
        var asker = Peer(PeerMode.Internet, "198.51.100.1", "198.51.100.1");
        var claims = Peer(PeerMode.Internet, Door, "198.51.100.77");

        Assert.Equal(Door, Told(asker, claims));
        Assert.False(Meet(asker with { IsRestricted = true }, claims));
    }

    [Fact]
    public void A_tracker_within_the_network_tells_of_private_addresses_that_it_sees()
    {
        var inside = Peer(PeerMode.Group, "10.1.1.1", "10.1.1.1");
        var branch = Peer(PeerMode.Group, "10.2.2.2", "10.2.2.2");
        var outside = Peer(PeerMode.Group, Door, Door);

        Assert.Equal("10.2.2.2", Told(inside, branch));
        Assert.True(Meet(inside, branch));
        Assert.Equal(Introductions.None, Introductions.RankOf(outside, inside));
    }

    [Fact]
    public void Behind_one_door_the_door_itself_is_told_only_where_nothing_else_is()
    {
        Assert.Equal("10.0.0.2", Told(Peer(PeerMode.Lan, Door, "10.0.0.1"), Peer(PeerMode.Lan, Door, "10.0.0.2")));
        Assert.Equal(Door, Told(Peer(PeerMode.Lan, Door, "10.0.0.1"), Peer(PeerMode.Lan, Door)));
    }
}
