using Haul.Engine.Swarms;

namespace Haul.Engine.Peers;

/// <summary>What a member signs when it attests hashes of pieces, and the check of it.</summary>
static class Attestation
{
    static ReadOnlySpan<byte> Head => "haul1 attest"u8;

    /// <summary>Signs what this agent fetched from the origin, or proved.</summary>
    /// <param name="channel">The channel it goes out on; others may pass it on in theirs.</param>
    /// <param name="swarm">Whose pieces.</param>
    /// <param name="pieces">In their order, none twice.</param>
    /// <param name="own">Who signs.</param>
    /// <param name="group">Of which group.</param>
    public static PeerMessage.Attest Make(uint channel, SwarmId swarm, AttestedPiece[] pieces, PeerIdentity own, GroupKey group) =>
        new(channel, own.PublicKey, group.MembershipOf(own.PublicKey), own.Sign(StatementOf(swarm, pieces)), pieces);

    /// <summary>Whether a member of the group signed it for this swarm.</summary>
    public static bool Holds(PeerMessage.Attest attest, SwarmId swarm, GroupKey group) =>
        group.Members.Signed(attest.SignerKey, attest.Membership, StatementOf(swarm, attest.Pieces), attest.Signature);

    static byte[] StatementOf(SwarmId swarm, AttestedPiece[] pieces)
    {
        var statement = new byte[Head.Length + SwarmId.Size + pieces.Length * PeerCodec.AttestedPieceBytes];
        var writer = new WireWriter(statement);
        writer.Bytes(Head);
        swarm.Write(writer.Next(SwarmId.Size));
        PeerFields.Write(pieces, ref writer);
        return statement;
    }
}
