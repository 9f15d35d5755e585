using System.Net;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;

namespace Haul.Engine.Peers;

/// <summary>One message of Haul/1, as docs/peer-protocol.md lists them.</summary>
/// <remarks>A channel is a swarm on one connection, by the number that the sender of the message gave it.</remarks>
abstract record PeerMessage
{
    /// <summary>Who speaks, and how.</summary>
    /// <param name="VersionMin">The first version that the sender speaks.</param>
    /// <param name="VersionMax">The last one.</param>
    /// <param name="Nonce">32 bytes that were never used before.</param>
    /// <param name="Flags">How it wants to speak.</param>
    /// <param name="ListenPort">Where it takes connections; 0 where it takes none.</param>
    /// <param name="PublicKey">SubjectPublicKeyInfo, DER.</param>
    public sealed record Hello(ushort VersionMin, ushort VersionMax, byte[] Nonce, HelloFlags Flags, ushort ListenPort, byte[] PublicKey) : PeerMessage;

    /// <summary>That the sender has the group's key and, without TLS, its own private key.</summary>
    /// <param name="Mac">HMAC-SHA256 over the handshake.</param>
    /// <param name="Signature">64 bytes without TLS, none over TLS.</param>
    public sealed record Proof(byte[] Mac, byte[] Signature) : PeerMessage;

    /// <summary>Opens a channel, or says anew what has changed of it.</summary>
    /// <param name="Channel">The sender's number for the swarm.</param>
    /// <param name="Swarm">Which swarm.</param>
    /// <param name="LengthBytes">Of the content.</param>
    /// <param name="PieceSize">Bytes of each piece but the last.</param>
    /// <param name="SlicePieces">Pieces of a slice.</param>
    /// <param name="CapacityKiB">KiB that the sender can give in a second.</param>
    /// <param name="Flags">What the sender is in the swarm.</param>
    public sealed record Meta(uint Channel, SwarmId Swarm, long LengthBytes, int PieceSize, ushort SlicePieces, uint CapacityKiB, MetaFlags Flags) : PeerMessage;

    /// <summary>Closes a channel.</summary>
    public sealed record Leave(uint Channel) : PeerMessage;

    /// <summary>Which of a run of pieces the sender has.</summary>
    /// <param name="Channel">The sender's number for the swarm.</param>
    /// <param name="Queue">How many requests wait at the sender.</param>
    /// <param name="First">The first piece of the run.</param>
    /// <param name="Count">Pieces of the run.</param>
    /// <param name="Bits">The run's piece i is bit i % 8, counted from the lowest, of byte i / 8.</param>
    public sealed record Bitmap(uint Channel, ushort Queue, PieceIndex First, int Count, byte[] Bits) : PeerMessage
    {
        /// <summary>Whether the sender has the piece <paramref name="offset"/> behind the first.</summary>
        public bool Has(int offset) => (Bits[offset >> 3] & 1 << (offset & 7)) != 0;
    }

    /// <summary>Pieces that the sender has now; none of them only tells of the queue.</summary>
    public sealed record Have(uint Channel, ushort Queue, PieceIndex[] Pieces) : PeerMessage;

    /// <summary>The sender fetches a slice from the origin.</summary>
    /// <param name="Channel">The sender's number for the swarm.</param>
    /// <param name="Slice">Which slice.</param>
    /// <param name="LeaseMilliseconds">For how long this is good unless renewed.</param>
    /// <param name="DoneBytes">What it has of the slice.</param>
    public sealed record Claim(uint Channel, int Slice, int LeaseMilliseconds, uint DoneBytes) : PeerMessage;

    /// <summary>The sender is still at it.</summary>
    /// <inheritdoc cref="Claim"/>
    public sealed record Renew(uint Channel, int Slice, int LeaseMilliseconds, uint DoneBytes) : PeerMessage;

    /// <summary>The sender no longer fetches the slice.</summary>
    public sealed record Release(uint Channel, int Slice) : PeerMessage;

    /// <summary>Asks for bytes of a piece.</summary>
    /// <param name="Channel">The sender's number for the swarm.</param>
    /// <param name="Id">The sender's number for the request.</param>
    /// <param name="Piece">Which piece.</param>
    /// <param name="Offset">Where in the piece.</param>
    /// <param name="Length">How many bytes.</param>
    public sealed record Request(uint Channel, uint Id, PieceIndex Piece, int Offset, int Length) : PeerMessage;

    /// <summary>DATA: the head of bytes that were asked for; the bytes follow it.</summary>
    /// <param name="Channel">The sender's number for the swarm.</param>
    /// <param name="Id">The number of the request.</param>
    /// <param name="Offset">Where in the piece.</param>
    public sealed record Bytes(uint Channel, uint Id, int Offset) : PeerMessage;

    /// <summary>Takes a request back.</summary>
    public sealed record Cancel(uint Channel, uint Id) : PeerMessage;

    /// <summary>A request will not be answered.</summary>
    /// <param name="Channel">The sender's number for the swarm.</param>
    /// <param name="Id">The number of the request.</param>
    /// <param name="Code">Why.</param>
    /// <param name="RetryMilliseconds">When it may be asked again.</param>
    /// <param name="Queue">How many requests wait at the sender.</param>
    public sealed record Busy(uint Channel, uint Id, HResult Code, int RetryMilliseconds, ushort Queue) : PeerMessage;

    /// <summary>Attestations of one member.</summary>
    /// <param name="Channel">The sender's number for the swarm.</param>
    /// <param name="SignerKey">Whose word it is; SubjectPublicKeyInfo, DER.</param>
    /// <param name="Membership">That the signer is of the group.</param>
    /// <param name="Signature">Over the swarm and the pieces.</param>
    /// <param name="Pieces">Their hashes, in the order of the pieces, none twice.</param>
    public sealed record Attest(uint Channel, byte[] SignerKey, byte[] Membership, byte[] Signature, AttestedPiece[] Pieces) : PeerMessage;

    /// <summary>Where others of the swarm take connections.</summary>
    public sealed record Peers(uint Channel, IPEndPoint[] Endpoints) : PeerMessage;

    /// <summary>Asks for a sign of life.</summary>
    public sealed record Ping(ulong Token) : PeerMessage;

    /// <summary>The sign of life, with the token of the question.</summary>
    public sealed record Pong(ulong Token) : PeerMessage;

    /// <summary>The last message of a connection.</summary>
    public sealed record Bye(HResult Code, string Text) : PeerMessage;
}

/// <summary>A piece and the hash that a member says it has.</summary>
readonly record struct AttestedPiece(PieceIndex Piece, PieceHash Hash);
