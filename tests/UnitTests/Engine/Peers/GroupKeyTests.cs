using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>What comes of a group's key.</summary>
public sealed class GroupKeyTests
{
    [Fact]
    public void Another_key_or_another_content_is_another_swarm()
    {
        var content = PeerExamples.Content;
        SwarmId[] swarms =
        [
            PeerExamples.Group().SwarmOf(content), PeerExamples.Group(first: 1).SwarmOf(content), GroupKey.OpenFor(content).SwarmOf(content),
            PeerExamples.Group().SwarmOf(content with { Kind = ContentIdKind.Whole }), PeerExamples.Group().SwarmOf(content with { LengthBytes = 1 }),
            PeerExamples.Group().SwarmOf(content with { Digest = PieceHash.Of("x"u8) }),
        ];

        Assert.Equal(swarms.Length, swarms.Distinct().Count());
        Assert.Equal(swarms[0], PeerExamples.Group("other name", transport: GroupTransport.Plain).SwarmOf(content));
    }

    [Fact]
    public void What_is_called_out_changes_with_the_epoch()
    {
        var group = PeerExamples.Group();
        var swarm = group.SwarmOf(PeerExamples.Content);

        Assert.NotEqual(group.BlindedOf(swarm, 1), group.BlindedOf(swarm, 2));
        Assert.Equal(group.BlindedOf(swarm, 1), group.BlindedOf(swarm, 1));
    }

    [Fact]
    public void Membership_is_of_one_agent_and_one_group()
    {
        using var one = PeerExamples.Identity(1);
        using var two = PeerExamples.Identity(2);
        var group = PeerExamples.Group();
        var membership = group.MembershipOf(one.PublicKey);

        Assert.True(group.IsMember(one.PublicKey, membership));
        Assert.False(group.IsMember(two.PublicKey, membership));
        Assert.False(PeerExamples.Group(first: 1).IsMember(one.PublicKey, membership));
        Assert.False(group.IsMember(one.PublicKey, membership.AsSpan(1)));
    }

    [Fact]
    public void New_keys_are_never_alike_and_never_shown()
    {
        var (one, two) = (GroupKey.Make("a", GroupTransport.Tls), GroupKey.Make("a", GroupTransport.Tls));

        Assert.NotEqual(one.GroupId, two.GroupId);
        Assert.Equal("a", $"{one}");
        Assert.False(one.Secret.SequenceEqual(two.Secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("\u001b[2J")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void A_name_that_could_not_stand_on_a_line_is_refused(string name) => Assert.NotNull(GroupKey.NameFault(name));
}
