using System.Security.Cryptography;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>A member's signed word on hashes.</summary>
public sealed class AttestationTests : IDisposable
{
    static readonly AttestedPiece[] _pieces = [.. Enumerable.Range(3, 5).Select(i => new AttestedPiece(new PieceIndex(i), PieceHash.Of([(byte)i])))];

    readonly PeerIdentity _signer = PeerExamples.Identity(1);
    readonly GroupKey _group = PeerExamples.Group();

    public void Dispose() => _signer.Dispose();

    [Fact]
    public void It_holds_for_its_group_and_its_swarm_and_no_other()
    {
        var swarm = _group.SwarmOf(PeerExamples.Content);
        var other = _group.SwarmOf(PeerExamples.Content with { LengthBytes = 1 });
        var made = Attestation.Make(1, swarm, _pieces, _signer, _group);

        Assert.True(Attestation.Holds(made, swarm, _group));
        Assert.True(Attestation.Holds(made with { Channel = 9 }, swarm, _group));
        Assert.False(Attestation.Holds(made, other, _group));
        Assert.False(Attestation.Holds(made, swarm, PeerExamples.Group(first: 7)));
    }

    [Fact]
    public void Nothing_of_it_can_be_changed()
    {
        var swarm = _group.SwarmOf(PeerExamples.Content);
        var frame = PeerCodec.Write(Attestation.Make(1, swarm, _pieces, _signer, _group));
        // The channel is the sender's own matter.
        for (var at = PeerFrame.HeadBytes + 4; at < frame.Length; at++)
        {
            frame[at] ^= 0x10;
            var read = PeerCodec.Read(PeerMessageKind.Attest, frame.AsSpan(PeerFrame.HeadBytes));
            Assert.False(read.Succeeded && Attestation.Holds((PeerMessage.Attest)read.Value, swarm, _group), $"byte {at}");
            frame[at] ^= 0x10;
        }
    }

    [Fact]
    public void Who_is_of_the_group_cannot_sign_for_another_member()
    {
        using var forger = PeerExamples.Identity(2);
        var swarm = _group.SwarmOf(PeerExamples.Content);
        var forged = Attestation.Make(1, swarm, _pieces, forger, _group) with { SignerKey = _signer.PublicKey, Membership = _group.MembershipOf(_signer.PublicKey) };

        Assert.False(Attestation.Holds(forged, swarm, _group));
    }

    [Fact]
    public void Who_was_a_member_once_is_held_to_its_tag_and_key_every_time()
    {
        var swarm = _group.SwarmOf(PeerExamples.Content);
        var made = Attestation.Make(1, swarm, _pieces, _signer, _group);
        using var outsider = PeerExamples.Identity(9);

        Assert.True(Attestation.Holds(made, swarm, _group));
        Assert.False(Attestation.Holds(made with { Membership = new byte[PeerLimits.MacBytes] }, swarm, _group));
        Assert.False(Attestation.Holds(made with { Membership = [] }, swarm, _group));
        Assert.False(Attestation.Holds(made with { Signature = outsider.Sign([1]) }, swarm, _group));
        Assert.False(Attestation.Holds(Attestation.Make(1, swarm, _pieces, outsider, PeerExamples.Group(first: 7)), swarm, _group));
        Assert.True(Attestation.Holds(made, swarm, _group));
    }

    [Fact]
    public void However_many_members_spoke_each_is_known()
    {
        var swarm = _group.SwarmOf(PeerExamples.Content);
        var words = new List<PeerMessage.Attest>();
        for (var i = 0; i < 300; i++)
        {
            using var member = PeerIdentity.Of(ECDsa.Create(ECCurve.NamedCurves.nistP256));
            words.Add(Attestation.Make(1, swarm, _pieces, member, _group));
        }

        Assert.All(words, word => Assert.True(Attestation.Holds(word, swarm, _group)));
        Assert.All(words, word => Assert.True(Attestation.Holds(word, swarm, _group)));
    }
}
