using System.Net;
using System.Security.Cryptography;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>The examples of docs/peer-protocol.md as messages, and agents to speak.</summary>
static class PeerExamples
{
    /// <summary>One of each message.</summary>
    public static IReadOnlyDictionary<PeerMessageKind, PeerMessage> All { get; } = new Dictionary<PeerMessageKind, PeerMessage>
    {
        [PeerMessageKind.Hello] = new PeerMessage.Hello(1, 1, Run(0, 32), HelloFlags.Group | HelloFlags.Plain, 7680, Identity(1).PublicKey),
        [PeerMessageKind.Proof] = new PeerMessage.Proof(Run(0x20, 32), Run(0x40, 64)),
        [PeerMessageKind.Meta] = new PeerMessage.Meta(7, SwarmId.Read(Run(0x60, 32)), 5_000_000_000, 1 << 20, 16, 125_000, MetaFlags.MayFetch | MetaFlags.WantsAttestations),
        [PeerMessageKind.Leave] = new PeerMessage.Leave(7),
        [PeerMessageKind.Bitmap] = new PeerMessage.Bitmap(7, 2, new PieceIndex(1000), 12, [0b1000_0001, 0b1001]),
        [PeerMessageKind.Have] = new PeerMessage.Have(7, 2, [new PieceIndex(5), new PieceIndex(2), new PieceIndex(4000)]),
        [PeerMessageKind.Claim] = new PeerMessage.Claim(7, 9, 30_000, 0),
        [PeerMessageKind.Renew] = new PeerMessage.Renew(7, 9, 15_000, 5_242_880),
        [PeerMessageKind.Release] = new PeerMessage.Release(7, 9),
        [PeerMessageKind.Request] = new PeerMessage.Request(7, 258, new PieceIndex(4000), 262_144, 786_432),
        [PeerMessageKind.Data] = new PeerMessage.Bytes(7, 258, 262_144),
        [PeerMessageKind.Cancel] = new PeerMessage.Cancel(7, 258),
        [PeerMessageKind.Busy] = new PeerMessage.Busy(7, 258, DO_E_MISSING_PIECE, 1500, 40),
        [PeerMessageKind.Attest] = new PeerMessage.Attest(7, Identity(1).PublicKey, Run(0x80, 32), Run(0xA0, 64),
            [new AttestedPiece(new PieceIndex(5), PieceHash.Read(Run(0xC0, 32))), new AttestedPiece(new PieceIndex(6), PieceHash.Read(Run(0xE0, 32)))]),
        [PeerMessageKind.Peers] = new PeerMessage.Peers(7, [new IPEndPoint(IPAddress.Parse("192.0.2.1"), 7680), new IPEndPoint(IPAddress.Parse("2001:db8::1"), 7681)]),
        [PeerMessageKind.Ping] = new PeerMessage.Ping(0x0102_0304_0506_0708),
        [PeerMessageKind.Pong] = new PeerMessage.Pong(0x0102_0304_0506_0708),
        [PeerMessageKind.Bye] = new PeerMessage.Bye(DO_E_NO_MORE_CONNECTIONS, "voll!"),
    };

    public static ContentId Content { get; } = new(ContentIdKind.Pieces, PieceHash.Read(Run(0x20, 32)), 5_000_000_000);

    /// <summary>Bytes that count up from one.</summary>
    public static byte[] Run(int first, int count) => [.. Enumerable.Range(first, count).Select(value => (byte)value)];

    /// <summary>The agent whose private key is a small number; for 1 its public key is the base point of P-256.</summary>
    public static PeerIdentity Identity(byte number)
    {
        var scalar = new byte[32];
        scalar[^1] = number;
        return PeerIdentity.Of(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar }));
    }

    public static GroupKey Group(string name = "office", byte first = 0, GroupTransport transport = GroupTransport.Tls) => new(name, Run(first, 32), transport);
}
